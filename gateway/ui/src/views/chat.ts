// The conversation: a question box, and one turn for each question asked. The conversation id comes from the first
// answer and goes with every question after it, so that “and its successors?” means something.

import type { Clients } from "../api/clients";
import { type Fault, faultOf, isAbort } from "../api/fault";
import { append, fill, h, ICONS, icon } from "../dom";
import { Evidence } from "../parts/evidence";
import { words } from "../words";
import { Turn } from "./turn";

export class Chat {
  readonly element: HTMLElement;
  readonly #clients: Clients;
  readonly #engine: () => string;
  readonly #signedOut: (fault: Fault) => void;
  readonly #evidence = new Evidence();
  readonly #log = h("div", { class: "conversation", attrs: { role: "log", "aria-live": "polite", "aria-relevant": "additions" } });
  readonly #empty = h("div", { class: "empty" }, h("h2", { text: words.emptyTitle }));
  readonly #box: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  #conversationId = "";
  #running: AbortController | undefined;
  #following = true;

  constructor(clients: Clients, engine: () => string, signedOut: (fault: Fault) => void) {
    this.#clients = clients;
    this.#engine = engine;
    this.#signedOut = signedOut;
    this.#box = h("textarea", {
      attrs: { id: "question", rows: "1", maxlength: "4000", placeholder: words.askPlaceholder, "aria-label": words.askLabel },
      on: { keydown: (event) => this.#key(event) },
    });
    this.#send = h("button", { class: "primary send", attrs: { type: "submit" } });
    const form = h(
      "form",
      {
        class: "composer",
        on: {
          submit: (event) => {
            event.preventDefault();
            if (this.#running) this.#running.abort();
            else this.ask(this.#box.value);
          },
        },
      },
      this.#box,
      this.#send,
    );
    this.#showIdle();
    this.element = h("section", { class: "chat", attrs: { "aria-label": words.askLabel } }, this.#log, form, this.#evidence.element);
    this.#log.append(this.#empty);
    for (const gesture of ["wheel", "touchmove", "keydown"] as const) {
      this.#log.addEventListener(gesture, () => (this.#following = false), { passive: true });
    }
    void this.#suggest();
  }

  /** Asks at once; a question still being answered is stopped first. */
  ask(question: string): void {
    const message = question.trim();
    if (!message) return;
    this.#running?.abort();
    this.#box.value = "";
    void this.#run(message);
  }

  /** Forgets the conversation. */
  reset(): void {
    this.#running?.abort();
    this.#conversationId = "";
    fill(this.#log, this.#empty);
    this.#box.focus();
  }

  /** Moves the focus to the question box. */
  focus(): void {
    this.#box.focus();
  }

  /** Stops what runs; for a view that is left. */
  close(): void {
    this.#running?.abort();
  }

  async #run(message: string): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    this.#showBusy();
    const turn = new Turn(message, this.#evidence, (next) => this.ask(next));
    this.#empty.remove();
    this.#log.append(turn.element);
    this.#following = true;
    this.#follow(turn.element);
    try {
      const request = { engine: this.#engine(), question: { message, conversationId: this.#conversationId } };
      for await (const event of this.#clients.agent.streamAsk(request, { signal: controller.signal })) {
        const answer = turn.take(event);
        if (answer) this.#conversationId = answer.conversationId;
        this.#follow(turn.element);
      }
    } catch (thrown) {
      if (controller.signal.aborted || isAbort(thrown)) {
        turn.stop();
      } else {
        const fault = faultOf(thrown);
        turn.fail(fault, () => this.ask(message));
        if (fault.unauthenticated) this.#signedOut(fault);
      }
    } finally {
      if (this.#running === controller) {
        this.#running = undefined;
        this.#showIdle();
      }
      this.#follow(turn.element);
    }
  }

  /** Keeps the beginning of the newest turn in sight while it grows, until the person scrolls to read elsewhere. */
  #follow(turn: HTMLElement): void {
    if (this.#following) this.#log.scrollTop = turn.offsetTop - 16;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.ask(this.#box.value);
    }
  }

  #showBusy(): void {
    fill(this.#send, icon(ICONS.stop), h("span", { text: words.stop }));
  }

  #showIdle(): void {
    fill(this.#send, icon(ICONS.send), h("span", { text: words.ask }));
  }

  async #suggest(): Promise<void> {
    try {
      const { agents } = await this.#clients.agent.listAgents({});
      const questions = (agents[0]?.exampleQuestions ?? []).slice(0, 6);
      if (questions.length === 0) return;
      append(
        this.#empty,
        h("p", { text: words.emptyText }),
        h(
          "div",
          { class: "candidates" },
          ...questions.map((text) => h("button", { text, attrs: { type: "button" }, on: { click: () => this.ask(text) } })),
        ),
      );
    } catch (thrown) {
      // Without suggestions the page still works; a lost session does not.
      const fault = faultOf(thrown);
      if (fault.unauthenticated) this.#signedOut(fault);
    }
  }
}
