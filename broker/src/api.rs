//! One handler for each API: from a request to its response.

pub(crate) mod admission;
pub(crate) mod api_versions;
pub(crate) mod cluster;
pub(crate) mod configs;
pub(crate) mod delete_records;
pub(crate) mod elections;
pub(crate) mod epochs;
pub(crate) mod features;
pub(crate) mod fetch;
pub(crate) mod groups;
pub(crate) mod list_offsets;
pub(crate) mod metadata;
pub(crate) mod produce;
pub(crate) mod producer_ids;
pub(crate) mod producers;
pub(crate) mod quorum;
pub(crate) mod topics;
pub(crate) mod transactions;
