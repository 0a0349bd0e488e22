//! A small disk of its own for a test, in a mount namespace that outlives the brokers on it.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::harness::{BrokerProcess, command};

/// What the disk is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// In memory; needs no rights where users have namespaces.
    Tmpfs,
    /// A file with ext4 in it; needs root.
    Ext4,
}

/// A disk of a few hundred MiB.
pub(crate) struct SmallDisk {
    holder: Child,
    folder: TempDir,
}

impl SmallDisk {
    /// Makes one of `mebibytes`; nothing where the machine does not let a test mount it.
    pub(crate) fn mount(kind: FileSystem, mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (flags, mount) = match kind {
            FileSystem::Tmpfs => (
                "-Urm",
                format!("mount -t tmpfs -o size={mebibytes}m tmpfs \"$0/disk\""),
            ),
            FileSystem::Ext4 => (
                "-m",
                format!(
                    "truncate -s {mebibytes}M \"$0/image\" && mkfs.ext4 -q -m 0 \"$0/image\" && \
                     mount -o loop \"$0/image\" \"$0/disk\""
                ),
            ),
        };
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        let script = format!("{mount} && echo mounted && exec sleep 3600");
        let mut holder = Command::new("unshare")
            .args([flags, "sh", "-c", &script])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let mut output = BufReader::new(holder.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let disk = Self { holder, folder };
        if line.trim() == "mounted" {
            return Some(disk);
        }
        eprintln!("skipped: no {kind:?} can be mounted here");
        None
    }

    /// Starts a broker whose data lie on the disk.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> BrokerProcess {
        let inside = self.folder.path().join("disk/data");
        let broker = command(&inside, settings);
        let mut wrapped = Command::new("nsenter");
        let holder = self.holder.id().to_string();
        let user = Path::new("/proc").join(&holder).join("ns/user");
        let own_user = std::fs::read_link("/proc/self/ns/user").unwrap();
        if std::fs::read_link(user).unwrap() != own_user {
            wrapped.args(["-U", "--preserve-credentials"]);
        }
        wrapped
            .args(["-m", "-t", &holder])
            .arg(broker.get_program());
        wrapped.args(broker.get_args());
        wrapped.stdout(Stdio::null()).stderr(Stdio::piped());
        BrokerProcess::spawn(&mut wrapped)
    }

    /// A place on the disk as seen from outside of the namespace.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let disk = self.folder.path().join("disk").join(name);
        PathBuf::from(format!("/proc/{}/root{}", self.holder.id(), disk.display()))
    }

    /// Fills the disk up to the last byte; the space comes back with the file.
    pub(crate) fn fill(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let mut file = std::fs::File::create(&path).unwrap();
        for length in [64 * 1024, 4096, 1] {
            let chunk = vec![7; length];
            while file.write_all(&chunk).is_ok() {}
            // What ext4 has promised and not placed yet.
            drop(file.sync_all());
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}
