use super::*;

mod described;

#[test]
fn the_tables_are_sorted_and_their_defaults_are_valid() {
    for table in [&TOPIC[..], &BROKER[..], &OWN[..]] {
        assert!(table.windows(2).all(|pair| pair[0].name < pair[1].name));
        for setting in table {
            if let Some(default) = setting.default
                && !default.is_empty()
            {
                assert!(setting.parse(default).is_ok(), "{}={default}", setting.name);
            }
        }
    }
    assert!(topic_setting("retention.ms").is_some());
    assert!(topic_setting("retention.msx").is_none());
    assert!(broker_setting("kavka.shards").is_some());
}

#[test]
fn every_fallback_of_a_topic_is_a_setting_of_the_broker() {
    for fallback in TOPIC.iter().flat_map(|setting| setting.fallbacks) {
        assert!(broker_setting(fallback.name).is_some(), "{}", fallback.name);
    }
    assert!(is_dynamic("log.retention.ms"));
    assert!(!is_dynamic("log.retention.hours"));
    assert!(!is_dynamic("node.id"));
}

#[test]
fn every_setting_says_what_it_is_for_in_a_sentence() {
    for setting in TOPIC.iter().chain(broker_settings()) {
        let text = setting.documentation();
        assert!(text.ends_with('.'), "{}: {text}", setting.name);
        assert!(text.len() > 20, "{}: {text}", setting.name);
    }
}

/// A topic's setting has an effect exactly where the broker settings that stand in for it have.
#[test]
fn a_topics_setting_and_its_fallbacks_have_an_effect_together() {
    for topic in &TOPIC {
        for fallback in topic.fallbacks {
            let broker = broker_setting(fallback.name).unwrap();
            assert_eq!(
                topic.without_effect.is_some(),
                broker.without_effect.is_some(),
                "{} and {}",
                topic.name,
                broker.name
            );
        }
    }
}
