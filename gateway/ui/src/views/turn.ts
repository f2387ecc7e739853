// One question and its answer, drawn while it streams: steps, text, blocks in the order they come, then the closing
// line with the kind, the age of the data and, when the engine asks back, the candidates as buttons.

import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Fault } from "../api/fault";
import { append, fill, h } from "../dom";
import {
  type Answer,
  AnswerKind,
  type Citation,
  type Span,
  type StreamAskResponse,
  type ToolCall,
  type ToolResult,
} from "../gen/resync/agent/v1/agent_service_pb";
import { renderBlock } from "../parts/blocks";
import type { Evidence } from "../parts/evidence";
import { faultCard } from "../parts/fault_card";
import { renderSpans } from "../parts/spans";
import { moment, span, took } from "../time";
import { words } from "../words";

const KINDS: Readonly<Partial<Record<AnswerKind, "answer" | "clarification" | "not_found" | "refusal" | "proposal">>> = {
  [AnswerKind.ANSWER]: "answer",
  [AnswerKind.CLARIFICATION]: "clarification",
  [AnswerKind.NOT_FOUND]: "not_found",
  [AnswerKind.REFUSAL]: "refusal",
  [AnswerKind.PROPOSAL]: "proposal",
};

export class Turn {
  readonly element: HTMLElement;
  readonly #evidence: Evidence;
  readonly #ask: (message: string) => void;
  readonly #progress = h("p", { class: "progress", attrs: { role: "status" }, text: words.thinking });
  readonly #body = h("div", { class: "answer-body" });
  readonly #footer = h("footer");
  readonly #steps = h("ol", { class: "steps" });
  readonly #stepsSummary = h("summary");
  readonly #calls = new Map<string, ToolCall>();
  readonly #results = new Map<string, ToolResult>();
  readonly #citations = new Map<string, Citation>();
  /** The spans of the text part being written, and where it is drawn; a block ends it. */
  #spans: Span[] = [];
  #text: HTMLElement | undefined;

  constructor(question: string, evidence: Evidence, ask: (message: string) => void) {
    this.#evidence = evidence;
    this.#ask = ask;
    this.element = h(
      "article",
      { class: "turn", attrs: { "aria-busy": "true" } },
      h("div", { class: "question" }, h("span", { class: "visually-hidden", text: `${words.you}: ` }), question),
      h("div", { class: "answer" }, this.#progress, this.#body, this.#footer),
    );
  }

  /** Takes in the next event of the stream; the last one brings the whole answer. */
  take({ event }: StreamAskResponse): Answer | undefined {
    switch (event.case) {
      case "status":
        this.#progress.textContent = event.value;
        break;
      case "toolCall":
        this.#calls.set(event.value.id, event.value);
        break;
      case "toolResult":
        this.#results.set(event.value.toolCallId, event.value);
        this.#progress.textContent = event.value.summary || this.#progress.textContent;
        break;
      case "citation":
        this.#citations.set(event.value.id, event.value);
        break;
      case "text":
        this.#write(event.value.spans);
        break;
      case "block":
        this.#body.append(renderBlock(event.value, this.#show));
        this.#text = undefined;
        break;
      case "done":
        this.#finish(event.value);
        return event.value;
      case undefined:
        break;
    }
    return undefined;
  }

  /** The person stopped it: what came stays, marked as incomplete. */
  stop(): void {
    this.#close(h("p", { class: "note", text: words.stopped }));
  }

  /** It failed: what came stays, with the error below it. */
  fail(fault: Fault, retry: () => void): void {
    this.#close(faultCard(fault, retry));
  }

  #write(spans: readonly Span[]): void {
    if (!this.#text) {
      this.#text = this.#body.appendChild(h("div", { class: "text" }));
      this.#spans = [];
    }
    this.#spans.push(...spans);
    fill(this.#text);
    this.#text.append(renderSpans(this.#spans, this.#show));
  }

  readonly #show = (citationId: string): void => {
    const citation = this.#citations.get(citationId);
    if (citation) this.#evidence.show(citation, this.#calls.get(citation.toolCallId));
  };

  #finish(answer: Answer): void {
    for (const citation of answer.citations) this.#citations.set(citation.id, citation);
    for (const call of answer.toolCalls) this.#calls.set(call.id, call);
    if (!this.#body.hasChildNodes()) {
      this.#write(answer.spans);
      for (const block of answer.blocks) this.#body.append(renderBlock(block, this.#show));
    }
    const kind = KINDS[answer.kind] ?? "answer";
    this.element.dataset["kind"] = kind;
    this.element.lang = answer.language;
    const age = answer.dataAge ? words.dataAge(span(durationMs(answer.dataAge))) : words.noPlanData;
    this.#close(
      answer.staleSince ? h("p", { class: "banner stale", text: words.asOf(moment(answer.staleSince)) }) : null,
      this.#candidates(answer),
      h(
        "div",
        { class: "meta" },
        h("span", { class: `badge kind-${kind}`, text: words[kind] }),
        h("span", { text: age }),
        this.#calls.size > 0 ? this.#callList() : null,
      ),
    );
  }

  #candidates(answer: Answer): HTMLElement | null {
    if (answer.candidates.length === 0) return null;
    return h(
      "div",
      { class: "candidates" },
      ...answer.candidates.map((candidate) =>
        h("button", {
          text: candidate.label,
          attrs: { type: "button", title: candidate.resource },
          on: { click: () => this.#ask(candidate.message) },
        }),
      ),
    );
  }

  #callList(): HTMLElement {
    this.#stepsSummary.textContent = words.steps(this.#calls.size);
    for (const call of this.#calls.values()) {
      const result = this.#results.get(call.id);
      append(
        this.#steps,
        h(
          "li",
          { class: call.ok ? "" : "failed" },
          h("code", { text: call.name }),
          h("span", { text: result?.summary ?? "" }),
          h("span", { class: "took", text: took(call.duration ?? result?.duration) }),
        ),
      );
    }
    return h("details", {}, this.#stepsSummary, this.#steps);
  }

  #close(...last: (HTMLElement | null)[]): void {
    this.#progress.remove();
    this.element.setAttribute("aria-busy", "false");
    append(this.#footer, ...last);
  }
}
