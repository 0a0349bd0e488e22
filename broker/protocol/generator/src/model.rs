//! The definitions made ready for writing code: types resolved, versions cut to what can occur.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::definition::{self, Definition, Kind};
use crate::names;
use crate::versions::Versions;

/// A message with all its structures, the message itself first.
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) kind: Kind,
    pub(crate) api_key: Option<i16>,
    pub(crate) versions: Versions,
    pub(crate) flexible: Versions,
    pub(crate) structs: Vec<Struct>,
}

/// A structure and the versions in which it can occur.
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) versions: Versions,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) content: Type,
    pub(crate) versions: Versions,
    pub(crate) nullable: Versions,
    pub(crate) tag: Option<(u32, Versions)>,
    pub(crate) default: DefaultValue,
    pub(crate) ignorable: bool,
    pub(crate) flexible: Versions,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Int8,
    Int16,
    Uint16,
    Int32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Struct(String),
    Array(Box<Type>),
}

/// The value of a field that a version lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DefaultValue {
    /// Zero, false, empty.
    Zero,
    /// Null.
    Null,
    /// A number or `true`, as Rust writes it.
    Literal(String),
}

impl Message {
    /// Nothing for a message of which no version is alive.
    pub(crate) fn new(definition: &Definition) -> Result<Option<Self>> {
        if definition.valid_versions.is_empty() {
            return Ok(None);
        }
        let mut shared = BTreeMap::new();
        for one in &definition.common_structs {
            shared.insert(one.name.as_str(), one.fields.as_slice());
        }
        let mut builder = Builder {
            definition,
            shared,
            structs: Vec::new(),
        };
        builder.add(
            &definition.name,
            &definition.fields,
            definition.valid_versions,
        )?;
        Ok(Some(Self {
            name: definition.name.clone(),
            module: names::snake(&definition.name),
            kind: definition.kind,
            api_key: definition.api_key,
            versions: definition.valid_versions,
            flexible: definition.flexible_versions,
            structs: builder.structs,
        }))
    }

    pub(crate) fn structure(&self, name: &str) -> Result<&Struct> {
        let found = self.structs.iter().find(|one| one.name == name);
        found.with_context(|| format!("there is no structure {name}"))
    }
}

struct Builder<'a> {
    definition: &'a Definition,
    shared: BTreeMap<&'a str, &'a [definition::Field]>,
    structs: Vec<Struct>,
}

impl<'a> Builder<'a> {
    fn add(
        &mut self,
        name: &str,
        fields: &'a [definition::Field],
        versions: Versions,
    ) -> Result<()> {
        if self.structs.iter().any(|one| one.name == name) {
            return Ok(());
        }
        let place = self.structs.len();
        self.structs.push(Struct {
            name: name.to_owned(),
            versions,
            fields: Vec::new(),
        });
        let mut built = Vec::new();
        for raw in fields {
            let field = self
                .field(name, raw, versions)
                .with_context(|| format!("in the field {}", raw.name))?;
            let Some(field) = field else { continue };
            if let Type::Struct(inner) = field.content.element() {
                if raw.fields.is_empty() {
                    let shared = self.shared.get(inner.as_str()).copied();
                    let shared = shared.with_context(|| format!("{inner} is not defined"))?;
                    self.add(inner, shared, self.definition.valid_versions)?;
                } else {
                    self.add(inner, &raw.fields, field.versions)?;
                }
            }
            built.push(field);
        }
        let added = self
            .structs
            .get_mut(place)
            .context("the structure was added above")?;
        added.fields = built;
        Ok(())
    }

    /// An old client cannot be told a number or a tagged field that its version lacks, and is
    /// answered without. Whole arrays and structures are never left out of an answer by accident.
    fn may_be_left_out(&self, raw: &definition::Field) -> bool {
        let is_scalar = raw
            .type_name
            .starts_with(|letter: char| letter.is_lowercase());
        self.definition.kind == Kind::Response && (is_scalar || raw.tag.is_some())
    }

