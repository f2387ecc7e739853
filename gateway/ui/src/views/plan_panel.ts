// The plan beside the conversation: counts by status, what needs attention, workstations, the latest changes; live.

import type { Clients } from "../api/clients";
import type { Fault } from "../api/fault";
import { followPlan } from "../api/plan_feed";
import { append, fill, h } from "../dom";
import { ChangeKind, type Job, type PlanChange, Status, type StatusCount } from "../gen/resync/tws/v1/plan_pb";
import type { GetPlanOverviewResponse } from "../gen/resync/tws/v1/tws_service_pb";
import { faultCard } from "../parts/fault_card";
import { age, count, moment, time } from "../time";
import { words } from "../words";

/** The order in which a person looks: trouble first, then what moves, then the rest. */
const ORDER: readonly Status[] = [
  Status.ERROR,
  Status.BLOCKED,
  Status.HELD,
  Status.RUNNING,
  Status.READY,
  Status.WAITING,
  Status.UNDECIDED,
  Status.SUCCESSFUL,
  Status.CANCELED,
  Status.SUPPRESSED,
];
/** The stream repeats the overview only when a count changes; how fresh it is must show all the same. */
const QUIET_MS = 5_000;
/** The reason of the bridge until it has read a plan for the first time. */
const PLAN_NOT_READ = "PLAN_NOT_READ";
const MOST_ATTENTION = 8;
const MOST_CHANGES = 8;

export class PlanPanel {
  readonly element: HTMLElement;
  readonly #ask: (message: string) => void;
  readonly #clients: Clients;
  readonly #engine: string;
  readonly #state = h("span", { class: "feed-state connecting", text: words.connecting });
  readonly #age = h("span", { class: "age" });
  readonly #banner = h("div", { attrs: { role: "status" } });
  readonly #counts = h("div");
  readonly #attention = h("div");
  readonly #workstations = h("div");
  readonly #changeList = h("ol", { class: "changes" }, h("li", { class: "note", text: words.noChanges }));
  readonly #closing = new AbortController();
  #overview: GetPlanOverviewResponse | undefined;
  #changes: PlanChange[] = [];
  #shownAt = 0;
  #isLive = false;

