// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::{
    AbortTransactionRecord, AccessControlEntryRecord, BeginTransactionRecord,
    BrokerRegistrationChangeRecord, ClearElrRecord, ClientQuotaRecord, ConfigRecord,
    DelegationTokenRecord, EndTransactionRecord, FeatureLevelRecord, FenceBrokerRecord, NoOpRecord,
    PartitionChangeRecord, PartitionRecord, ProducerIdsRecord, RegisterBrokerRecord,
    RegisterControllerRecord, RemoveAccessControlEntryRecord, RemoveDelegationTokenRecord,
    RemoveTopicRecord, RemoveUserScramCredentialRecord, TopicRecord, UnfenceBrokerRecord,
    UnregisterBrokerRecord, UserScramCredentialRecord, ZkMigrationStateRecord,
};
use crate::{DecodeError, DecodeFault, EncodeError, Keyed};
use crate::{Message, Reader, Writer};

/// A record of the cluster's metadata, of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataRecord {
    AbortTransaction(AbortTransactionRecord),
    AccessControlEntry(AccessControlEntryRecord),
    BeginTransaction(BeginTransactionRecord),
    BrokerRegistrationChange(BrokerRegistrationChangeRecord),
    ClearElr(ClearElrRecord),
    ClientQuota(ClientQuotaRecord),
    Config(ConfigRecord),
    DelegationToken(DelegationTokenRecord),
    EndTransaction(EndTransactionRecord),
    FeatureLevel(FeatureLevelRecord),
    FenceBroker(FenceBrokerRecord),
    NoOp(NoOpRecord),
    PartitionChange(PartitionChangeRecord),
    Partition(PartitionRecord),
    ProducerIds(ProducerIdsRecord),
    RegisterBroker(RegisterBrokerRecord),
    RegisterController(RegisterControllerRecord),
    RemoveAccessControlEntry(RemoveAccessControlEntryRecord),
    RemoveDelegationToken(RemoveDelegationTokenRecord),
    RemoveTopic(RemoveTopicRecord),
    RemoveUserScramCredential(RemoveUserScramCredentialRecord),
    Topic(TopicRecord),
    UnfenceBroker(UnfenceBrokerRecord),
    UnregisterBroker(UnregisterBrokerRecord),
    UserScramCredential(UserScramCredentialRecord),
    ZkMigrationState(ZkMigrationStateRecord),
}

impl MetadataRecord {
    /// The number that names the kind of record.
    pub fn kind(&self) -> i16 {
        match self {
            Self::AbortTransaction(_) => AbortTransactionRecord::KIND,
            Self::AccessControlEntry(_) => AccessControlEntryRecord::KIND,
            Self::BeginTransaction(_) => BeginTransactionRecord::KIND,
            Self::BrokerRegistrationChange(_) => BrokerRegistrationChangeRecord::KIND,
            Self::ClearElr(_) => ClearElrRecord::KIND,
            Self::ClientQuota(_) => ClientQuotaRecord::KIND,
            Self::Config(_) => ConfigRecord::KIND,
            Self::DelegationToken(_) => DelegationTokenRecord::KIND,
            Self::EndTransaction(_) => EndTransactionRecord::KIND,
            Self::FeatureLevel(_) => FeatureLevelRecord::KIND,
            Self::FenceBroker(_) => FenceBrokerRecord::KIND,
            Self::NoOp(_) => NoOpRecord::KIND,
            Self::PartitionChange(_) => PartitionChangeRecord::KIND,
            Self::Partition(_) => PartitionRecord::KIND,
            Self::ProducerIds(_) => ProducerIdsRecord::KIND,
            Self::RegisterBroker(_) => RegisterBrokerRecord::KIND,
            Self::RegisterController(_) => RegisterControllerRecord::KIND,
            Self::RemoveAccessControlEntry(_) => RemoveAccessControlEntryRecord::KIND,
            Self::RemoveDelegationToken(_) => RemoveDelegationTokenRecord::KIND,
            Self::RemoveTopic(_) => RemoveTopicRecord::KIND,
            Self::RemoveUserScramCredential(_) => RemoveUserScramCredentialRecord::KIND,
            Self::Topic(_) => TopicRecord::KIND,
            Self::UnfenceBroker(_) => UnfenceBrokerRecord::KIND,
            Self::UnregisterBroker(_) => UnregisterBrokerRecord::KIND,
            Self::UserScramCredential(_) => UserScramCredentialRecord::KIND,
            Self::ZkMigrationState(_) => ZkMigrationStateRecord::KIND,
        }
    }

