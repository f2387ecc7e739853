// Typed spans as a document. Text spans carry a small Markdown subset (paragraphs, lists, headings, emphasis, code);
// a fact is a link to its evidence. Anything else in the text stays the characters it is.

import { h } from "../dom";
import type { Fact, Span } from "../gen/resync/agent/v1/agent_service_pb";
import { words } from "../words";

export type ShowEvidence = (citationId: string) => void;

/** A value taken from a tool result, as a link to its evidence; plain text when there is no citation for it. */
export function factLink(value: string, citationId: string, show: ShowEvidence): HTMLElement {
  if (!citationId) return h("span", { text: value });
  // A link rather than a button: it may break across lines.
  return h("a", {
    class: "fact",
    text: value,
    attrs: { href: `#${citationId}`, role: "button", "aria-label": words.fact(value), "data-citation": citationId },
    on: {
      click: (event) => {
        event.preventDefault();
        show(citationId);
      },
      keydown: (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        show(citationId);
      },
    },
  });
}

type Piece = string | Fact;

/** Spans as block elements. */
export function renderSpans(spans: readonly Span[], show: ShowEvidence): DocumentFragment {
  const document_ = document.createDocumentFragment();
  let paragraph: HTMLElement | undefined;
  let list: HTMLElement | undefined;
  for (const line of lines(spans)) {
    const first = typeof line[0] === "string" ? line[0] : "";
    const bullet = /^\s*[-*]\s+/.exec(first);
    const heading = /^#{1,6}\s+/.exec(first);
    if (line.every((piece) => typeof piece === "string" && piece.trim() === "")) {
      paragraph = list = undefined;
    } else if (bullet || heading) {
      const body = [first.slice((bullet ?? heading)?.[0].length), ...line.slice(1)];
      paragraph = undefined;
      if (bullet) {
        list ??= document_.appendChild(h("ul"));
        list.append(h("li", {}, inline(body, show)));
      } else {
        list = undefined;
        document_.append(h("h2", {}, inline(body, show)));
      }
    } else {
      list = undefined;
      if (paragraph) paragraph.append(h("br"));
      else paragraph = document_.appendChild(h("p"));
      paragraph.append(inline(line, show));
    }
  }
  return document_;
}

/** Spans in one line, for list items and cells. */
export function renderInline(spans: readonly Span[], show: ShowEvidence): DocumentFragment {
  return inline(lines(spans).flat(), show);
}

function lines(spans: readonly Span[]): Piece[][] {
  const result: Piece[][] = [[]];
  for (const { span } of spans) {
    if (span.case === "fact") result.at(-1)?.push(span.value);
    if (span.case !== "text") continue;
    const [first, ...rest] = span.value.split("\n");
    if (first) result.at(-1)?.push(first);
    for (const line of rest) result.push(line ? [line] : []);
  }
  return result;
}

type Emphasis = "strong" | "em" | "code";
const MARKS: ReadonlyMap<string, Emphasis> = new Map([
  ["**", "strong"],
  ["*", "em"],
  ["`", "code"],
]);

/** Emphasis may open in one text span and close in another, around facts. */
function inline(pieces: readonly Piece[], show: ShowEvidence): DocumentFragment {
  const root = document.createDocumentFragment();
  const open: { mark: string; element: HTMLElement }[] = [];
  const put = (node: Node | string): void => (open.at(-1)?.element ?? root).append(node);
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      put(factLink(piece.value, piece.citationId, show));
      continue;
    }
    for (const token of piece.match(/\\[\\`*_#-]|\*\*|\*|`|[^\\*`]+|\\/g) ?? []) {
      const emphasis = MARKS.get(token);
      if (!emphasis) {
        put(token.length === 2 && token.startsWith("\\") ? token.slice(1) : token);
      } else if (open.at(-1)?.mark === token) {
        open.pop();
      } else {
        const element = h(emphasis);
        put(element);
        open.push({ mark: token, element });
      }
    }
  }
  return root;
}
