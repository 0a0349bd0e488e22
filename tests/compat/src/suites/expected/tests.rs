//! A comparison that lets a regression through would prove nothing.

use super::*;

const TABLE: &str = "# head\n\
    pass fail Hangs # no transactions\n\
    pass pass Reads\n\
    fail skip Share # no share groups\n\
    pass pass Writes\n";

fn expected() -> Expected {
    Expected::parse(PathBuf::new(), TABLE).unwrap()
}

fn seen(results: &[(&str, Verdict)]) -> Results {
    let mut seen = Results::default();
    for (test, verdict) in results {
        seen.insert(test, *verdict);
    }
    seen
}

#[test]
fn a_test_that_fails_skips_or_is_not_run_is_missed() {
    let all = Choice::everything();
    for verdict in [Verdict::Fail, Verdict::Skip] {
        let seen = seen(&[("Reads", Verdict::Pass), ("Writes", verdict)]);
        assert_eq!(expected().missed(&seen, &all, On::Kavka), ["Writes"]);
    }
    let nothing = Results::default();
    let missed = expected().missed(&nothing, &all, On::Kavka);
    assert_eq!(missed, ["Reads", "Writes"]);
    let missed = expected().missed(&nothing, &all, On::Kafka);
    assert_eq!(missed, ["Hangs", "Reads", "Writes"]);
}

#[test]
fn what_was_not_chosen_is_not_missed() {
    let choice = Choice::only(vec!["Reads".to_owned()]);
    let missed = expected().missed(&Results::default(), &choice, On::Kavka);
    assert_eq!(missed, ["Reads"]);
}

#[test]
fn a_test_that_passes_unexpectedly_is_gained() {
    let seen = seen(&[("Hangs", Verdict::Pass), ("Reads", Verdict::Pass)]);
    assert_eq!(expected().gained(&seen, On::Kavka), ["Hangs"]);
}

#[test]
fn a_table_is_written_as_it_was_read() {
    assert_eq!(expected().text().unwrap(), TABLE);
}

#[test]
fn nonsense_is_refused() {
    for line in [
        "pass pass",
        "pass maybe Test",
        "pass pass Test extra",
        "pass pass A\npass pass A",
    ] {
        assert!(Expected::parse(PathBuf::new(), line).is_err(), "{line}");
    }
}
