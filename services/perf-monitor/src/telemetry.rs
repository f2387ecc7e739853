//! Figures about the monitor itself.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const REPORTS: &str = "resync_perf_reports_total";
const PROCESSES: &str = "resync_perf_processes";
const EVALUATION: &str = "resync_perf_evaluation_duration_seconds";
const ALERTS: &str = "resync_perf_alerts";
const NOT_TAKEN_UP: &str = "resync_perf_alerts_not_taken_up_total";
const NOTIFICATIONS: &str = "resync_perf_notifications_total";
const ATTEMPTS: &str = "resync_perf_notification_attempts_total";
const EVENTS_DROPPED: &str = "resync_perf_notification_events_dropped_total";
const PLAN_EVENTS: &str = "resync_perf_plan_events_total";

/// Tells the recorder what the figures mean; harmless when told twice.
pub(crate) fn describe() {
    describe_counter!(REPORTS, "reports of processes by outcome: taken, trimmed, refused");
    describe_gauge!(PROCESSES, "known processes by state: reporting, missing");
    describe_histogram!(EVALUATION, Unit::Seconds, "time for one look at all rules");
    describe_gauge!(ALERTS, "alerts by state and severity");
    describe_counter!(NOT_TAKEN_UP, "times a condition was not taken up because there were too many alerts");
    describe_counter!(NOTIFICATIONS, "messages by destination and outcome: delivered, refused, gave_up");
    describe_counter!(ATTEMPTS, "tries to deliver a message, by destination");
    describe_counter!(EVENTS_DROPPED, "events counted but not kept because a destination's buffer was full");
    describe_counter!(PLAN_EVENTS, "failed and late jobs seen in the plans, by kind");
}

pub(crate) fn report(outcome: &'static str) {
    counter!(REPORTS, "outcome" => outcome).increment(1);
}

pub(crate) fn processes(reporting: usize, missing: usize) {
    gauge!(PROCESSES, "state" => "reporting").set(reporting as f64);
    gauge!(PROCESSES, "state" => "missing").set(missing as f64);
}

pub(crate) fn evaluated(took: Duration) {
    histogram!(EVALUATION).record(took.as_secs_f64());
}

pub(crate) fn alerts(state: &'static str, severity: &'static str, count: usize) {
    gauge!(ALERTS, "state" => state, "severity" => severity).set(count as f64);
}

pub(crate) fn alert_not_taken_up() {
    counter!(NOT_TAKEN_UP).increment(1);
}

pub(crate) fn notification(destination: &str, outcome: &'static str) {
    counter!(NOTIFICATIONS, "destination" => destination.to_owned(), "outcome" => outcome).increment(1);
}

pub(crate) fn attempt(destination: &str) {
    counter!(ATTEMPTS, "destination" => destination.to_owned()).increment(1);
}

pub(crate) fn event_dropped(destination: &str) {
    counter!(EVENTS_DROPPED, "destination" => destination.to_owned()).increment(1);
}

pub(crate) fn plan_event(kind: &'static str) {
    counter!(PLAN_EVENTS, "kind" => kind).increment(1);
}
