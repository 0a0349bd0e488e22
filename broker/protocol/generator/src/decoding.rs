//! Writes the code that reads a structure.

use std::fmt::Write as _;

use anyhow::Result;

use crate::model::{Field, Message, Struct, Type};
use crate::names;
use crate::versions::{Test, Versions};

/// The form of lengths as an expression, given what versions can occur.
pub(crate) fn form(flexible: Versions, context: Versions) -> String {
    match flexible.test(context) {
        Test::Always => "Form::Compact".to_owned(),
        Test::Never => "Form::Classic".to_owned(),
        Test::If(_) => format!("Form::of(version, {})", flexible.lowest),
    }
}

pub(crate) fn write_read(code: &mut String, message: &Message, one: &Struct) -> Result<()> {
    let mut body = String::new();
    for field in one.fields.iter().filter(|field| field.tag.is_none()) {
        let read = format!(
            "r.field(\"{}\");\n it.{} = {};",
            field.path,
            field.name,
            read_field(message, field)?
        );
        write_if(&mut body, &field.versions.test(one.versions), &read)?;
    }
    let tags = read_tags(message, one)?;
    write_if(&mut body, &message.flexible.test(one.versions), &tags)?;
    let uses = |variable: &str| names::uses(&body, variable);
    let reader = if uses("r") { "r" } else { "_r" };
    let version = if uses("version") {
        "version"
    } else {
        "_version"
    };
    let mutable = if uses("it") {
        "let mut it = Self::default();"
    } else {
        ""
    };
    let result = if uses("it") { "it" } else { "Self::default()" };
    writeln!(
        code,
        "pub(super) fn read({reader}: &mut Reader, {version}: i16) -> Result<Self, DecodeError> {{
            {mutable}
            {body}
            Ok({result})
        }}\n"
    )?;
    Ok(())
}

/// Writes `body` behind the test, or nothing where it is never true.
pub(crate) fn write_if(code: &mut String, test: &Test, body: &str) -> Result<()> {
    match test {
        Test::Never => {}
        Test::Always => writeln!(code, "{body}")?,
        Test::If(condition) => writeln!(code, "if {condition} {{ {body} }}")?,
    }
    Ok(())
}

fn read_tags(message: &Message, one: &Struct) -> Result<String> {
    let mut arms = String::new();
    for field in &one.fields {
        let Some((tag, versions)) = field.tag else {
            continue;
        };
        let guard = match versions.test(one.versions.intersection(message.flexible)) {
            Test::Always => String::new(),
            Test::Never => continue,
            Test::If(condition) => format!(" if {condition}"),
        };
        writeln!(
            arms,
            "{tag}{guard} => {{ r.field(\"{}\"); it.{} = {}; }}",
            field.path,
            field.name,
            read_field(message, field)?
        )?;
    }
    if arms.is_empty() {
        return Ok("r.skip_tags()?;".to_owned());
    }
    Ok(format!(
        "r.tags(|tag, r| {{ match tag {{ {arms} _ => return Ok(false), }} Ok(true) }})?;"
    ))
}

fn read_field(message: &Message, field: &Field) -> Result<String> {
    let form = form(field.flexible, field.versions);
    if !field.is_optional() {
        return read_content(message, field, &form, "");
    }
    let read = read_content(message, field, &form, "nullable_")?;
    Ok(match field.nullable.test(field.versions) {
        Test::Always | Test::Never => read,
        Test::If(condition) => {
            format!(
                "{{ let it = {read}; if {condition} {{ it }} else {{ Some(r.required(it)?) }} }}"
            )
        }
    })
}

fn read_content(message: &Message, field: &Field, form: &str, prefix: &str) -> Result<String> {
    Ok(match &field.content {
        Type::String => format!("r.{prefix}string({form})?"),
        Type::Bytes => format!("r.{prefix}bytes({form})?"),
        Type::Array(element) => {
            let len = least_len(message, element, field.versions)?;
            let read = match element.as_ref() {
                Type::String => format!("|r| r.string({form})"),
                Type::Struct(name) => format!("|r| {name}::read(r, version)"),
                other => format!("Reader::{}", primitive(other)),
            };
            format!("r.{prefix}array({form}, {len}, {read})?")
        }
        Type::Struct(name) if field.is_optional() => {
            format!("r.nullable_struct(|r| {name}::read(r, version))?")
        }
        Type::Struct(name) => format!("{name}::read(r, version)?"),
        other => format!("r.{}()?", primitive(other)),
    })
}

/// The method of reader and writer for a type of fixed size.
pub(crate) fn primitive(content: &Type) -> &'static str {
    match content {
        Type::Bool => "bool",
        Type::Int8 => "i8",
        Type::Int16 => "i16",
        Type::Uint16 => "u16",
        Type::Int32 => "i32",
        Type::Int64 => "i64",
        Type::Float64 => "f64",
        Type::Uuid => "uuid",
        Type::String | Type::Bytes | Type::Struct(_) | Type::Array(_) => "",
    }
}

/// The fewest bytes that a value takes in any of the versions.
fn least_len(message: &Message, content: &Type, versions: Versions) -> Result<usize> {
    let mut least = usize::MAX;
    for version in versions.lowest..=versions.highest {
        least = least.min(len_in(message, content, version)?);
    }
    Ok(least.max(1))
}

fn len_in(message: &Message, content: &Type, version: i16) -> Result<usize> {
    let only = Versions {
        lowest: version,
        highest: version,
    };
    let compact = message.flexible.covers(only);
    Ok(match content {
        Type::Bool | Type::Int8 => 1,
        Type::String | Type::Bytes | Type::Array(_) if compact => 1,
        Type::Int16 | Type::Uint16 | Type::String => 2,
        Type::Int32 | Type::Bytes | Type::Array(_) => 4,
        Type::Int64 | Type::Float64 => 8,
        Type::Uuid => 16,
        Type::Struct(name) => {
            let mut len = usize::from(compact);
            for field in &message.structure(name)?.fields {
                if field.versions.covers(only) && field.tag.is_none() {
                    let optional_struct =
                        matches!(field.content, Type::Struct(_)) && field.is_optional();
                    len += if optional_struct {
                        1
                    } else {
                        len_in(message, &field.content, version)?
                    };
                }
            }
            len
        }
    })
}
