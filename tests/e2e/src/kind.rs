//! The kind cluster that the test runs on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::command::{self, run, run_with};
use crate::steps::note;

/// From nothing: binaries from their modules, then the node image.
const UP_LIMIT: Duration = Duration::from_mins(40);
const LOAD_LIMIT: Duration = Duration::from_mins(3);

/// A running cluster.
pub(crate) struct Kind {
    name: String,
    root: PathBuf,
    /// The folder of kind, kubectl and helm.
    bin: PathBuf,
    /// Where the credentials lie.
    pub(crate) kubeconfig: PathBuf,
}

impl Kind {
    /// Starts the cluster `name`, anew unless `KAVKA_E2E_REUSE` is set.
    pub(crate) fn up(root: &Path, name: &str) -> Result<Self> {
        let cache = match env::var_os("KAVKA_CACHE") {
            Some(cache) => PathBuf::from(cache),
            None => {
                PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache/kavka")
            }
        };
        let kind = Self {
            name: name.to_owned(),
            root: root.to_owned(),
            bin: cache.join("kind/bin"),
            kubeconfig: cache.join(format!("kind/{name}.kubeconfig")),
        };
        if !is_reused() && kind.program("kind").exists() {
            kind.down()?;
        }
        // Its progress goes straight to the terminal.
        let mut up = Command::new(kind.script("up.sh"));
        let status = up.arg(name).stdout(std::process::Stdio::null()).spawn();
        let mut child = status.context("cannot start up.sh")?;
        command::wait(&mut child, UP_LIMIT)?
            .then_some(kind)
            .context("tests/e2e/kind/up.sh failed; its last lines say why")
    }

    fn script(&self, name: &str) -> PathBuf {
        self.root.join("tests/e2e/kind").join(name)
    }

    /// The path of `kubectl`, `helm` or `kind`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Loads the archives of the images into every node.
    pub(crate) fn load_images(&self, folder: &Path) -> Result<()> {
        for image in ["operator", "broker", "collector", "kavka"] {
            let archive = folder.join(format!("{image}.tar"));
            if !archive.exists() {
                bail!("{} is missing; run: make images", archive.display());
            }
            let mut load = Command::new(self.program("kind"));
            load.args(["load", "image-archive", "--name", &self.name])
                .arg(&archive);
            run_with(&mut load, b"", LOAD_LIMIT)?;
            let mib = fs::metadata(&archive)?.len() >> 20;
            note(format!("{image}: {mib} MiB"));
        }
        Ok(())
    }

    /// Deletes the cluster; nothing happens if there is none.
    pub(crate) fn down(&self) -> Result<()> {
        run_with(
            Command::new(self.script("down.sh")).arg(&self.name),
            b"",
            command::LIMIT,
        )?;
        Ok(())
    }
}

/// Whether a cluster that is there shall be used as it is.
pub(crate) fn is_reused() -> bool {
    env::var_os("KAVKA_E2E_REUSE").is_some()
}

/// Runs a script on a node, as root; a node is a container with the node's name.
pub(crate) fn on_node(node: &str, script: &str) -> Result<String> {
    run(Command::new("docker").args(["exec", node, "sh", "-c", script]))
}
