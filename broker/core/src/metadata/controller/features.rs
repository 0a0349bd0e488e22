//! `UpdateFeatures` (KIP-584, 778): levels go up or down within what this version supports.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::update_features_request::FeatureUpdateKey;
use kavka_protocol::messages::update_features_response::UpdatableFeatureResult;
use kavka_protocol::messages::{
    FeatureLevelRecord, MetadataRecord, UpdateFeaturesRequest, UpdateFeaturesResponse,
};

use super::super::features::{self, FEATURES};
use super::{Controller, Decision, Refusal};

/// Up to this version a downgrade is allowed by a flag, and each feature gets a result.
const LAST_WITH_RESULTS: i16 = 1;

/// Which way a level may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Controller<'_> {
    /// Changes the levels of features: all of them, or none.
    pub fn update_features(
        &self,
        request: &UpdateFeaturesRequest,
        version: i16,
    ) -> Decision<UpdateFeaturesResponse> {
        let records = request
            .feature_updates
            .iter()
            .map(|update| self.update_feature(update, version))
            .collect::<Result<Vec<Option<MetadataRecord>>, Refusal>>();
        match records {
            Ok(_) if request.validate_only => Decision {
                records: Vec::new(),
                response: accepted(request, version),
            },
            Ok(records) => Decision {
                records: records.into_iter().flatten().collect(),
                response: accepted(request, version),
            },
            Err(refusal) => Decision {
                records: Vec::new(),
                response: UpdateFeaturesResponse {
                    error_code: refusal.code.code(),
                    error_message: Some(format!(
                        "No feature was changed, because one of them cannot be: {}",
                        refusal.message
                    )),
                    ..Default::default()
                },
            },
        }
    }

    fn update_feature(
        &self,
        update: &FeatureUpdateKey,
        version: i16,
    ) -> Result<Option<MetadataRecord>, Refusal> {
        let (name, level) = (update.feature.as_str(), update.max_version_level);
        let refuse = |reason: String| {
            let message = format!("Invalid update version {level} for feature {name}. {reason}");
            Refusal::new(ErrorCode::InvalidUpdateVersion, message)
        };
        let direction = direction(update, version)
            .ok_or_else(|| refuse("The upgrade type is none of 1, 2 and 3.".to_owned()))?;
        if level < 0 {
            return Err(refuse("A feature's level is never negative.".to_owned()));
        }
        let feature = features::feature(name).ok_or_else(|| {
            let known: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
            let known = known.join(", ");
            refuse(format!("This feature is not known; there are: {known}."))
        })?;
        if !(feature.min..=feature.max).contains(&level) {
            let (min, max) = (feature.min, feature.max);
            return Err(refuse(format!("Supported are versions {min}-{max}.")));
        }
        let current = self.image.feature(name).unwrap_or(0);
        if level < current && direction == Direction::Up {
            return Err(refuse(format!(
                "The level is {current}: to go down, say so with the upgrade type."
            )));
        }
        if level > current && direction == Direction::Down {
            return Err(refuse(format!(
                "The level is {current}: this is no downgrade."
            )));
        }
        let record = FeatureLevelRecord {
            name: name.to_owned(),
            feature_level: level,
        };
        Ok((level != current).then(|| record.into()))
    }
}

/// What the request asks for; none for an upgrade type that nobody knows.
fn direction(update: &FeatureUpdateKey, version: i16) -> Option<Direction> {
    if version == 0 {
        return Some(if update.allow_downgrade {
            Direction::Down
        } else {
            Direction::Up
        });
    }
    match update.upgrade_type {
        1 => Some(Direction::Up),
        2 | 3 => Some(Direction::Down),
        _ => None,
    }
}

fn accepted(request: &UpdateFeaturesRequest, version: i16) -> UpdateFeaturesResponse {
    let result = |update: &FeatureUpdateKey| UpdatableFeatureResult {
        feature: update.feature.clone(),
        error_message: None,
        ..Default::default()
    };
    let results = if version <= LAST_WITH_RESULTS {
        request.feature_updates.iter().map(result).collect()
    } else {
        Vec::new()
    };
    UpdateFeaturesResponse {
        error_message: None,
        results,
        ..Default::default()
    }
}
