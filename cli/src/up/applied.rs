//! What was applied last, kept beside the data: a manifest that was taken out while nothing ran
//! is noticed at the next start, and data are never mixed with another Cluster's.

use std::path::Path;

use kavka_crds::Topic;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

const FILE_NAME: &str = "applied.json";

/// The manifests that the data folder stands for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Applied {
    /// The Cluster whose data these are.
    pub(crate) cluster: Option<String>,
    /// Its topics that had a manifest.
    pub(crate) topics: Vec<Topic>,
}

impl Applied {
    /// Reads what is kept in `folder`; nothing in a new one.
    pub(crate) fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE_NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(unusable(&path, &error)),
        };
        serde_json::from_str(&text).map_err(|error| unusable(&path, &error))
    }

    /// Keeps it in `folder`: written beside and renamed, so that a crash leaves the old or the
    /// new one.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE_NAME);
        let beside = folder.join(format!("{FILE_NAME}.new"));
        let text = serde_json::to_string_pretty(self).map_err(|error| unusable(&path, &error))?;
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&beside, text))
            .and_then(|()| std::fs::rename(&beside, &path));
        written.map_err(|error| unusable(&path, &error))
    }

    /// Refuses a data folder of another Cluster.
    pub(crate) fn check_cluster(&self, wanted: &str, folder: &Path) -> Result<(), Failure> {
        match &self.cluster {
            Some(owner) if owner != wanted => Err(Failure::new(format!(
                "{} holds the data of Cluster {owner}, the manifest says Cluster {wanted}",
                folder.display()
            ))
            .remedy("name another folder: --data FOLDER")
            .remedy(format!("or name the Cluster {owner} in the manifest"))),
            _ => Ok(()),
        }
    }
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot use {}: {error}", path.display()))
        .remedy("name a folder that you may write to: --data FOLDER")
}

#[cfg(test)]
mod tests {
    use super::Applied;

    #[test]
    fn what_was_applied_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Applied::load(folder.path()).unwrap(), Applied::default());
        let topic = serde_json::json!({
            "apiVersion": "kavka.dev/v1alpha1", "kind": "Topic", "metadata": {"name": "t"},
            "spec": {"cluster": "demo", "deletionPolicy": "Delete"},
        });
        let applied = Applied {
            cluster: Some("demo".into()),
            topics: vec![serde_json::from_value(topic).unwrap()],
        };
        applied.save(folder.path()).unwrap();
        assert_eq!(Applied::load(folder.path()).unwrap(), applied);
    }

    #[test]
    fn data_of_another_cluster_are_refused_by_name() {
        let applied = Applied {
            cluster: Some("demo".into()),
            topics: Vec::new(),
        };
        let folder = std::path::Path::new("./kavka-data");
        assert!(applied.check_cluster("demo", folder).is_ok());
        let failure = applied.check_cluster("other", folder).unwrap_err();
        assert!(failure.to_string().contains("Cluster demo"), "{failure}");
    }
}