    /// The highest version in which this kind of record can be written.
    pub fn highest_version(&self) -> i16 {
        match self {
            Self::AbortTransaction(_) => AbortTransactionRecord::MAX_VERSION,
            Self::AccessControlEntry(_) => AccessControlEntryRecord::MAX_VERSION,
            Self::BeginTransaction(_) => BeginTransactionRecord::MAX_VERSION,
            Self::BrokerRegistrationChange(_) => BrokerRegistrationChangeRecord::MAX_VERSION,
            Self::ClearElr(_) => ClearElrRecord::MAX_VERSION,
            Self::ClientQuota(_) => ClientQuotaRecord::MAX_VERSION,
            Self::Config(_) => ConfigRecord::MAX_VERSION,
            Self::DelegationToken(_) => DelegationTokenRecord::MAX_VERSION,
            Self::EndTransaction(_) => EndTransactionRecord::MAX_VERSION,
            Self::FeatureLevel(_) => FeatureLevelRecord::MAX_VERSION,
            Self::FenceBroker(_) => FenceBrokerRecord::MAX_VERSION,
            Self::NoOp(_) => NoOpRecord::MAX_VERSION,
            Self::PartitionChange(_) => PartitionChangeRecord::MAX_VERSION,
            Self::Partition(_) => PartitionRecord::MAX_VERSION,
            Self::ProducerIds(_) => ProducerIdsRecord::MAX_VERSION,
            Self::RegisterBroker(_) => RegisterBrokerRecord::MAX_VERSION,
            Self::RegisterController(_) => RegisterControllerRecord::MAX_VERSION,
            Self::RemoveAccessControlEntry(_) => RemoveAccessControlEntryRecord::MAX_VERSION,
            Self::RemoveDelegationToken(_) => RemoveDelegationTokenRecord::MAX_VERSION,
            Self::RemoveTopic(_) => RemoveTopicRecord::MAX_VERSION,
            Self::RemoveUserScramCredential(_) => RemoveUserScramCredentialRecord::MAX_VERSION,
            Self::Topic(_) => TopicRecord::MAX_VERSION,
            Self::UnfenceBroker(_) => UnfenceBrokerRecord::MAX_VERSION,
            Self::UnregisterBroker(_) => UnregisterBrokerRecord::MAX_VERSION,
            Self::UserScramCredential(_) => UserScramCredentialRecord::MAX_VERSION,
            Self::ZkMigrationState(_) => ZkMigrationStateRecord::MAX_VERSION,
        }
    }

