//! What came together for one destination, counted and put in order, before it takes a form.

use chrono::{DateTime, Utc};
use resync_api::perf::model::Severity;

use super::Event;
use super::text::inert;
use crate::alert::{News, Notice};
use crate::plan_event::{PlanEvent, PlanEventKind};

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The same over all tries.
    pub(super) id: String,
    pub(super) made_at: DateTime<Utc>,
    /// Gravest first, resolved ones last.
    pub(super) notices: Vec<Notice>,
    /// Critical jobs first, failed before late.
    pub(super) plan_events: Vec<PlanEvent>,
    pub(super) tests: Vec<String>,
    /// Counted, but not kept.
    pub(super) dropped: u64,
}

/// How a line should strike the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Bad,
    Warning,
    Good,
    Plain,
}

/// One line of a message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) tone: Tone,
    /// A word of ours.
    pub(super) word: &'static str,
    /// Untrusted, on one line.
    pub(super) text: String,
}

impl Message {
    pub(super) fn of(id: String, made_at: DateTime<Utc>, events: Vec<Event>, dropped: u64) -> Self {
        let mut message =
            Self { id, made_at, notices: Vec::new(), plan_events: Vec::new(), tests: Vec::new(), dropped };
        for event in events {
            match event {
                Event::Alert(notice) => message.notices.push(notice),
                Event::Plan(event) => message.plan_events.push(event),
                Event::Test { by } => message.tests.push(by),
            }
        }
        message
            .notices
            .sort_by_key(|notice| (notice.news == News::Resolved, std::cmp::Reverse(notice.alert.severity)));
        message.plan_events.sort_by_key(|event| (!event.critical, event.kind));
        message
    }

    pub(super) fn alerts(&self, resolved: bool) -> usize {
        self.notices.iter().filter(|notice| (notice.news == News::Resolved) == resolved).count()
    }

    pub(super) fn jobs(&self, kind: PlanEventKind) -> usize {
        self.plan_events.iter().filter(|event| event.kind == kind).count()
    }

    /// Counts in words; nothing in it is untrusted.
    pub(super) fn summary(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {many}")),
        };
        let parts = [
            counted(self.tests.len(), "test message", "test messages"),
            counted(self.alerts(false), "alert firing", "alerts firing"),
            counted(self.alerts(true), "alert resolved", "alerts resolved"),
            counted(self.jobs(PlanEventKind::Failed), "job failed", "jobs failed"),
            counted(self.jobs(PlanEventKind::Late), "job late", "jobs late"),
            counted(usize::try_from(self.dropped).unwrap_or(usize::MAX), "event left out", "events left out"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// As grave as the gravest of it.
    pub(super) fn tone(&self) -> Tone {
        let firing = self.notices.iter().filter(|notice| notice.news != News::Resolved);
        match firing.map(|notice| notice.alert.severity).max() {
            Some(Severity::Critical) => Tone::Bad,
            _ if self.jobs(PlanEventKind::Failed) > 0 => Tone::Bad,
            Some(_) => Tone::Warning,
            None if !self.plan_events.is_empty() => Tone::Warning,
            None if !self.notices.is_empty() => Tone::Good,
            None => Tone::Plain,
        }
    }

    /// The first lines for people, and how many more there would be.
    pub(super) fn lines(&self, most: usize) -> (Vec<Line>, usize) {
        let tests = self.tests.iter().map(|by| Line {
            tone: Tone::Plain,
            word: "test",
            text: inert(&format!("{by} asked for this message; nothing is wrong")),
        });
        let notices = self.notices.iter().map(|notice| {
            let (tone, word) = match (notice.news, notice.alert.severity) {
                (News::Resolved, _) => (Tone::Good, "resolved"),
                (_, Severity::Critical) => (Tone::Bad, "critical"),
                _ => (Tone::Warning, "warning"),
            };
            let processes = match notice.alert.instances {
                0 | 1 => String::new(),
                many => format!(" ({many} processes)"),
            };
            Line { tone, word, text: format!("{}{processes}", inert(&notice.alert.text)) }
        });
        let jobs = self.plan_events.iter().map(|event| Line {
            tone: if event.kind == PlanEventKind::Failed { Tone::Bad } else { Tone::Warning },
            word: event.kind.as_str(),
            text: inert(&event.text()),
        });
        let all = self.tests.len() + self.notices.len() + self.plan_events.len();
        (tests.chain(notices).chain(jobs).take(most).collect(), all.saturating_sub(most))
    }
}
