//! `UpdateFeatures`.

use kavka_protocol::messages::update_features_request::FeatureUpdateKey;
use kavka_protocol::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};

use super::super::super::features::METADATA_VERSION;
use super::*;

fn update(
    cluster: &Cluster,
    feature: &str,
    level: i16,
    kind: i8,
) -> Decision<UpdateFeaturesResponse> {
    let request = UpdateFeaturesRequest {
        feature_updates: vec![FeatureUpdateKey {
            feature: feature.to_owned(),
            max_version_level: level,
            allow_downgrade: false,
            upgrade_type: kind,
        }],
        ..Default::default()
    };
    cluster.controller().update_features(&request, 2)
}

/// A cluster as it is on its first day.
fn new_cluster() -> Cluster {
    let mut cluster = Cluster::of(1);
    cluster.commit(&super::super::super::bootstrap());
    cluster
}

#[test]
fn a_level_that_is_not_supported_is_refused_with_those_that_are() {
    let cluster = new_cluster();
    let name = METADATA_VERSION.name;
    let refusals = [
        (name, METADATA_VERSION.max + 1, 1, "Supported are versions"),
        (name, 7, 2, "Supported are versions"),
        (name, -1, 2, "never negative"),
        (name, METADATA_VERSION.max, 9, "upgrade type"),
        ("group.version", 1, 1, "there are: "),
    ];
    for (feature, level, kind, reason) in refusals {
        let decision = update(&cluster, feature, level, kind);
        assert!(decision.records.is_empty());
        let response = decision.response;
        assert_eq!(
            ErrorCode::from_code(response.error_code),
            ErrorCode::InvalidUpdateVersion
        );
        let message = response.error_message.unwrap();
        assert!(message.contains(reason), "{message}");
        assert!(message.contains(feature), "{message}");
    }
}

#[test]
fn the_level_that_is_there_is_accepted_and_changes_nothing() {
    let cluster = new_cluster();
    let decision = update(&cluster, METADATA_VERSION.name, METADATA_VERSION.max, 1);
    assert_eq!(decision.response.error_code, 0);
    assert!(decision.records.is_empty());
}

#[test]
fn every_feature_goes_up_and_down_between_its_levels_and_only_the_right_way() {
    for feature in super::super::super::features::FEATURES {
        let mut cluster = new_cluster();
        if feature.min == feature.max {
            continue;
        }
        let go = |cluster: &mut Cluster, level: i16, kind: i8| {
            let decision = update(cluster, feature.name, level, kind);
            cluster.commit(&decision.records);
            decision.response.error_code == 0
        };
        assert!(!go(&mut cluster, feature.min, 1), "a downgrade by upgrade");
        assert!(go(&mut cluster, feature.min, 2));
        assert_eq!(
            cluster.image.feature(feature.name).unwrap_or(0),
            feature.min
        );
        assert!(!go(&mut cluster, feature.max, 3), "an upgrade by downgrade");
        assert!(go(&mut cluster, feature.max, 1));
        assert_eq!(cluster.image.feature(feature.name), Some(feature.max));
    }
}

#[test]
fn validation_changes_nothing_and_old_versions_get_a_result_for_each_feature() {
    let cluster = new_cluster();
    let request = UpdateFeaturesRequest {
        feature_updates: vec![FeatureUpdateKey {
            feature: METADATA_VERSION.name.to_owned(),
            max_version_level: METADATA_VERSION.max,
            ..Default::default()
        }],
        validate_only: true,
        ..Default::default()
    };
    let decision = cluster.controller().update_features(&request, 0);
    assert!(decision.records.is_empty());
    assert_eq!(decision.response.results.len(), 1);
    assert_eq!(decision.response.results[0].feature, METADATA_VERSION.name);
}