    /// Reads a record of the given kind and version.
    pub fn decode(kind: i16, version: i16, r: &mut Reader) -> Result<Self, DecodeError> {
        Ok(match kind {
            AbortTransactionRecord::KIND => {
                Self::AbortTransaction(AbortTransactionRecord::decode(r, version)?)
            }
            AccessControlEntryRecord::KIND => {
                Self::AccessControlEntry(AccessControlEntryRecord::decode(r, version)?)
            }
            BeginTransactionRecord::KIND => {
                Self::BeginTransaction(BeginTransactionRecord::decode(r, version)?)
            }
            BrokerRegistrationChangeRecord::KIND => {
                Self::BrokerRegistrationChange(BrokerRegistrationChangeRecord::decode(r, version)?)
            }
            ClearElrRecord::KIND => Self::ClearElr(ClearElrRecord::decode(r, version)?),
            ClientQuotaRecord::KIND => Self::ClientQuota(ClientQuotaRecord::decode(r, version)?),
            ConfigRecord::KIND => Self::Config(ConfigRecord::decode(r, version)?),
            DelegationTokenRecord::KIND => {
                Self::DelegationToken(DelegationTokenRecord::decode(r, version)?)
            }
            EndTransactionRecord::KIND => {
                Self::EndTransaction(EndTransactionRecord::decode(r, version)?)
            }
            FeatureLevelRecord::KIND => Self::FeatureLevel(FeatureLevelRecord::decode(r, version)?),
            FenceBrokerRecord::KIND => Self::FenceBroker(FenceBrokerRecord::decode(r, version)?),
            NoOpRecord::KIND => Self::NoOp(NoOpRecord::decode(r, version)?),
            PartitionChangeRecord::KIND => {
                Self::PartitionChange(PartitionChangeRecord::decode(r, version)?)
            }
            PartitionRecord::KIND => Self::Partition(PartitionRecord::decode(r, version)?),
            ProducerIdsRecord::KIND => Self::ProducerIds(ProducerIdsRecord::decode(r, version)?),
            RegisterBrokerRecord::KIND => {
                Self::RegisterBroker(RegisterBrokerRecord::decode(r, version)?)
            }
            RegisterControllerRecord::KIND => {
                Self::RegisterController(RegisterControllerRecord::decode(r, version)?)
            }
            RemoveAccessControlEntryRecord::KIND => {
                Self::RemoveAccessControlEntry(RemoveAccessControlEntryRecord::decode(r, version)?)
            }
            RemoveDelegationTokenRecord::KIND => {
                Self::RemoveDelegationToken(RemoveDelegationTokenRecord::decode(r, version)?)
            }
            RemoveTopicRecord::KIND => Self::RemoveTopic(RemoveTopicRecord::decode(r, version)?),
            RemoveUserScramCredentialRecord::KIND => Self::RemoveUserScramCredential(
                RemoveUserScramCredentialRecord::decode(r, version)?,
            ),
            TopicRecord::KIND => Self::Topic(TopicRecord::decode(r, version)?),
            UnfenceBrokerRecord::KIND => {
                Self::UnfenceBroker(UnfenceBrokerRecord::decode(r, version)?)
            }
            UnregisterBrokerRecord::KIND => {
                Self::UnregisterBroker(UnregisterBrokerRecord::decode(r, version)?)
            }
            UserScramCredentialRecord::KIND => {
                Self::UserScramCredential(UserScramCredentialRecord::decode(r, version)?)
            }
            ZkMigrationStateRecord::KIND => {
                Self::ZkMigrationState(ZkMigrationStateRecord::decode(r, version)?)
            }
            other => {
                r.field("MetadataRecord.kind");
                return Err(r.fault(DecodeFault::Unknown(other.into())));
            }
        })
    }

    /// Writes the record without its kind and version.
    pub fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        match self {
            Self::AbortTransaction(it) => it.encode(w, version),
            Self::AccessControlEntry(it) => it.encode(w, version),
            Self::BeginTransaction(it) => it.encode(w, version),
            Self::BrokerRegistrationChange(it) => it.encode(w, version),
            Self::ClearElr(it) => it.encode(w, version),
            Self::ClientQuota(it) => it.encode(w, version),
            Self::Config(it) => it.encode(w, version),
            Self::DelegationToken(it) => it.encode(w, version),
            Self::EndTransaction(it) => it.encode(w, version),
            Self::FeatureLevel(it) => it.encode(w, version),
            Self::FenceBroker(it) => it.encode(w, version),
            Self::NoOp(it) => it.encode(w, version),
            Self::PartitionChange(it) => it.encode(w, version),
            Self::Partition(it) => it.encode(w, version),
            Self::ProducerIds(it) => it.encode(w, version),
            Self::RegisterBroker(it) => it.encode(w, version),
            Self::RegisterController(it) => it.encode(w, version),
            Self::RemoveAccessControlEntry(it) => it.encode(w, version),
            Self::RemoveDelegationToken(it) => it.encode(w, version),
            Self::RemoveTopic(it) => it.encode(w, version),
            Self::RemoveUserScramCredential(it) => it.encode(w, version),
            Self::Topic(it) => it.encode(w, version),
            Self::UnfenceBroker(it) => it.encode(w, version),
            Self::UnregisterBroker(it) => it.encode(w, version),
            Self::UserScramCredential(it) => it.encode(w, version),
            Self::ZkMigrationState(it) => it.encode(w, version),
        }
    }
}

impl From<AbortTransactionRecord> for MetadataRecord {
    fn from(record: AbortTransactionRecord) -> Self {
        Self::AbortTransaction(record)
    }
}

impl From<AccessControlEntryRecord> for MetadataRecord {
    fn from(record: AccessControlEntryRecord) -> Self {
        Self::AccessControlEntry(record)
    }
}

