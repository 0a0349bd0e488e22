//! The features of a cluster (KIP-584) that this version knows, and the levels that it can run
//! them at. The level that a cluster does run at is metadata.

/// A feature and the levels that this version supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Kafka's name.
    pub name: &'static str,
    /// The lowest level; 0 stands for running without it.
    pub min: i16,
    /// The highest level.
    pub max: i16,
    /// The level that a new cluster begins with.
    pub initial: i16,
}

/// The format of the metadata's records. They are those of Kafka 4.3 (4.3-IV0) since the first
/// version of this broker: there is no older format that it could write.
pub const METADATA_VERSION: Feature = Feature {
    name: "metadata.version",
    min: 30,
    max: 30,
    initial: 30,
};

/// What transactions are like: from level 2 on each one ends with a new epoch, and writes join
/// partitions to it (KIP-890). Clients that stay at 0 are served, too.
pub const TRANSACTION_VERSION: Feature = Feature {
    name: "transaction.version",
    min: 0,
    max: 2,
    initial: 2,
};

/// Everything that can be finalized, in order of names.
pub const FEATURES: &[Feature] = &[METADATA_VERSION, TRANSACTION_VERSION];

/// The feature of this name.
pub fn feature(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_sorted_and_begin_with_a_level_that_they_have() {
        assert!(FEATURES.windows(2).all(|pair| pair[0].name < pair[1].name));
        for feature in FEATURES {
            assert!((feature.min..=feature.max).contains(&feature.initial));
        }
    }
}
