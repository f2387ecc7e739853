//! Alerts from their first sign to their end, with steps of time.

use std::time::Duration;

use resync_api::perf::model::{AlertState, Area, NewSilence, Severity, SilenceMatcher};

use super::observation::Observation;
use super::*;
use crate::check::{Check, Subject};
use crate::fixture::{moment, wall};

/// A book that looks every ten seconds at one subject.
struct Watch {
    book: Book,
    silences: Silences,
    seconds: u64,
    told: Vec<Severity>,
}

impl Watch {
    fn new() -> Self {
        Self {
            book: Book::new(Config::default()),
            silences: Silences::default(),
            seconds: 0,
            told: Vec::new(),
        }
    }

    /// Looks for so many seconds while the rule says this (unset: nothing is known) and gives the news.
    fn look(&mut self, seconds: u64, severity: Option<Severity>) -> Vec<News> {
        let mut news = Vec::new();
        for _ in 0..seconds / 10 {
            self.seconds += 10;
            let observed = severity.map(|severity| observation(Rule::PoolWaitHigh, "redis", severity));
            self.silences.expire(wall(self.seconds));
            let observed = observed.into_iter().collect();
            let notices = self.book.step(&observed, &self.silences, moment(self.seconds));
            self.told.extend(notices.iter().map(|notice| notice.told));
            news.extend(notices.into_iter().map(|notice| notice.news));
        }
        news
    }

    fn state(&self) -> Option<AlertState> {
        self.book.alerts(&self.silences).first().map(|alert| alert.state)
    }
}

fn observation(rule: Rule, name: &str, severity: Severity) -> ((Rule, Subject), Observation) {
    let subject = Subject { area: rule.area(), name: name.to_owned(), roles: vec!["cache".to_owned()] };
    let check = Check {
        rule,
        subject: subject.clone(),
        label: format!("{name}@cache/12345678"),
        group: name.to_owned(),
        severity,
        value: 0.15,
        threshold: 0.1,
        evidence: Vec::new(),
    };
    ((rule, subject), Observation { worst: check, instances: 1 })
}

const WELL: Option<Severity> = Some(Severity::Ok);
const BAD: Option<Severity> = Some(Severity::Warning);
const WORSE: Option<Severity> = Some(Severity::Critical);

#[test]
fn an_alert_waits_fires_once_gets_worse_once_and_resolves_once() {
    let mut watch = Watch::new();
    assert!(watch.look(50, BAD).is_empty());
    assert_eq!(watch.state(), Some(AlertState::Pending));
    assert_eq!(watch.look(100, BAD), [News::Firing], "after a minute, and once");
    let alert = watch.book.alerts(&watch.silences).remove(0);
    assert_eq!(alert.firing_since, Some(wall(70)), "it began at 10");
    assert_eq!(alert.text, "a connection of pool redis is waited for 150.0 ms, above 100.0 ms");
    assert_eq!(watch.look(100, WORSE), [News::Escalated]);
    assert!(watch.look(100, BAD).is_empty(), "better is no news");
    assert!(watch.look(30, WELL).is_empty());
    assert_eq!(watch.look(10, WELL), [News::Resolved], "after half a minute");
    assert_eq!(
        watch.told,
        [Severity::Warning, Severity::Critical, Severity::Critical],
        "for whom only hears the worst"
    );
    assert_eq!(watch.state(), Some(AlertState::Resolved));
    watch.look(3600, WELL);
    assert_eq!(watch.state(), None, "inactive");

    watch.look(50, BAD);
    watch.look(10, WELL);
    assert_eq!(watch.state(), None, "what never fired leaves no trace");
}

#[test]
fn what_is_not_known_stays_as_it_is_for_a_while() {
    let mut watch = Watch::new();
    watch.look(100, BAD);
    assert!(watch.look(280, None).is_empty());
    assert_eq!(watch.state(), Some(AlertState::Firing));
    assert!(watch.look(10, BAD).is_empty(), "it is the same alert");
    assert_eq!(watch.look(600, None), [News::Resolved]);
}

#[test]
fn an_alert_that_comes_and_goes_is_held_until_it_stays_away() {
    let mut watch = Watch::new();
    for _ in 0..2 {
        assert_eq!(watch.look(70, BAD), [News::Firing]);
        assert_eq!(watch.look(50, WELL), [News::Resolved]);
    }
    assert_eq!(watch.look(70, BAD), [News::Firing]);
    assert!(watch.book.alerts(&watch.silences)[0].flapping);
    for _ in 0..5 {
        assert!(watch.look(100, WELL).is_empty() && watch.look(100, BAD).is_empty(), "nobody hears of it");
    }
    assert_eq!(watch.look(620, WELL), [News::Resolved]);
}