impl From<BeginTransactionRecord> for MetadataRecord {
    fn from(record: BeginTransactionRecord) -> Self {
        Self::BeginTransaction(record)
    }
}

impl From<BrokerRegistrationChangeRecord> for MetadataRecord {
    fn from(record: BrokerRegistrationChangeRecord) -> Self {
        Self::BrokerRegistrationChange(record)
    }
}

impl From<ClearElrRecord> for MetadataRecord {
    fn from(record: ClearElrRecord) -> Self {
        Self::ClearElr(record)
    }
}

impl From<ClientQuotaRecord> for MetadataRecord {
    fn from(record: ClientQuotaRecord) -> Self {
        Self::ClientQuota(record)
    }
}

impl From<ConfigRecord> for MetadataRecord {
    fn from(record: ConfigRecord) -> Self {
        Self::Config(record)
    }
}

impl From<DelegationTokenRecord> for MetadataRecord {
    fn from(record: DelegationTokenRecord) -> Self {
        Self::DelegationToken(record)
    }
}

impl From<EndTransactionRecord> for MetadataRecord {
    fn from(record: EndTransactionRecord) -> Self {
        Self::EndTransaction(record)
    }
}

impl From<FeatureLevelRecord> for MetadataRecord {
    fn from(record: FeatureLevelRecord) -> Self {
        Self::FeatureLevel(record)
    }
}

impl From<FenceBrokerRecord> for MetadataRecord {
    fn from(record: FenceBrokerRecord) -> Self {
        Self::FenceBroker(record)
    }
}

impl From<NoOpRecord> for MetadataRecord {
    fn from(record: NoOpRecord) -> Self {
        Self::NoOp(record)
    }
}

impl From<PartitionChangeRecord> for MetadataRecord {
    fn from(record: PartitionChangeRecord) -> Self {
        Self::PartitionChange(record)
    }
}

impl From<PartitionRecord> for MetadataRecord {
    fn from(record: PartitionRecord) -> Self {
        Self::Partition(record)
    }
}

impl From<ProducerIdsRecord> for MetadataRecord {
    fn from(record: ProducerIdsRecord) -> Self {
        Self::ProducerIds(record)
    }
}

impl From<RegisterBrokerRecord> for MetadataRecord {
    fn from(record: RegisterBrokerRecord) -> Self {
        Self::RegisterBroker(record)
    }
}

impl From<RegisterControllerRecord> for MetadataRecord {
    fn from(record: RegisterControllerRecord) -> Self {
        Self::RegisterController(record)
    }
}

impl From<RemoveAccessControlEntryRecord> for MetadataRecord {
    fn from(record: RemoveAccessControlEntryRecord) -> Self {
        Self::RemoveAccessControlEntry(record)
    }
}

impl From<RemoveDelegationTokenRecord> for MetadataRecord {
    fn from(record: RemoveDelegationTokenRecord) -> Self {
        Self::RemoveDelegationToken(record)
    }
}

impl From<RemoveTopicRecord> for MetadataRecord {
    fn from(record: RemoveTopicRecord) -> Self {
        Self::RemoveTopic(record)
    }
}

impl From<RemoveUserScramCredentialRecord> for MetadataRecord {
    fn from(record: RemoveUserScramCredentialRecord) -> Self {
        Self::RemoveUserScramCredential(record)
    }
}

impl From<TopicRecord> for MetadataRecord {
    fn from(record: TopicRecord) -> Self {
        Self::Topic(record)
    }
}

impl From<UnfenceBrokerRecord> for MetadataRecord {
    fn from(record: UnfenceBrokerRecord) -> Self {
        Self::UnfenceBroker(record)
    }
}

impl From<UnregisterBrokerRecord> for MetadataRecord {
    fn from(record: UnregisterBrokerRecord) -> Self {
        Self::UnregisterBroker(record)
    }
}

impl From<UserScramCredentialRecord> for MetadataRecord {
    fn from(record: UserScramCredentialRecord) -> Self {
        Self::UserScramCredential(record)
    }
}

impl From<ZkMigrationStateRecord> for MetadataRecord {
    fn from(record: ZkMigrationStateRecord) -> Self {
        Self::ZkMigrationState(record)
    }
}