    fn field(
        &self,
        owner: &str,
        raw: &definition::Field,
        possible: Versions,
    ) -> Result<Option<Field>> {
        let stated = raw
            .versions
            .or(raw.tagged_versions)
            .context("it has no versions")?;
        let versions = stated.intersection(possible);
        if versions.is_empty() {
            return Ok(None);
        }
        let content = Type::parse(&raw.type_name)?;
        let nullable = raw.nullable_versions.intersection(versions);
        let tag = match (raw.tag, raw.tagged_versions) {
            (Some(tag), Some(tagged)) => {
                ensure!(
                    tagged.covers(versions),
                    "it is tagged in some of its versions only"
                );
                Some((tag, tagged.intersection(versions)))
            }
            (None, None) => None,
            _ => bail!("tag and taggedVersions belong together"),
        };
        let name = names::field(&raw.name);
        let default = match &raw.default {
            Some(value) => DefaultValue::parse(&content, value)?,
            // A message text that may always be null is absent, not empty, unless it is set.
            None if content == Type::String && nullable == versions && tag.is_none() => {
                DefaultValue::Null
            }
            None => DefaultValue::Zero,
        };
        ensure!(
            default != DefaultValue::Null || !nullable.is_empty(),
            "its default is null and it cannot be null"
        );
        Ok(Some(Field {
            path: format!("{owner}.{}", names::snake(&raw.name)),
            name,
            content,
            versions,
            nullable,
            tag,
            default,
            ignorable: raw.ignorable || self.may_be_left_out(raw),
            flexible: raw
                .flexible_versions
                .unwrap_or(self.definition.flexible_versions),
        }))
    }
}

impl Field {
    pub(crate) fn is_optional(&self) -> bool {
        !self.nullable.is_empty()
    }
}

impl Type {
    fn parse(name: &str) -> Result<Self> {
        if let Some(element) = name.strip_prefix("[]") {
            return Ok(Self::Array(Box::new(Self::parse(element)?)));
        }
        Ok(match name {
            "bool" => Self::Bool,
            "int8" => Self::Int8,
            "int16" => Self::Int16,
            "uint16" => Self::Uint16,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "float64" => Self::Float64,
            "uuid" => Self::Uuid,
            "string" => Self::String,
            "bytes" | "records" => Self::Bytes,
            other if other.starts_with(char::is_uppercase) => Self::Struct(other.to_owned()),
            other => bail!("{other} is no type"),
        })
    }

    /// The type of an array's elements; of all else, the type itself.
    pub(crate) fn element(&self) -> &Self {
        if let Self::Array(element) = self {
            element
        } else {
            self
        }
    }

    pub(crate) fn rust(&self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Int8 => "i8".to_owned(),
            Self::Int16 => "i16".to_owned(),
            Self::Uint16 => "u16".to_owned(),
            Self::Int32 => "i32".to_owned(),
            Self::Int64 => "i64".to_owned(),
            Self::Float64 => "f64".to_owned(),
            Self::Uuid => "Uuid".to_owned(),
            Self::String => "String".to_owned(),
            Self::Bytes => "Bytes".to_owned(),
            Self::Struct(name) => name.clone(),
            Self::Array(element) => format!("Vec<{}>", element.rust()),
        }
    }
}

impl DefaultValue {
    fn parse(content: &Type, value: &Value) -> Result<Self> {
        let text = match value {
            Value::Null => return Ok(Self::Null),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::String(text) => text.clone(),
            other => bail!("the default {other} is not understood"),
        };
        match (content, text.as_str()) {
            (_, "null") => Ok(Self::Null),
            (Type::Bool, "true") => Ok(Self::Literal(text)),
            (Type::Bool, "false") | (Type::String, "") => Ok(Self::Zero),
            (Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64, digits) => {
                let number = match digits.strip_prefix("0x") {
                    Some(digits) => i64::from_str_radix(digits, 16)?,
                    None => digits.parse::<i64>()?,
                };
                let named = match number {
                    0 => return Ok(Self::Zero),
                    i64::MAX => "i64::MAX".to_owned(),
                    other if other == i64::from(i32::MAX) => "i32::MAX".to_owned(),
                    other if other == i64::from(i32::MIN) => "i32::MIN".to_owned(),
                    other => other.to_string(),
                };
                Ok(Self::Literal(named))
            }
            _ => bail!("the default {text:?} does not suit its type"),
        }
    }
}
