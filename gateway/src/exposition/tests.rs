//! Of texts that are well-formed, of texts that are not, and of whatever else processes may send.

use super::*;
use proptest::prelude::*;

const AGENT: &str = "# HELP calls_total Calls\n# TYPE calls_total counter\ncalls_total{method=\"a\"} 3\n\
    # HELP took_seconds Time\n# TYPE took_seconds histogram\ntook_seconds_bucket{le=\"+Inf\"} 2\n\
    took_seconds_sum 0.5\ntook_seconds_count 2\n";

fn merged(sources: &[(&str, &str)]) -> Exposition {
    let mut all = Exposition::default();
    for (instance, text) in sources {
        all.add(Source { instance, role: "agent,cache", text });
    }
    all
}

#[test]
fn families_are_grouped_and_samples_say_whose_they_are() {
    let all = merged(&[("1", AGENT), ("2", AGENT)]);
    assert_eq!(all.skipped(), 0);
    assert_eq!(
        all.render(),
        "# HELP calls_total Calls\n# TYPE calls_total counter\n\
         calls_total{method=\"a\",instance=\"1\",role=\"agent,cache\"} 3\n\
         calls_total{method=\"a\",instance=\"2\",role=\"agent,cache\"} 3\n\
         # HELP took_seconds Time\n# TYPE took_seconds histogram\n\
         took_seconds_bucket{le=\"+Inf\",instance=\"1\",role=\"agent,cache\"} 2\n\
         took_seconds_sum{instance=\"1\",role=\"agent,cache\"} 0.5\n\
         took_seconds_count{instance=\"1\",role=\"agent,cache\"} 2\n\
         took_seconds_bucket{le=\"+Inf\",instance=\"2\",role=\"agent,cache\"} 2\n\
         took_seconds_sum{instance=\"2\",role=\"agent,cache\"} 0.5\n\
         took_seconds_count{instance=\"2\",role=\"agent,cache\"} 2\n"
    );
    assert_eq!(all.sums("calls_total", "method"), BTreeMap::from([("a".to_owned(), 6.0)]));
    assert_eq!(all.sums("nothing", "method"), BTreeMap::new());
}

#[test]
fn labels_of_ours_are_kept_under_another_name() {
    let all = merged(&[("1", "up{instance=\"x\",role=\"y\"} 1\n")]);
    assert!(
        all.render().contains(
            "up{exported_instance=\"x\",exported_role=\"y\",instance=\"1\",role=\"agent,cache\"} 1"
        )
    );
}

#[test]
fn what_a_process_says_wrongly_is_skipped_and_the_rest_stays() {
    for wrong in [
        "calls_total{method=\"a\"} many",
        "calls_total{method=\"a} 1",
        "calls_total{method=\"a\",method=\"b\"} 1",
        "calls_total{method=\"\\x\"} 1",
        "calls_total{9=\"a\"} 1",
        "calls_total{a=\"1\" b=\"2\"} 1",
        "calls-total 1",
        "calls_total",
        "calls_total 1 2 3",
        "calls_total 1 noon",
        "# TYPE calls_total speed",
        "# HELP 9 no name",
        "calls_total\u{1b} 1",
        // Said twice.
        "right 1",
    ] {
        let all = merged(&[("1", &format!("right 1\n{wrong}\n"))]);
        assert_eq!(all.skipped(), 1, "{wrong:?}");
        assert_eq!(all.render(), "# TYPE right untyped\nright{instance=\"1\",role=\"agent,cache\"} 1\n");
    }
}

#[test]
fn a_process_that_contradicts_the_others_about_a_family_is_left_out_of_it() {
    let all = merged(&[("1", "# TYPE a counter\na 1\n"), ("2", "# TYPE a gauge\na 2\nb 1\n")]);
    assert_eq!(all.skipped(), 1);
    assert_eq!(all.sums("a", ""), BTreeMap::from([(String::new(), 1.0)]));
    assert_eq!(all.sums("b", ""), BTreeMap::from([(String::new(), 1.0)]));
}

#[test]
fn a_text_beyond_the_bound_is_cut_at_a_line() {
    let text = "a_metric_with_a_name{label=\"é\"} 1\n".repeat(MAX_TEXT_BYTES / 30);
    let (kept, beyond) = cut(&text);
    assert!(beyond && kept.len() <= MAX_TEXT_BYTES && kept.ends_with("} 1"));
}

prop_compose! {
    fn a_sample()(
        name in "[a-z_:][a-z0-9_]{0,6}(_sum|_count|_bucket)?",
        label in "[a-z_][a-z0-9_]{0,5}",
        value in any::<String>(),
        number in any::<f64>(),
    ) -> String {
        format!("{name}{{{label}=\"{}\"}} {number}", escaped(&value))
    }
}

fn a_line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => a_sample(),
        1 => "[a-z]{1,3}(_sum)? [0-9.eInfNa+-]{0,6}",
        1 => ("[a-z]{1,3}", prop::sample::select(vec!["counter", "gauge", "histogram", "summary", "x"]))
            .prop_map(|(name, kind)| format!("# TYPE {name} {kind}")),
        1 => "# HELP [a-z]{1,3} [ -~]{0,9}",
        1 => any::<String>(),
        1 => "[a-z{}=\",\\\\ 0-9#]{0,30}",
    ]
}

proptest! {
    #[test]
    fn whatever_processes_send_the_answer_is_well_formed(
        first in prop::collection::vec(a_line(), 0..30),
        second in prop::collection::vec(a_line(), 0..30),
        instance in any::<String>(),
    ) {
        let all = merged(&[(&instance, &first.join("\n")), ("2", &second.join("\n"))]);
        let text = all.render();
        let mut seen = HashSet::new();
        let (mut families, mut current) = (HashSet::new(), "");
        for line in text.lines() {
            match line::parse(line) {
                Some(Line::Kind { name, .. }) => {
                    prop_assert!(families.insert(name), "one TYPE a family: {line}");
                    current = name;
                }
                Some(Line::Sample(sample)) => {
                    prop_assert!(sample.name.starts_with(current), "grouped: {line}");
                    prop_assert!(seen.insert((sample.name, sample.labels)), "once: {line}");
                }
                Some(Line::Help { .. }) => {}
                other => prop_assert!(false, "{line:?} is {other:?}"),
            }
        }
        prop_assert_eq!(seen.len(), all.samples);
    }
}
