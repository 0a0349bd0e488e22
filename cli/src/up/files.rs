//! The manifest files: reading them, and noticing that they were edited.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::Failure;

/// The largest manifest file.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How often the files are looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A file's name and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManifestText {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// The files and folders that were named.
#[derive(Debug)]
pub(crate) struct ManifestFiles {
    paths: Vec<PathBuf>,
}

impl ManifestFiles {
    /// Nothing is read yet.
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths }
    }

    /// Reads all of them.
    pub(crate) fn read(&self) -> Result<Vec<ManifestText>, Failure> {
        let mut texts = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                for file in yaml_files(path)? {
                    texts.push(read_file(&file)?);
                }
            } else {
                texts.push(read_file(path)?);
            }
        }
        if texts.is_empty() {
            let named: Vec<_> = self
                .paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return Err(
                Failure::new(format!("no *.yaml file in {}", named.join(", ")))
                    .remedy("name a manifest: kavka up -f examples/quickstart.yaml"),
            );
        }
        Ok(texts)
    }
}

/// The manifests of a folder, in the order of their names; folders inside are left out.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "yaml" || end == "yml")
        })
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    Ok(files)
}

fn read_file(path: &Path) -> Result<ManifestText, Failure> {
    let size = std::fs::metadata(path)
        .map_err(|error| cannot_read(path, &error))?
        .len();
    if size > FILE_BYTES_MAX {
        return Err(Failure::new(format!(
            "{} has {size} bytes: a manifest file has at most {FILE_BYTES_MAX}",
            path.display()
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| cannot_read(path, &error))?;
    Ok(ManifestText {
        file: path.display().to_string(),
        text,
    })
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("cannot read {}: {error}", path.display()));
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.remedy("name a file that exists: kavka up -f FILE"),
        std::io::ErrorKind::InvalidData => failure.remedy("a manifest is YAML in UTF-8"),
        _ => failure,
    }
}

/// Looks for edits.
#[derive(Debug)]
pub(crate) struct Watch {
    files: ManifestFiles,
    /// What was last handed out.
    seen: Result<Vec<ManifestText>, String>,
}

impl Watch {
    /// Watches for texts other than these.
    pub(crate) fn new(files: ManifestFiles, seen: Vec<ManifestText>) -> Self {
        Self {
            files,
            seen: Ok(seen),
        }
    }

    /// Waits for an edit that has settled: an editor writes in several steps, and half of a file
    /// must never be taken for the whole.
    pub(crate) async fn edited(&mut self) -> Result<Vec<ManifestText>, Failure> {
        let mut candidate = None;
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let read = self.files.read();
            let comparable = read.as_ref().map(Clone::clone).map_err(ToString::to_string);
            if comparable == self.seen {
                candidate = None;
            } else if candidate.as_ref() == Some(&comparable) {
                self.seen = comparable;
                return read;
            } else {
                candidate = Some(comparable);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ManifestFiles;

    #[test]
    fn a_folder_stands_for_its_yaml_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yml", "notes.txt"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let texts = ManifestFiles::new(vec![folder.path().to_owned()])
            .read()
            .unwrap();
        let read: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
        assert_eq!(read, ["a.yml", "b.yaml"]);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let failure = ManifestFiles::new(vec!["/no/such.yaml".into()])
            .read()
            .unwrap_err();
        assert!(failure.to_string().contains("/no/such.yaml"), "{failure}");
    }
}
