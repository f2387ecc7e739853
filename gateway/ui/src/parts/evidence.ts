// The dialog that shows where one value came from: which call, which field of its result, seen when.

import { fill, h, ICONS, icon } from "../dom";
import type { Citation, ToolCall } from "../gen/resync/agent/v1/agent_service_pb";
import { moment, took } from "../time";
import { words } from "../words";

export class Evidence {
  readonly element: HTMLDialogElement;
  readonly #body = h("dl", { class: "evidence" });

  constructor() {
    const close = h(
      "button",
      { class: "quiet", attrs: { type: "button", "aria-label": words.close }, on: { click: () => this.element.close() } },
      icon(ICONS.close),
    );
    this.element = h(
      "dialog",
      {
        class: "evidence-dialog",
        attrs: { "aria-labelledby": "evidence-title" },
        // A click on the backdrop has the dialog itself as its target.
        on: { click: (event) => event.target === this.element && this.element.close() },
      },
      h("div", { class: "dialog-body" }, h("header", {}, h("h2", { text: words.evidence, attrs: { id: "evidence-title" } }), close), this.#body),
    );
  }

  /** Opens the dialog; closing it gives the focus back to where it was. */
  show(citation: Citation, call: ToolCall | undefined): void {
    fill(
      this.#body,
      ...row(words.value, h("strong", { text: citation.value })),
      ...row(words.object, h("span", { text: citation.resource || words.planTotal })),
      ...row(words.field, h("code", { text: citation.field })),
      ...(citation.observedAt ? row(words.observed, h("time", { text: moment(citation.observedAt) })) : []),
      ...(call ? row(words.toolCall, h("span", {}, h("code", { text: call.name }), ` ${took(call.duration)}`)) : []),
      ...(call ? row(words.arguments, h("pre", { text: pretty(call.arguments) })) : []),
    );
    this.element.showModal();
  }
}

function row(name: string, value: HTMLElement): [HTMLElement, HTMLElement] {
  return [h("dt", { text: name }), h("dd", {}, value)];
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}
