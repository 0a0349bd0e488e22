//! Writes the code that writes a structure.

use std::fmt::Write as _;

use anyhow::Result;

use crate::decoding::{form, primitive, write_if};
use crate::model::{DefaultValue, Field, Message, Struct, Type};
use crate::names;
use crate::versions::Test;

pub(crate) fn write_write(code: &mut String, message: &Message, one: &Struct) -> Result<()> {
    let mut body = String::new();
    for field in &one.fields {
        let test = field.versions.test(one.versions);
        if field.tag.is_none() {
            let write = format!("w.field(\"{}\");\n {}", field.path, write_field(field));
            write_if(&mut body, &test, &write)?;
        }
        if let Test::If(condition) = &test
            && !field.ignorable
        {
            writeln!(
                body,
                "if !({condition}) && {} {{ return Err(w.not_in_version(\"{}\", version)); }}",
                differs(field),
                field.path
            )?;
        }
    }
    write_if(
        &mut body,
        &message.flexible.test(one.versions),
        &write_tags(message, one)?,
    )?;
    let uses = |variable: &str| names::uses(&body, variable);
    let writer = if uses("w") { "w" } else { "_w" };
    let version = if uses("version") {
        "version"
    } else {
        "_version"
    };
    writeln!(
        code,
        "pub(super) fn write(&self, {writer}: &mut Writer, {version}: i16)
            -> Result<(), EncodeError> {{
            {body}
            Ok(())
        }}"
    )?;
    Ok(())
}

/// Tagged fields are written where they differ from the default, in the order of their tags.
fn write_tags(message: &Message, one: &Struct) -> Result<String> {
    let context = one.versions.intersection(message.flexible);
    let mut tagged: Vec<(u32, &Field, String)> = Vec::new();
    for field in &one.fields {
        let Some((tag, versions)) = field.tag else {
            continue;
        };
        let differs = differs(field);
        match versions.test(context) {
            Test::Never => {}
            Test::Always => tagged.push((tag, field, differs)),
            Test::If(condition) => tagged.push((tag, field, format!("{condition} && {differs}"))),
        }
    }
    if tagged.is_empty() {
        return Ok("w.unsigned_varint(0);".to_owned());
    }
    tagged.sort_by_key(|(tag, ..)| *tag);
    let mut count = Vec::new();
    let mut writes = String::new();
    for (tag, field, present) in tagged {
        count.push(format!("u32::from({present})"));
        writeln!(
            writes,
            "if {present} {{
                w.field(\"{}\");
                w.tag({tag}, |w| {{ {} Ok(()) }})?;
            }}",
            field.path,
            write_field(field)
        )?;
    }
    Ok(format!(
        "w.unsigned_varint({});\n{writes}",
        count.join(" + ")
    ))
}

/// Whether the field is not at its default.
fn differs(field: &Field) -> String {
    let place = format!("self.{}", field.name);
    let strict = field.tag.is_some();
    match (&field.default, field.is_optional(), &field.content) {
        // An empty text says as much as none, unless the difference is kept on the wire.
        (DefaultValue::Null, _, Type::String) if !strict => {
            format!("{place}.as_ref().is_some_and(|it| !it.is_empty())")
        }
        (DefaultValue::Null, ..) => format!("{place}.is_some()"),
        (DefaultValue::Literal(literal), false, Type::Bool) if literal == "true" => {
            format!("!{place}")
        }
        (DefaultValue::Literal(literal), false, _) => format!("{place} != {literal}"),
        (DefaultValue::Literal(literal), true, _) => format!("{place} != Some({literal})"),
        (DefaultValue::Zero, true, Type::String | Type::Bytes | Type::Array(_)) => {
            format!("{place}.as_ref().is_none_or(|it| !it.is_empty())")
        }
        (DefaultValue::Zero, true, content) => {
            format!("{place} != Some({}::default())", content.rust())
        }
        (DefaultValue::Zero, false, Type::Bool) => place,
        (DefaultValue::Zero, false, Type::String | Type::Bytes | Type::Array(_)) => {
            format!("!{place}.is_empty()")
        }
        (DefaultValue::Zero, false, Type::Uuid) => format!("!{place}.is_zero()"),
        (DefaultValue::Zero, false, Type::Float64) => format!("{place} != 0.0"),
        (DefaultValue::Zero, false, Type::Struct(name)) => {
            format!("{place} != {name}::default()")
        }
        (DefaultValue::Zero, false, _) => format!("{place} != 0"),
    }
}

fn write_field(field: &Field) -> String {
    let form = form(field.flexible, field.versions);
    let place = format!("self.{}", field.name);
    if !field.is_optional() {
        return write_content(&field.content, &form, &place, "&");
    }
    let no_null = match field.nullable.test(field.versions) {
        Test::If(condition) => Some(format!(
            "if !({condition}) && {place}.is_none() {{ return Err(w.no_null(version)); }}\n"
        )),
        Test::Always | Test::Never => None,
    }
    .unwrap_or_default();
    let write = match &field.content {
        Type::String => format!("w.nullable_string({form}, {place}.as_deref())?;"),
        Type::Bytes => format!("w.nullable_bytes({form}, {place}.as_ref())?;"),
        Type::Struct(_) => format!(
            "match &{place} {{
                None => w.i8(-1),
                Some(it) => {{ w.i8(1); it.write(w, version)?; }}
            }}"
        ),
        content => format!(
            "match &{place} {{ None => w.null_array({form}), Some(it) => {{ {} }} }}",
            write_content(content, &form, "it", "")
        ),
    };
    no_null + &write
}

fn write_content(content: &Type, form: &str, place: &str, borrow: &str) -> String {
    match content {
        Type::String => format!("w.string({form}, {borrow}{place})?;"),
        Type::Bytes => format!("w.bytes({form}, {borrow}{place})?;"),
        Type::Struct(_) => format!("{place}.write(w, version)?;"),
        Type::Array(element) => {
            let write = match element.as_ref() {
                Type::String => format!("|w, it| w.string({form}, it)"),
                Type::Struct(_) => "|w, it| it.write(w, version)".to_owned(),
                other => format!("|w, it| {{ w.{}(*it); Ok(()) }}", primitive(other)),
            };
            format!("w.array({form}, {borrow}{place}, {write})?;")
        }
        other => format!("w.{}({place});", primitive(other)),
    }
}