#[test]
fn a_silence_keeps_it_quiet_and_its_end_makes_up_for_it() {
    let silence = |matcher: SilenceMatcher, minutes: u64| NewSilence {
        matcher,
        comment: "maintenance".to_owned(),
        duration: Duration::from_secs(60 * minutes),
    };
    let subject = |subject: &str| SilenceMatcher { subject: subject.to_owned(), ..SilenceMatcher::default() };
    let mut watch = Watch::new();
    let made = watch.silences.create(silence(subject("red*"), 10), "ana", wall(0)).expect("sound");
    assert_eq!((made.author.as_str(), made.expires_at), ("ana", wall(600)));
    assert!(watch.look(590, BAD).is_empty());
    let alert = watch.book.alerts(&watch.silences).remove(0);
    assert_eq!((alert.state, alert.silence), (AlertState::Firing, made.id), "it is listed");
    assert_eq!(watch.look(10, BAD), [News::Firing], "the silence is over");

    watch.silences.create(silence(subject("redis"), 10), "ana", wall(watch.seconds)).expect("sound");
    assert_eq!(watch.look(100, WELL), [News::Resolved], "whoever heard of it hears that it is over");

    let by_rule = SilenceMatcher { rule: "pool_timeouts".to_owned(), ..SilenceMatcher::default() };
    let by_severity = SilenceMatcher { severity: Some(Severity::Critical), ..subject("*") };
    let mut others = Watch::new();
    others.silences.create(silence(by_rule, 10), "ana", wall(0)).expect("sound");
    others.silences.create(silence(by_severity, 10), "ana", wall(0)).expect("sound");
    assert_eq!(others.look(100, BAD), [News::Firing], "neither is meant for it");
    assert!(others.look(100, WORSE).is_empty(), "but the second is for the worse");
}

#[test]
fn silences_are_checked_bounded_and_ended_by_id() {
    let mut silences = Silences::default();
    let sound = NewSilence {
        matcher: SilenceMatcher { rule: "resource_leak".to_owned(), ..SilenceMatcher::default() },
        comment: " known ".to_owned(),
        duration: Duration::from_secs(60),
    };
    let mut refused = |change: fn(&mut NewSilence)| {
        let mut wanted = sound.clone();
        change(&mut wanted);
        match silences.create(wanted, "ana", wall(0)) {
            Err(SilenceError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(|wanted| wanted.matcher = SilenceMatcher::default()), "matcher");
    assert_eq!(refused(|wanted| wanted.matcher.rule = "resource_leek".to_owned()), "rule");
    assert_eq!(refused(|wanted| wanted.matcher.severity = Some(Severity::Ok)), "severity");
    assert_eq!(refused(|wanted| wanted.comment = " ".to_owned()), "comment");
    assert_eq!(refused(|wanted| wanted.duration = Duration::ZERO), "duration");
    assert_eq!(refused(|wanted| wanted.duration = Duration::from_secs(31 * 86_400)), "duration");

    for _ in 0..MAX_SILENCES {
        silences.create(sound.clone(), "ana", wall(0)).expect("room");
    }
    assert_eq!(silences.create(sound.clone(), "ana", wall(0)), Err(SilenceError::TooMany));
    let id = silences.list()[0].id.clone();
    silences.delete(&id).expect("in force");
    assert_eq!(silences.delete(&id), Err(SilenceError::Unknown(id.clone())));
    assert!(silences.expire(wall(60)) && silences.list().is_empty());
}

#[test]
fn a_restart_announces_nothing_twice_and_forgets_no_end() {
    let mut watch = Watch::new();
    assert_eq!(watch.look(100, BAD), [News::Firing]);
    let json = serde_json::to_string(&watch.book.remember()).expect("serialises");

    let restarted = || {
        let mut watch = Watch::new();
        watch.book.restore(serde_json::from_str(&json).expect("parses"), moment(0));
        watch
    };
    let mut still_bad = restarted();
    assert!(still_bad.look(200, BAD).is_empty());
    assert_eq!(still_bad.look(40, WORSE), [News::Escalated]);
    let mut well_by_now = restarted();
    assert_eq!(well_by_now.look(60, WELL), [News::Resolved]);
    assert!(well_by_now.book.remember().is_empty());
    let mut gone = restarted();
    assert_eq!(gone.look(600, None), [News::Resolved]);
}

#[test]
fn fingerprints_tell_rules_and_subjects_apart_and_last() {
    let mut prints = Vec::new();
    for (rule, name) in
        [(Rule::PoolWaitHigh, "redis"), (Rule::PoolTimeouts, "redis"), (Rule::PoolTimeouts, "engine:default")]
    {
        let mut book = Book::new(Config::default());
        let observed = [observation(rule, name, Severity::Critical)].into();
        book.step(&observed, &Silences::default(), moment(0));
        prints.push(book.alerts(&Silences::default())[0].fingerprint.clone());
    }
    assert_eq!(prints[0], "e66349378a0f7b4b", "written down: receivers keep it");
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), 3);
}

#[test]
fn a_disabled_rule_makes_no_alert_and_a_set_hold_replaces_the_default() {
    let config = Config {
        disabled: [Rule::PoolTimeouts].into(),
        holds: [(Rule::PoolWaitHigh, Duration::ZERO)].into(),
        ..Config::default()
    };
    let mut book = Book::new(config);
    let observed = [
        observation(Rule::PoolTimeouts, "redis", Severity::Critical),
        observation(Rule::PoolWaitHigh, "redis", Severity::Warning),
    ];
    let notices = book.step(&observed.into(), &Silences::default(), moment(0));
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].alert.rule.as_str(), notices[0].alert.area), ("pool_wait_high", Area::Pool));
}