  constructor(clients: Clients, engine: string, ask: (message: string) => void, signedOut: (fault: Fault) => void) {
    this.#ask = ask;
    this.#clients = clients;
    this.#engine = engine;
    this.element = h(
      "aside",
      { class: "plan", attrs: { "aria-label": words.plan } },
      h("header", {}, h("h2", { text: words.plan }), this.#state, this.#age),
      this.#banner,
      this.#counts,
      h("h3", { text: words.attention }),
      this.#attention,
      this.#workstations,
      h("h3", { text: words.changes }),
      this.#changeList,
    );
    append(this.#counts, h("div", { class: "skeleton" }));
    append(this.#attention, h("div", { class: "skeleton" }));
    void followPlan(
      clients,
      engine,
      {
        overview: (overview) => {
          this.#mark("live", words.live);
          this.#show(overview);
        },
        changes: (changes) => this.#add(changes),
        broken: (fault) => (fault.unauthenticated ? signedOut(fault) : this.#broken(fault)),
      },
      this.#closing.signal,
    );
    const ticking = setInterval(() => this.#tick(), 1000);
    this.#closing.signal.addEventListener("abort", () => clearInterval(ticking));
  }

  /** Ends the stream. */
  close(): void {
    this.#closing.abort();
  }

  #show(overview: GetPlanOverviewResponse): void {
    this.#overview = overview;
    this.#shownAt = Date.now();
    const stale = overview.freshness?.staleSince;
    fill(
      this.#banner,
      stale
        ? h(
            "div",
            { class: "banner stale" },
            h("p", { text: words.stale(moment(stale)) }),
            overview.freshness?.staleReason ? h("p", { class: "hint", text: overview.freshness.staleReason }) : null,
          )
        : null,
    );
    fill(this.#counts, ...this.#countParts(overview));
    fill(this.#attention, ...this.#attentionParts(overview));
    fill(this.#workstations, ...this.#workstationParts(overview));
    this.#tick();
  }

  #countParts(overview: GetPlanOverviewResponse): HTMLElement[] {
    const counts = [...overview.jobsByStatus]
      .filter((entry) => entry.count > 0n)
      .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
    const total = counts.reduce((sum, entry) => sum + entry.count, 0n);
    if (total === 0n) return [h("p", { class: "note", text: words.emptyPlan })];
    const extras: [string, bigint][] = [
      [words.late, overview.lateJobs],
      [words.atRisk, overview.atRiskJobs],
      [words.longRunning, overview.longRunningJobs],
      [words.prompts, overview.openPrompts],
    ];
    return [
      h("p", { class: "total" }, h("strong", { text: count(total), attrs: { "data-total": String(total) } }), ` ${words.jobs}`),
      stackedBar(counts, total),
      h("dl", { class: "counts" }, ...counts.map(statusTile)),
      h(
        "ul",
        { class: "extras" },
        ...extras
          .filter(([, value]) => value > 0n)
          .map(([name, value]) => h("li", {}, h("strong", { text: count(value) }), ` ${name}`)),
      ),
    ];
  }

  #attentionParts(overview: GetPlanOverviewResponse): HTMLElement[] {
    if (overview.attention.length === 0) return [h("p", { class: "note", text: words.nothingWrong })];
    const items = overview.attention.slice(0, MOST_ATTENTION).map((job) =>
      h(
        "li",
        {},
        h(
          "button",
          { class: "row", attrs: { type: "button", "data-job": job.key }, on: { click: () => this.#ask(questionAbout(job)) } },
          h("span", { class: `dot ${statusClass(job.status)}`, attrs: { "aria-hidden": "true" } }),
          keyLabel(job.key),
          h("span", { class: "why", text: whatIsWrong(job) }),
        ),
      ),
    );
    const more = overview.truncated || overview.attention.length > MOST_ATTENTION;
    return [h("ul", { class: "rows" }, ...items), ...(more ? [h("p", { class: "note", text: words.more })] : [])];
  }

  #workstationParts(overview: GetPlanOverviewResponse): HTMLElement[] {
    const all = overview.workstations;
    if (all.length === 0) return [];
    const ill = all.filter((workstation) => !workstation.healthy);
    return [
      h(
        "p",
        { class: "workstations" },
        h("strong", { text: `${count(all.length - ill.length)}/${count(all.length)}` }),
        ` ${words.workstations}`,
      ),
      ...(ill.length === 0
        ? []
        : [
            h(
              "div",
              { class: "chips" },
              h("span", { text: words.unhealthy }),
              ...ill.slice(0, MOST_ATTENTION).map(({ workstationName }) =>
                h("button", {
                  class: "chip",
                  text: workstationName,
                  attrs: { type: "button" },
                  on: { click: () => this.#ask(words.askWorkstation(workstationName)) },
                }),
              ),
            ),
          ]),
    ];
  }

  #add(changes: readonly PlanChange[]): void {
    this.#changes = [...[...changes].reverse(), ...this.#changes].slice(0, MOST_CHANGES);
    fill(
      this.#changeList,
      ...this.#changes.map((change) =>
        h(
          "li",
          {},
          h("time", { text: change.time ? time(change.time) : "" }),
          keyLabel(change.key),
          h("span", { class: "why", text: words.change[ChangeKind[change.kind]] ?? "" }),
        ),
      ),
    );
  }

  #broken(fault: Fault): void {
    // Just started, or the engine is down: nothing to show yet, and nothing that the person could mend here.
    if (fault.code === PLAN_NOT_READ && !this.#overview) {
      fill(this.#banner, h("div", { class: "banner stale" }, h("p", { text: fault.message }), h("p", { class: "hint", text: fault.hint })));
      return;
    }
    this.#mark("broken", words.reconnecting);
    fill(this.#banner, faultCard(fault));
    if (!this.#overview) {
      fill(this.#counts);
      fill(this.#attention);
    }
  }

  #mark(state: "live" | "broken", text: string): void {
    this.#isLive = state === "live";
    this.#state.className = `feed-state ${state}`;
    this.#state.textContent = text;
  }

  #tick(): void {
    const observed = this.#overview?.freshness?.oldestObservedAt;
    this.#age.textContent = observed ? words.verified(age(observed)) : "";
    if (this.#isLive && Date.now() - this.#shownAt > QUIET_MS) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    this.#shownAt = Date.now();
    try {
      const overview = await this.#clients.plan.getPlanOverview({ engine: this.#engine }, { signal: this.#closing.signal });
      if (this.#isLive) this.#show(overview);
    } catch {
      // The stream is what notices and reports a broken connection.
    }
  }
}

function keyLabel(key: string): HTMLElement {
  return h("span", { class: "key", attrs: { title: key } }, h("bdi", { text: key, attrs: { dir: "ltr" } }));
}

function stackedBar(counts: readonly StatusCount[], total: bigint): HTMLElement {
  return h(
    "div",
    { class: "stack", attrs: { "aria-hidden": "true" } },
    ...counts.map((entry) => {
      const part = h("span", { class: statusClass(entry.status) });
      part.style.flexGrow = String(Number(entry.count) / Number(total));
      return part;
    }),
  );
}

function statusTile(entry: StatusCount): HTMLElement {
  const name = Status[entry.status];
  return h(
    "div",
    { class: "tile", attrs: { "data-status": name } },
    h("dt", {}, h("span", { class: `dot ${statusClass(entry.status)}`, attrs: { "aria-hidden": "true" } }), words.status[name] ?? name),
    h("dd", { text: count(entry.count) }),
  );
}

function statusClass(status: Status): string {
  return `status-${Status[status].toLowerCase()}`;
}

function whatIsWrong(job: Job): string {
  const status = words.status[Status[job.status]] ?? "";
  const marks = [job.late ? words.late : "", job.longRunning ? words.longRunning : "", job.atRisk ? words.atRisk : ""];
  if (job.status === Status.ERROR && job.returnCode !== undefined) return `${job.internalStatus} rc ${job.returnCode}`;
  return [status, ...marks].filter(Boolean).join(", ");
}

function questionAbout(job: Job): string {
  if (job.status === Status.ERROR) return words.askWhyFailed(job.key);
  if (job.status === Status.RUNNING) return job.late ? words.askWhyLate(job.key) : words.askChanged(job.key);
  return words.askWhyWaiting(job.key);
}
