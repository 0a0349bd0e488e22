//! Kafka's names as Rust writes them.

const KEYWORDS: [&str; 12] = [
    "type", "match", "ref", "move", "self", "use", "mod", "fn", "impl", "loop", "where", "async",
];

/// `PartitionIndex` as `partition_index`; runs of capitals count as one word.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 8);
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place + 1);
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The name of a field, escaped where Rust keeps the word for itself.
pub(crate) fn field(name: &str) -> String {
    let snake = snake(name);
    if KEYWORDS.contains(&snake.as_str()) {
        format!("r#{snake}")
    } else {
        snake
    }
}

/// `INVALID_REPLICATION_FACTOR` as `InvalidReplicationFactor`.
pub(crate) fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first
            .into_iter()
            .chain(letters.map(|letter| letter.to_ascii_lowercase()))
            .collect()
    };
    name.split('_').map(word).collect::<Vec<String>>().concat()
}

/// Whether written code uses a variable: its name outside of quotes, and not as a field.
pub(crate) fn uses(code: &str, variable: &str) -> bool {
    let outside: Vec<&str> = code.split('"').step_by(2).collect();
    let outside = outside.concat();
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    outside.match_indices(variable).any(|(place, _)| {
        let before = outside
            .get(..place)
            .and_then(|code| code.chars().next_back());
        let after = outside
            .get(place + variable.len()..)
            .and_then(|code| code.chars().next());
        !before.is_some_and(|letter| is_name(letter) || letter == '.')
            && !after.is_some_and(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_neither_a_field_nor_a_word_in_quotes() {
        assert!(uses("if version >= 3", "version") && uses("read(r, version)", "version"));
        assert!(!uses(
            "w.field(\"a.version\"); it.version = r.i8(); min_version",
            "version"
        ));
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(snake("ThrottleTimeMs"), "throttle_time_ms");
        assert_eq!(
            snake("ResultsByTopicV3AndBelow"),
            "results_by_topic_v3_and_below"
        );
        assert_eq!(snake("EligibleLeaderReplicas"), "eligible_leader_replicas");
        assert_eq!(snake("KRaftVersionRecord"), "k_raft_version_record");
        assert_eq!(field("Type"), "r#type");
        assert_eq!(camel("NOT_LEADER_OR_FOLLOWER"), "NotLeaderOrFollower");
    }
}
