// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::WriteTxnMarkersResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `WriteTxnMarkersRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteTxnMarkersRequest {
    pub markers: Vec<WritableTxnMarker>,
}

impl WriteTxnMarkersRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("WriteTxnMarkersRequest.markers");
        it.markers = r.array(Form::Compact, 17, |r| WritableTxnMarker::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("WriteTxnMarkersRequest.markers");
        w.array(Form::Compact, &self.markers, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`WriteTxnMarkersRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarker {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub transaction_result: bool,
    pub topics: Vec<WritableTxnMarkerTopic>,
    pub coordinator_epoch: i32,
    pub transaction_version: i8,
}

impl WritableTxnMarker {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("WritableTxnMarker.producer_id");
        it.producer_id = r.i64()?;
        r.field("WritableTxnMarker.producer_epoch");
        it.producer_epoch = r.i16()?;
        r.field("WritableTxnMarker.transaction_result");
        it.transaction_result = r.bool()?;
        r.field("WritableTxnMarker.topics");
        it.topics = r.array(Form::Compact, 3, |r| {
            WritableTxnMarkerTopic::read(r, version)
        })?;
        r.field("WritableTxnMarker.coordinator_epoch");
        it.coordinator_epoch = r.i32()?;
        if version >= 2 {
            r.field("WritableTxnMarker.transaction_version");
            it.transaction_version = r.i8()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("WritableTxnMarker.producer_id");
        w.i64(self.producer_id);
        w.field("WritableTxnMarker.producer_epoch");
        w.i16(self.producer_epoch);
        w.field("WritableTxnMarker.transaction_result");
        w.bool(self.transaction_result);
        w.field("WritableTxnMarker.topics");
        w.array(Form::Compact, &self.topics, |w, it| it.write(w, version))?;
        w.field("WritableTxnMarker.coordinator_epoch");
        w.i32(self.coordinator_epoch);
        if version >= 2 {
            w.field("WritableTxnMarker.transaction_version");
            w.i8(self.transaction_version);
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`WriteTxnMarkersRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarkerTopic {
    pub name: String,
    pub partition_indexes: Vec<i32>,
}

impl WritableTxnMarkerTopic {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("WritableTxnMarkerTopic.name");
        it.name = r.string(Form::Compact)?;
        r.field("WritableTxnMarkerTopic.partition_indexes");
        it.partition_indexes = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("WritableTxnMarkerTopic.name");
        w.string(Form::Compact, &self.name)?;
        w.field("WritableTxnMarkerTopic.partition_indexes");
        w.array(Form::Compact, &self.partition_indexes, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for WriteTxnMarkersRequest {
    const NAME: &'static str = "WriteTxnMarkersRequest";
    const MIN_VERSION: i16 = 1;
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

impl Request for WriteTxnMarkersRequest {
    const KEY: ApiKey = ApiKey::WriteTxnMarkers;
    type Response = WriteTxnMarkersResponse;
}
