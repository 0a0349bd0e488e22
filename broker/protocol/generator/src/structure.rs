//! Writes the file of one message.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::definition::Kind;
use crate::files::Source;
use crate::model::{DefaultValue, Field, Message, Struct, Type};
use crate::{decoding, encoding, errors};

pub(crate) fn message_file(message: &Message) -> Result<Source> {
    let mut code = String::new();
    for one in &message.structs {
        write_struct(&mut code, message, one)?;
        write_default(&mut code, one)?;
        writeln!(code, "impl {} {{", one.name)?;
        decoding::write_read(&mut code, message, one)?;
        encoding::write_write(&mut code, message, one)?;
        errors::write_errors(&mut code, message, one)?;
        writeln!(code, "}}\n")?;
    }
    write_traits(&mut code, message)?;
    let mut head = String::new();
    let has = |name: &str| code.contains(name);
    if has("Bytes") {
        writeln!(head, "use bytes::Bytes;\n")?;
    }
    let mut imports = vec!["DecodeError", "EncodeError", "Message", "Reader", "Writer"];
    let only_if = [
        ("ApiKey", has("ApiKey::")),
        ("Form", has("Form::")),
        ("Keyed", has("Keyed for")),
        ("Request", has("impl Request for")),
        ("Uuid", has("Uuid,") || has("<Uuid>")),
    ];
    imports.extend(
        only_if
            .iter()
            .filter(|(_, used)| *used)
            .map(|(name, _)| *name),
    );
    imports.sort_unstable();
    writeln!(head, "use crate::{{{}}};", imports.join(", "))?;
    if message.kind == Kind::Request {
        let response = message.name.replace("Request", "Response");
        writeln!(head, "use super::{response};")?;
    }
    Ok(Source {
        path: format!("messages/{}.rs", message.module),
        code: format!("{head}\n{code}"),
    })
}

fn write_struct(code: &mut String, message: &Message, one: &Struct) -> Result<()> {
    let derived = if needs_default(one) { "" } else { ", Default" };
    if one.name == message.name {
        let range = (message.versions.lowest, message.versions.highest);
        writeln!(
            code,
            "/// Kafka's `{}`, versions {} to {}.",
            one.name, range.0, range.1
        )?;
    } else {
        writeln!(code, "/// A part of [`{}`].", message.name)?;
    }
    writeln!(code, "#[derive(Debug, Clone, PartialEq{derived})]")?;
    writeln!(code, "pub struct {} {{", one.name)?;
    for field in &one.fields {
        writeln!(code, "pub {}: {},", field.name, field_type(field))?;
    }
    writeln!(code, "}}\n")?;
    Ok(())
}

fn field_type(field: &Field) -> String {
    let content = field.content.rust();
    if field.is_optional() {
        format!("Option<{content}>")
    } else {
        content
    }
}

/// Whether some default is not the one that Rust would derive.
fn needs_default(one: &Struct) -> bool {
    one.fields.iter().any(|field| match &field.default {
        DefaultValue::Zero => field.is_optional(),
        DefaultValue::Null => false,
        DefaultValue::Literal(_) => true,
    })
}

fn write_default(code: &mut String, one: &Struct) -> Result<()> {
    if !needs_default(one) {
        return Ok(());
    }
    writeln!(code, "impl Default for {} {{", one.name)?;
    writeln!(code, "fn default() -> Self {{ Self {{")?;
    for field in &one.fields {
        writeln!(code, "{}: {},", field.name, default_value(field))?;
    }
    writeln!(code, "}} }} }}\n")?;
    Ok(())
}

fn default_value(field: &Field) -> String {
    let value = match &field.default {
        DefaultValue::Null => return "None".to_owned(),
        DefaultValue::Literal(literal) => literal.clone(),
        DefaultValue::Zero => match &field.content {
            Type::Bool => "false".to_owned(),
            Type::Float64 => "0.0".to_owned(),
            Type::Uuid => "Uuid::ZERO".to_owned(),
            Type::String => "String::new()".to_owned(),
            Type::Bytes => "Bytes::new()".to_owned(),
            Type::Array(_) => "Vec::new()".to_owned(),
            Type::Struct(name) => format!("{name}::default()"),
            _ => "0".to_owned(),
        },
    };
    if field.is_optional() {
        format!("Some({value})")
    } else {
        value
    }
}

fn write_traits(code: &mut String, message: &Message) -> Result<()> {
    let name = &message.name;
    let errors = if errors::has_errors(message, message.structure(name)?) {
        "\n\nfn errors(&self, each: &mut dyn FnMut(i16)) { self.each_error(each); }"
    } else {
        ""
    };
    writeln!(
        code,
        "impl Message for {name} {{
            const NAME: &'static str = \"{name}\";
            const MIN_VERSION: i16 = {};
            const MAX_VERSION: i16 = {};

            fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {{
                r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
                Self::read(r, version)
            }}

            fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {{
                w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
                self.write(w, version)
            }}{errors}
        }}\n",
        message.versions.lowest, message.versions.highest
    )?;
    match message.kind {
        Kind::Request => {
            let key = name
                .strip_suffix("Request")
                .context("a request is called so")?;
            writeln!(
                code,
                "impl Request for {name} {{
                    const KEY: ApiKey = ApiKey::{key};
                    type Response = {key}Response;
                }}"
            )?;
        }
        Kind::Metadata | Kind::CoordinatorKey | Kind::CoordinatorValue => {
            let kind = message.api_key.context("a record has a number")?;
            writeln!(
                code,
                "impl Keyed for {name} {{ const KIND: i16 = {kind}; }}"
            )?;
        }
        Kind::Response | Kind::Header | Kind::Data => {}
    }
    Ok(())
}
