//! What there is, for metrics.

use std::collections::BTreeMap;

use super::state::State;
use super::{GroupCoordinator, Owned};
use crate::types::{Offset, PartitionIndex};

/// How many groups and members there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Groups by the name of their state; every state is there.
    pub groups: BTreeMap<&'static str, usize>,
    /// Members of all groups.
    pub members: usize,
}

/// An offset that a group has committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommittedOffset<'a> {
    /// The group.
    pub group: &'a str,
    /// The topic.
    pub topic: &'a str,
    /// Its partition.
    pub partition: PartitionIndex,
    /// Where the group goes on.
    pub offset: Offset,
}

impl GroupCoordinator {
    /// Counts the groups of the partitions that are served.
    pub fn census(&self) -> Census {
        let mut census = Census {
            groups: State::ALL.iter().map(|state| (state.name(), 0)).collect(),
            members: 0,
        };
        for group in self.groups.values() {
            if self.owned.get(&group.partition) == Some(&Owned::Serving) {
                *census.groups.entry(group.state.name()).or_default() += 1;
                census.members += group.members.len();
            }
        }
        census
    }

    /// Every offset of the partitions that are served, in order of groups, topics and partitions.
    pub fn committed(&self) -> impl Iterator<Item = CommittedOffset<'_>> {
        let served = |partition| self.owned.get(partition) == Some(&Owned::Serving);
        let groups = self.groups.values();
        groups
            .filter(move |group| served(&group.partition))
            .flat_map(|group| {
                group
                    .offsets
                    .iter()
                    .map(|(key, committed)| CommittedOffset {
                        group: &group.id,
                        topic: &key.topic,
                        partition: PartitionIndex(key.partition),
                        offset: committed.offset,
                    })
            })
    }
}
