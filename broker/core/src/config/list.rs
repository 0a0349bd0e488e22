//! Answers `ListConfigResources` (KIP-1142): what settings can be described of.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::list_config_resources_response::ConfigResource;
use kavka_protocol::messages::{ListConfigResourcesRequest, ListConfigResourcesResponse};

use super::describe::{RESOURCE_BROKER, RESOURCE_TOPIC};
use crate::metadata::MetadataImage;

/// Kafka's numbers for kinds that no settings are kept of here: loggers of a broker,
/// subscriptions to clients' metrics, groups.
const RESOURCES_WITHOUT_SETTINGS: [i8; 3] = [8, 16, 32];

/// Version 0 was only ever about subscriptions to clients' metrics.
const FIRST_WITH_TYPES: i16 = 1;

/// Answers a request of this version.
pub fn list_config_resources(
    request: &ListConfigResourcesRequest,
    version: i16,
    image: &MetadataImage,
) -> ListConfigResourcesResponse {
    if version < FIRST_WITH_TYPES {
        return ListConfigResourcesResponse::default();
    }
    let asked = &request.resource_types;
    let known = |kind: &i8| {
        [RESOURCE_TOPIC, RESOURCE_BROKER].contains(kind)
            || RESOURCES_WITHOUT_SETTINGS.contains(kind)
    };
    if !asked.iter().all(known) {
        return ListConfigResourcesResponse {
            error_code: ErrorCode::UnsupportedVersion.code(),
            ..Default::default()
        };
    }
    let wanted = |kind: i8| asked.is_empty() || asked.contains(&kind);
    let of = |kind: i8, name: String| ConfigResource {
        resource_name: name,
        resource_type: kind,
    };
    let mut config_resources = Vec::new();
    if wanted(RESOURCE_BROKER) {
        let brokers = image.brokers();
        config_resources.extend(brokers.map(|broker| of(RESOURCE_BROKER, broker.id.to_string())));
    }
    if wanted(RESOURCE_TOPIC) {
        let topics = image.topics();
        config_resources.extend(topics.map(|topic| of(RESOURCE_TOPIC, topic.name.to_string())));
    }
    ListConfigResourcesResponse {
        config_resources,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kavka_protocol::Uuid;
    use kavka_protocol::messages::{MetadataRecord, RegisterBrokerRecord, TopicRecord};

    fn listed(types: &[i8], version: i16) -> (i16, Vec<(i8, String)>) {
        let mut image = MetadataImage::default();
        let broker = RegisterBrokerRecord {
            broker_id: 3,
            ..Default::default()
        };
        let topic = TopicRecord {
            name: "orders".to_owned(),
            topic_id: Uuid([1; 16]),
        };
        for record in [MetadataRecord::from(broker), MetadataRecord::from(topic)] {
            image.apply(&record).unwrap();
        }
        let request = ListConfigResourcesRequest {
            resource_types: types.to_vec(),
        };
        let response = list_config_resources(&request, version, &image);
        let found = response.config_resources.into_iter();
        let found = found.map(|found| (found.resource_type, found.resource_name));
        (response.error_code, found.collect())
    }

    #[test]
    fn brokers_and_topics_are_listed_by_kind_or_all_together() {
        let (broker, topic) = ((4, "3".to_owned()), (2, "orders".to_owned()));
        assert_eq!(listed(&[], 1), (0, vec![broker.clone(), topic.clone()]));
        assert_eq!(listed(&[2], 1), (0, vec![topic]));
        assert_eq!(listed(&[4, 32], 1), (0, vec![broker]));
        assert_eq!(listed(&[16], 1), (0, vec![]));
        assert_eq!(listed(&[], 0), (0, vec![]), "there are no subscriptions");
        let unknown = ErrorCode::UnsupportedVersion.code();
        assert_eq!(listed(&[2, 99], 1), (unknown, vec![]));
    }
}
