// An error as people meet it: what happened, its code, and what to do.

import { h } from "../dom";
import type { Fault } from "../api/fault";
import { words } from "../words";

/** The card, with a button to try again where that makes sense. */
export function faultCard(fault: Fault, retry?: () => void): HTMLElement {
  return h(
    "div",
    { class: "fault", attrs: { role: "alert" } },
    h("p", {}, h("strong", { text: fault.message }), " ", h("code", { text: fault.code })),
    fault.hint ? h("p", { class: "hint", text: fault.hint }) : null,
    retry ? h("button", { text: words.retry, attrs: { type: "button" }, on: { click: retry } }) : null,
  );
}
