// Tables, lists, charts and log excerpts of an answer.

import { append, h } from "../dom";
import type { Block, BulletList, Chart, LogExcerpt, Table } from "../gen/resync/agent/v1/agent_service_pb";
import { count } from "../time";
import { words } from "../words";
import { factLink, renderInline, type ShowEvidence } from "./spans";

/** A block with its title. */
export function renderBlock(block: Block, show: ShowEvidence): HTMLElement {
  const figure = h("figure", { class: "block" }, block.title ? h("figcaption", { text: block.title }) : null);
  switch (block.block.case) {
    case "table":
      append(figure, table(block.block.value, block.title, show));
      break;
    case "list":
      append(figure, list(block.block.value, show));
      break;
    case "chart":
      append(figure, chart(block.block.value, show));
      break;
    case "log":
      append(figure, log(block.block.value, show));
      break;
    case undefined:
      break;
  }
  return figure;
}

function table(data: Table, title: string, show: ShowEvidence): DocumentFragment {
  const head = h("tr", {}, ...data.columns.map((name) => h("th", { text: name, attrs: { scope: "col" } })));
  const rows = data.rows.map((row) =>
    h(
      "tr",
      {},
      ...row.cells.map((cell) =>
        h("td", { class: isNumber(cell.value) ? "number" : "" }, factLink(cell.value, cell.citationId, show)),
      ),
    ),
  );
  const fragment = document.createDocumentFragment();
  fragment.append(
    // Scrolls by keyboard as well, hence focusable and named.
    h(
      "div",
      { class: "scroll", attrs: { tabindex: "0", role: "region", "aria-label": title || words.answer } },
      h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)),
    ),
  );
  if (data.totalRows > BigInt(data.rows.length)) {
    fragment.append(h("p", { class: "note", text: words.shownRows(count(data.rows.length), count(data.totalRows)) }));
  }
  return fragment;
}

function isNumber(value: string): boolean {
  return /^[-+]?\d[\d.,]*(\s?(%|s|min|h|ms))?$/.test(value);
}

function list(data: BulletList, show: ShowEvidence): HTMLElement {
  const root = h("ul", { class: "tree" });
  const lists = [root];
  for (const item of data.items) {
    // A level deeper than one step below its parent is drawn one step below it.
    const depth = Math.min(Math.max(item.level, 0), lists.length);
    lists.length = Math.min(lists.length, depth + 1);
    if (depth === lists.length) {
      const nested = h("ul");
      (lists.at(-1)?.lastElementChild ?? root).append(nested);
      lists.push(nested);
    }
    lists.at(-1)?.append(h("li", {}, renderInline(item.spans, show)));
  }
  return root;
}

function chart(data: Chart, show: ShowEvidence): HTMLElement {
  const most = Math.max(...data.bars.map((bar) => bar.value), 0) || 1;
  return h(
    "div",
    { class: "chart", attrs: { role: "list" } },
    ...data.bars.map((bar) => {
      const fill = h("span", { class: "bar-fill" });
      fill.style.width = `${Math.max(0, (100 * bar.value) / most)}%`;
      const value = `${count(bar.value)}${data.unit ? ` ${data.unit}` : ""}`;
      return h(
        "div",
        { class: "bar", attrs: { role: "listitem" } },
        h("span", { class: "bar-label", text: bar.label }),
        h("span", { class: "bar-track", attrs: { "aria-hidden": "true" } }, fill),
        h("span", { class: "bar-value" }, factLink(value, bar.citationId, show)),
      );
    }),
  );
}

function log(data: LogExcerpt, show: ShowEvidence): HTMLElement {
  const lines = data.lines.map((line, index) =>
    h(
      "span",
      { class: line.matters ? "log-line matters" : "log-line" },
      h("span", { class: "log-number", text: String(line.number || data.firstLine + index) }),
      h(line.matters ? "mark" : "span", { class: "log-text", text: line.text }),
    ),
  );
  const text = h("pre", { class: "scroll", attrs: { tabindex: "0", "aria-label": data.job } }, ...lines);
  const matters = lines.find((line) => line.classList.contains("matters"));
  // A long excerpt opens at the line that matters, with what led to it above.
  if (matters) requestAnimationFrame(() => (text.scrollTop = matters.offsetTop - text.offsetTop - text.clientHeight / 2));
  return h(
    "div",
    { class: "log" },
    data.job ? h("p", { class: "note" }, factLink(data.job, data.citationId, show)) : null,
    text,
    data.truncated ? h("p", { class: "note", text: words.logTruncated }) : null,
  );
}
