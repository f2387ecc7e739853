//! Windows against a plain list of everything that happened.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// One step of a process: time since the last report, what happened, and whether the counter was set back before.
#[derive(Clone, Debug)]
struct Step {
    pause: u64,
    happened: u64,
    set_back: bool,
    gauge: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Mostly regular reports; now and then a long gap.
    let pause = prop_oneof![9 => 1_u64..20, 1 => 20_u64..4000];
    let step = (pause, 0_u64..1000, prop::bool::weighted(0.05), 0_u64..50)
        .prop_map(|(pause, happened, set_back, gauge)| Step { pause, happened, set_back, gauge });
    vec(step, 1..400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_window_holds_what_happened_in_it_and_lacks_at_most_one_step(steps in steps()) {
        let mut at = 0;
        let mut raw = 777;
        let mut series = Series::begin(Duration::ZERO, &[raw], 0);
        let mut events = vec![(0, 0, 0)];
        for step in &steps {
            at += step.pause;
            if step.set_back {
                raw = 0;
            }
            raw += step.happened;
            // A counter that was set back and has passed its old value since cannot be told from one that was not:
            // reports come too often for that to matter, and the test leaves it out.
            let seen = if step.set_back && raw >= series.raw[0] { raw - series.raw[0] } else { step.happened };
            series.observe(Duration::from_secs(at), &[raw], step.gauge);
            events.push((at, seen, step.gauge));
        }
        for (window, (step, kept)) in Window::ALL.into_iter().zip(LEVELS) {
            let begin = at.saturating_sub(window.length().as_secs());
            let most: u64 = events.iter().filter(|(time, ..)| *time > begin || begin == 0).map(|event| event.1).sum();
            let level = &series.levels[window as usize];
            prop_assert!(level.samples.len() <= kept, "bounded");
            // The base is the first sample inside the window: at most one step, and one pause between reports, later.
            let base = events.iter().map(|event| event.0).filter(|time| *time >= begin)
                .find(|time| level.samples.iter().any(|sample| sample.at.as_secs() == *time));
            match series.over(window, Duration::from_secs(at)) {
                None => prop_assert!(base.is_none_or(|base| base == at), "only the last report is inside"),
                Some(difference) => {
                    let base = base.expect("there is a difference");
                    let exact: u64 = events.iter().filter(|event| event.0 > base).map(|event| event.1).sum();
                    prop_assert_eq!(difference.counts[0], exact);
                    prop_assert!(difference.counts[0] <= most);
                    prop_assert_eq!(difference.covered.as_secs(), at - base);
                    prop_assert!(difference.covered <= window.length());
                    let first_inside = events.iter().map(|event| event.0).find(|time| *time >= begin);
                    let late_by = base - first_inside.expect("the last report is inside");
                    prop_assert!(late_by <= step.as_secs() + 4000, "{late_by}");
                    let gauges: Vec<u64> =
                        events.iter().filter(|event| event.0 > base).map(|event| event.2).collect();
                    prop_assert_eq!(difference.gauge_high, gauges.iter().copied().max().unwrap_or(0));
                    let mean = gauges.iter().sum::<u64>() as f64 / gauges.len() as f64;
                    prop_assert!((difference.gauge_mean - mean).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn regular_reports_fill_the_window_but_for_one_step(count in 2_u64..20_000) {
        let mut series = Series::begin(Duration::ZERO, &[0], 0);
        for report in 1..=count {
            series.observe(Duration::from_secs(5 * report), &[report], 0);
        }
        let now = 5 * count;
        for (window, (step, _)) in Window::ALL.into_iter().zip(LEVELS) {
            let difference = series.over(window, Duration::from_secs(now)).expect("several reports are inside");
            let wanted = now.min(window.length().as_secs());
            let covered = difference.covered.as_secs();
            prop_assert!(covered + step.as_secs() + 5 >= wanted, "{window:?}: {covered} of {wanted}");
            prop_assert_eq!(difference.counts[0], covered / 5, "one in every report");
        }
    }
}

#[test]
fn a_late_joiner_a_gap_and_another_shape_add_nothing_that_was_not_seen() {
    let at = Duration::from_secs;
    let mut series = Series::begin(at(0), &[1_000_000], 3);
    assert_eq!(series.over(Window::OneMinute, at(0)), None, "one report is no window");
    series.observe(at(5), &[1_000_010], 5);
    let first = series.over(Window::OneMinute, at(5)).expect("two reports");
    assert_eq!(
        (first.counts, first.covered),
        (vec![10], at(5)),
        "what was before the first report is not counted"
    );
    assert_eq!(series.over(Window::OneMinute, at(100)), None, "nothing was reported in the last minute");

    series.observe(at(600), &[1_000_900], 5);
    assert_eq!(series.over(Window::OneMinute, at(600)), None, "nobody knows when it happened");
    let quarter = series.over(Window::FifteenMinutes, at(600)).expect("the gap is inside");
    assert_eq!(quarter.counts, [900]);

    series.observe(at(605), &[0, 0], 0);
    assert_eq!(series.over(Window::FifteenMinutes, at(605)), None, "another series begins");
}
