//! Writes the files that list what there is: modules, metadata records, keys, error codes.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::definition::{Definition, ErrorDefinition, Kind};
use crate::files::Source;
use crate::model::Message;
use crate::names;

pub(crate) fn messages_file(messages: &[Message]) -> Result<Source> {
    let mut code = String::from(
        "//! Every message of Kafka 4.3, one file each.\n\n\
         #![allow(\n    missing_docs,\n    clippy::pedantic,\n    clippy::all,\n    \
         reason = \"generated; fields are documented by Kafka's protocol guide\"\n)]\n\n",
    );
    for message in messages {
        writeln!(code, "pub mod {};", message.module)?;
    }
    writeln!(code, "pub mod metadata_record;\n")?;
    for message in messages {
        writeln!(code, "pub use {}::{};", message.module, message.name)?;
    }
    writeln!(code, "pub use metadata_record::MetadataRecord;\n")?;
    writeln!(
        code,
        "/// Calls a macro with the name of every message.
        #[cfg(test)]
        macro_rules! every_message {{ ($call:ident) => {{ $call!("
    )?;
    for message in messages {
        writeln!(code, "{},", message.name)?;
    }
    writeln!(
        code,
        ") }}; }}\n#[cfg(test)]\npub(crate) use every_message;"
    )?;
    Ok(Source {
        path: "messages.rs".to_owned(),
        code,
    })
}

pub(crate) fn metadata_record_file(messages: &[Message]) -> Result<Source> {
    let records: Vec<&Message> = messages
        .iter()
        .filter(|message| message.kind == Kind::Metadata)
        .collect();
    let variant = |message: &Message| message.name.trim_end_matches("Record").to_owned();
    let mut code = String::from("use crate::{DecodeError, DecodeFault, EncodeError, Keyed};\n");
    writeln!(
        code,
        "use crate::{{Message, Reader, Writer}};\nuse super::{{"
    )?;
    for record in &records {
        writeln!(code, "{},", record.name)?;
    }
    writeln!(
        code,
        "}};\n\n/// A record of the cluster's metadata, of any kind."
    )?;
    writeln!(
        code,
        "#[derive(Debug, Clone, PartialEq)]\npub enum MetadataRecord {{"
    )?;
    for record in &records {
        writeln!(code, "{}({}),", variant(record), record.name)?;
    }
    writeln!(code, "}}\n\nimpl MetadataRecord {{")?;
    let arms = |body: &dyn Fn(&Message) -> String| {
        records
            .iter()
            .map(|record| body(record))
            .collect::<String>()
    };
    writeln!(
        code,
        "/// The number that names the kind of record.
        pub fn kind(&self) -> i16 {{ match self {{ {} }} }}\n",
        arms(&|one| format!("Self::{}(_) => {}::KIND,", variant(one), one.name))
    )?;
    writeln!(
        code,
        "/// The highest version in which this kind of record can be written.
        pub fn highest_version(&self) -> i16 {{ match self {{ {} }} }}\n",
        arms(&|one| format!("Self::{}(_) => {}::MAX_VERSION,", variant(one), one.name))
    )?;
    writeln!(
        code,
        "/// Reads a record of the given kind and version.
        pub fn decode(kind: i16, version: i16, r: &mut Reader) -> Result<Self, DecodeError> {{
            Ok(match kind {{ {}
            other => {{
                r.field(\"MetadataRecord.kind\");
                return Err(r.fault(DecodeFault::Unknown(other.into())));
            }} }})
        }}\n",
        arms(&|one| format!(
            "{0}::KIND => Self::{1}({0}::decode(r, version)?),",
            one.name,
            variant(one)
        ))
    )?;
    writeln!(
        code,
        "/// Writes the record without its kind and version.
        pub fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {{
            match self {{ {} }}
        }} }}\n",
        arms(&|one| format!("Self::{}(it) => it.encode(w, version),", variant(one)))
    )?;
    for record in &records {
        writeln!(
            code,
            "impl From<{0}> for MetadataRecord {{
                fn from(record: {0}) -> Self {{ Self::{1}(record) }}
            }}\n",
            record.name,
            variant(record)
        )?;
    }
    Ok(Source {
        path: "messages/metadata_record.rs".to_owned(),
        code,
    })
}

pub(crate) fn api_key_file(definitions: &[Definition]) -> Result<Source> {
    let mut keys = Vec::new();
    for definition in definitions.iter().filter(|one| one.kind == Kind::Request) {
        let name = definition
            .name
            .strip_suffix("Request")
            .context("a request is called so")?;
        keys.push((
            definition.api_key.context("a request has a key")?,
            name,
            definition,
        ));
    }
    keys.sort_by_key(|(key, ..)| *key);
    let mut code = String::from(
        "//! The requests of the protocol by number.\n\nuse std::fmt;\nuse \
         std::ops::RangeInclusive;\n\n/// Names a request in its header.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[repr(i16)]\n#[allow(missing_docs, reason = \"the names are Kafka's\")]\n\
         pub enum ApiKey {\n",
    );
    let mut from = String::new();
    let mut versions = String::new();
    let mut flexible = String::new();
    let mut names = String::new();
    for (key, name, definition) in &keys {
        writeln!(code, "{name} = {key},")?;
        writeln!(from, "{key} => Self::{name},")?;
        writeln!(names, "Self::{name} => \"{name}\",")?;
        let valid = definition.valid_versions;
        if valid.is_empty() {
            continue;
        }
        let highest = valid.highest - i16::from(definition.latest_version_unstable);
        writeln!(versions, "Self::{name} => {}..={highest},", valid.lowest)?;
        if !definition.flexible_versions.is_empty() {
            writeln!(
                flexible,
                "Self::{name} => {},",
                definition.flexible_versions.lowest
            )?;
        }
    }
    let all: Vec<String> = keys
        .iter()
        .map(|(_, name, _)| format!("Self::{name}"))
        .collect();
    let all = all.join(", ");
    writeln!(
        code,
        "}}

        impl ApiKey {{
            /// Every key, by number.
            pub const ALL: &'static [Self] = &[{all}];

            /// The number on the wire.
            pub const fn code(self) -> i16 {{ self as i16 }}

            /// The key with this number.
            pub fn from_code(code: i16) -> Option<Self> {{
                Some(match code {{ {from} _ => return None, }})
            }}

            /// Kafka's name, without `Request`.
            #[allow(clippy::too_many_lines, reason = \"a table\")]
            pub fn name(self) -> &'static str {{ match self {{ {names} }} }}

            /// The versions that may be announced to clients; none for a request that died.
            #[allow(clippy::too_many_lines, reason = \"a table\")]
            #[allow(clippy::match_same_arms, reason = \"one line per key\")]
            pub fn versions(self) -> Option<RangeInclusive<i16>> {{
                Some(match self {{ {versions} _ => return None, }})
            }}

            /// The version from which lengths are compact and tagged fields follow (KIP-482).
            #[allow(clippy::too_many_lines, reason = \"a table\")]
            #[allow(clippy::match_same_arms, reason = \"one line per key\")]
            pub fn flexible_from(self) -> Option<i16> {{
                Some(match self {{ {flexible} _ => return None, }})
            }}
        }}

        impl fmt::Display for ApiKey {{
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{ f.pad(self.name()) }}
        }}"
    )?;
    Ok(Source {
        path: "api_key.rs".to_owned(),
        code,
    })
}

pub(crate) fn error_code_file(errors: &[ErrorDefinition]) -> Result<Source> {
    let mut code = String::from(
        "//! The errors of the protocol by number.\n\nuse std::fmt;\n\n\
         /// What a broker answers for a request or a part of it; 0 is success.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]\n\
         #[repr(i16)]\n#[allow(missing_docs, reason = \"the names are Kafka's\")]\n\
         pub enum ErrorCode {\n",
    );
    let mut from = String::new();
    let mut texts = String::new();
    let mut retriable = Vec::new();
    for error in errors {
        let name = names::camel(&error.name);
        if error.code == 0 {
            writeln!(code, "#[default]")?;
        }
        writeln!(code, "{name} = {},", error.code)?;
        if error.code != -1 {
            writeln!(from, "{} => Self::{name},", error.code)?;
        }
        writeln!(texts, "Self::{name} => \"{}\",", error.name)?;
        if error.retriable {
            retriable.push(format!("Self::{name}"));
        }
    }
    let all: Vec<String> = errors
        .iter()
        .map(|error| format!("Self::{}", names::camel(&error.name)))
        .collect();
    let all = all.join(", ");
    writeln!(
        code,
        "}}

        impl ErrorCode {{
            /// Every error, by number.
            pub const ALL: &'static [Self] = &[{all}];

            /// The number on the wire.
            pub const fn code(self) -> i16 {{ self as i16 }}

            /// The error with this number; a number that is not known is an unknown error.
            #[allow(clippy::too_many_lines, reason = \"a table\")]
            pub fn from_code(code: i16) -> Self {{
                match code {{ {from} _ => Self::UnknownServerError, }}
            }}

            /// Kafka's name, such as `NOT_LEADER_OR_FOLLOWER`.
            #[allow(clippy::too_many_lines, reason = \"a table\")]
            pub fn name(self) -> &'static str {{ match self {{ {texts} }} }}

            /// Whether the same request may succeed when it is sent again.
            pub fn is_retriable(self) -> bool {{ matches!(self, {}) }}
        }}

        impl From<ErrorCode> for i16 {{
            fn from(error: ErrorCode) -> Self {{ error.code() }}
        }}

        impl fmt::Display for ErrorCode {{
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{ f.pad(self.name()) }}
        }}",
        retriable.join(" | ")
    )?;
    Ok(Source {
        path: "error_code.rs".to_owned(),
        code,
    })
}
