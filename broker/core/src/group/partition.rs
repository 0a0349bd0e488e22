//! Which partition of `__consumer_offsets` a group lives in.

use crate::types::PartitionIndex;

/// As Kafka decides it: Java's hash of the group's id.
pub fn partition_for(group: &str, partitions: i32) -> PartitionIndex {
    let hash = group.encode_utf16().fold(0_i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    });
    PartitionIndex((hash & i32::MAX) % partitions.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_live_where_kafka_puts_them() {
        // "hello".hashCode() is 99162322, "polygenelubricants".hashCode() is i32::MIN.
        assert_eq!(partition_for("hello", 50), PartitionIndex(99_162_322 % 50));
        assert_eq!(partition_for("polygenelubricants", 50), PartitionIndex(0));
        assert_eq!(partition_for("", 50), PartitionIndex(0));
        // "é".hashCode() is 233: units of UTF-16, not bytes.
        assert_eq!(partition_for("é", 1_000), PartitionIndex(233));
    }
}
