// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::DescribeClusterResponse;
use crate::{ApiKey, DecodeError, EncodeError, Message, Reader, Request, Writer};

/// Kafka's `DescribeClusterRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterRequest {
    pub include_cluster_authorized_operations: bool,
    pub endpoint_type: i8,
    pub include_fenced_brokers: bool,
}

impl Default for DescribeClusterRequest {
    fn default() -> Self {
        Self {
            include_cluster_authorized_operations: false,
            endpoint_type: 1,
            include_fenced_brokers: false,
        }
    }
}

impl DescribeClusterRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DescribeClusterRequest.include_cluster_authorized_operations");
        it.include_cluster_authorized_operations = r.bool()?;
        if version >= 1 {
            r.field("DescribeClusterRequest.endpoint_type");
            it.endpoint_type = r.i8()?;
        }
        if version >= 2 {
            r.field("DescribeClusterRequest.include_fenced_brokers");
            it.include_fenced_brokers = r.bool()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("DescribeClusterRequest.include_cluster_authorized_operations");
        w.bool(self.include_cluster_authorized_operations);
        if version >= 1 {
            w.field("DescribeClusterRequest.endpoint_type");
            w.i8(self.endpoint_type);
        }
        if !(version >= 1) && self.endpoint_type != 1 {
            return Err(w.not_in_version("DescribeClusterRequest.endpoint_type", version));
        }
        if version >= 2 {
            w.field("DescribeClusterRequest.include_fenced_brokers");
            w.bool(self.include_fenced_brokers);
        }
        if !(version >= 2) && self.include_fenced_brokers {
            return Err(w.not_in_version("DescribeClusterRequest.include_fenced_brokers", version));
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DescribeClusterRequest {
    const NAME: &'static str = "DescribeClusterRequest";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for DescribeClusterRequest {
    const KEY: ApiKey = ApiKey::DescribeCluster;
    type Response = DescribeClusterResponse;
}
