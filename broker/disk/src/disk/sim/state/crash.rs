//! What a crash leaves of the changes that were not synced.

use super::super::{Crash, Random};
use super::{DirectoryChange, DirectoryNode, FileChange, FileNode, Node, State};

/// What is torn is torn at these boundaries.
const SECTOR: usize = 512;

impl State {
    /// Ends every open file and leaves what such a crash leaves.
    pub(in super::super) fn crash(&mut self, crash: Crash) {
        self.incarnation += 1;
        self.crash_at = None;
        self.crashed = false;
        self.locks.clear();
        self.open.clear();
        let mut random = match crash {
            Crash::Process => return,
            Crash::DropUnsynced => None,
            Crash::Tear { seed } => Some(Random::new(seed)),
        };
        for node in self.nodes.values_mut() {
            match node {
                Node::File(file) => crash_file(file, random.as_mut()),
                Node::Directory(directory) => crash_directory(directory, random.as_mut()),
            }
        }
        self.drop_unreachable();
    }

    fn drop_unreachable(&mut self) {
        let reachable = self.reachable();
        self.nodes.retain(|inode, _| reachable.contains(inode));
    }
}

/// How likely a change survives in one file or directory: usually alike, so that whole files
/// vanish or survive as well as parts of them.
fn survival(random: &mut Random) -> u64 {
    match random.below(4) {
        0 => 0,
        1 => 100,
        2 => 90,
        _ => 50,
    }
}

fn crash_file(file: &mut FileNode, random: Option<&mut Random>) {
    let pending = std::mem::take(&mut file.pending);
    if let Some(random) = random {
        let percent = survival(random);
        for change in &pending {
            match change {
                FileChange::SetLength(_) if random.chance(percent) => {
                    change.apply(&mut file.durable);
                }
                FileChange::SetLength(_) => {}
                FileChange::Write { position, content } => {
                    tear(file, *position, content, percent, random);
                }
            }
        }
    }
    file.cached.clone_from(&file.durable);
}

/// Writes some sectors of a write: all, none, or each by chance.
fn tear(file: &mut FileNode, position: usize, content: &[u8], percent: u64, random: &mut Random) {
    let torn = random.chance(30);
    let whole = random.chance(percent);
    if !torn && !whole {
        return;
    }
    let mut start = 0;
    while start < content.len() {
        let to_boundary = SECTOR - (position + start) % SECTOR;
        let end = (start + to_boundary).min(content.len());
        if !torn || random.chance(percent.max(20)) {
            let sector = content.get(start..end).unwrap_or_default().to_vec();
            FileChange::Write {
                position: position + start,
                content: sector,
            }
            .apply(&mut file.durable);
        }
        start = end;
    }
}

fn crash_directory(directory: &mut DirectoryNode, random: Option<&mut Random>) {
    let pending = std::mem::take(&mut directory.pending);
    if let Some(random) = random {
        let percent = survival(random);
        for change in &pending {
            if random.chance(percent) {
                change.apply(&mut directory.durable);
            }
        }
    }
    directory.cached.clone_from(&directory.durable);
}

impl DirectoryChange {
    /// Does the change to `entries`; each change is atomic.
    pub(super) fn apply(&self, entries: &mut std::collections::BTreeMap<String, u64>) {
        match self {
            Self::Insert { name, inode } => {
                entries.insert(name.clone(), *inode);
            }
            Self::Remove { name, inode } => {
                if entries.get(name) == Some(inode) {
                    entries.remove(name);
                }
            }
            Self::Rename { from, to, inode } => {
                if entries.get(from) == Some(inode) {
                    entries.remove(from);
                }
                entries.insert(to.clone(), *inode);
            }
        }
    }
}
