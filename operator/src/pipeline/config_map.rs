//! The file that collectors read.

use k8s_openapi::api::core::v1::ConfigMap;

use super::ValidPipeline;

/// Where the file is mounted.
pub const FOLDER: &str = "/etc/kavka";
/// The name of the file.
pub const FILE: &str = "pipeline.yaml";

/// The ConfigMap with the file. Collectors notice a change of it by themselves: nothing of its
/// content goes into the pods' template.
pub fn config_map(pipeline: &ValidPipeline) -> ConfigMap {
    ConfigMap {
        metadata: pipeline
            .owner
            .metadata(&pipeline.collector_name(), pipeline.labels()),
        data: Some([(FILE.to_owned(), pipeline.file.clone())].into()),
        ..ConfigMap::default()
    }
}
