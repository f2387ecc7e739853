// Keeps one WatchPlan stream open: resumes after a break, waits longer after each failure, and says how it is doing.

import { type GetPlanOverviewResponse } from "../gen/resync/tws/v1/tws_service_pb";
import { type PlanChange } from "../gen/resync/tws/v1/plan_pb";
import type { Clients } from "./clients";
import { type Fault, faultOf } from "./fault";

export interface FeedReader {
  overview(overview: GetPlanOverviewResponse): void;
  changes(changes: readonly PlanChange[]): void;
  /** The stream broke and is tried again; the last overview stays true as of its own time. */
  broken(fault: Fault): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Reads until `signal` aborts. */
export async function followPlan(clients: Clients, engine: string, reader: FeedReader, signal: AbortSignal): Promise<void> {
  let resumeToken = "";
  let wait = FIRST_WAIT_MS;
  let failedBefore = false;
  while (!signal.aborted) {
    try {
      for await (const message of clients.plan.watchPlan({ engine, resumeToken }, { signal })) {
        wait = FIRST_WAIT_MS;
        failedBefore = false;
        if (message.overview) reader.overview(message.overview);
        if (message.changes.length > 0) reader.changes(message.changes);
        // After a gap the next connection starts afresh, with a full overview.
        resumeToken = message.gap ? "" : message.resumeToken;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      reader.broken(faultOf(thrown));
      // A token that a restarted server does not know must not keep the page from ever connecting again.
      if (failedBefore) resumeToken = "";
      failedBefore = true;
    }
    await pause(wait * (0.8 + 0.4 * Math.random()), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
