// The page of a signed-in person: conversation on the left, the plan on the right.

import { type Clients, clientsFor } from "../api/clients";
import { type Fault, faultOf } from "../api/fault";
import type { Session } from "../api/session";
import { fill, h, ICONS, icon } from "../dom";
import { words } from "../words";
import { Chat } from "./chat";
import { PlanPanel } from "./plan_panel";

export class Console {
  readonly element: HTMLElement;
  readonly #clients: Clients;
  readonly #chat: Chat;
  readonly #engines = h("select", { attrs: { id: "engine", "aria-label": words.engine }, on: { change: () => this.#watch() } });
  readonly #side = h("div", { class: "side" });
  readonly #signedOut: (fault?: Fault) => void;
  readonly #session: Session;
  #plan: PlanPanel | undefined;

  constructor(session: Session, signedOut: (fault?: Fault) => void) {
    this.#session = session;
    this.#signedOut = signedOut;
    this.#clients = clientsFor(session);
    this.#engines.hidden = true;
    this.#chat = new Chat(this.#clients, () => this.#engines.value, this.#refused);
    this.element = h(
      "div",
      { class: "console" },
      h(
        "header",
        { class: "top" },
        h("img", { attrs: { src: "/assets/icon.svg", alt: "", width: "26", height: "26" } }),
        h("h1", { text: words.product }),
        this.#engines,
        h("span", { class: "grow" }),
        h(
          "button",
          { class: "quiet", attrs: { type: "button" }, on: { click: () => this.#chat.reset() } },
          icon(ICONS.plus),
          h("span", { text: words.newConversation }),
        ),
        h("span", { class: "user", text: session.user }),
        h("button", { class: "quiet", text: words.signOut, attrs: { type: "button" }, on: { click: () => this.#leave() } }),
      ),
      h("main", {}, this.#chat.element, this.#side),
    );
    this.#watch();
    void this.#listEngines();
  }

  /** To be called once the element is in the page. `question` comes from the address: a link to an answer. */
  start(question: string): void {
    this.#chat.focus();
    if (question) this.#chat.ask(question);
  }

  #watch(): void {
    this.#plan?.close();
    this.#plan = new PlanPanel(this.#clients, this.#engines.value, (message) => this.#chat.ask(message), this.#refused);
    fill(this.#side, this.#plan.element);
  }

  /** With one engine there is nothing to choose; which one it is, the services know. */
  async #listEngines(): Promise<void> {
    try {
      const { engines } = await this.#clients.plan.listEngines({});
      if (engines.length < 2) return;
      fill(this.#engines, ...engines.map(({ engine }) => h("option", { text: engine, attrs: { value: engine } })));
      this.#engines.hidden = false;
      this.#watch();
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault.unauthenticated) this.#refused(fault);
    }
  }

  /** A refused call may be a revoked access token: the session is over only when renewing it is refused as well. */
  readonly #refused = (fault: Fault): void => {
    this.#session.renew().catch((thrown: unknown) => {
      if (faultOf(thrown).unauthenticated) this.#leave(fault);
    });
  };

  #leave(fault?: Fault): void {
    this.#plan?.close();
    this.#chat.close();
    this.#signedOut(fault);
  }
}
