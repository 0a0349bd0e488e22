//! Writes the code that finds the error codes of a response.

use std::fmt::Write as _;

use anyhow::Result;

use crate::definition::Kind;
use crate::model::{Field, Message, Struct, Type};

/// What Kafka calls the field.
const FIELD: &str = "error_code";

/// A function of a structure that holds error codes, itself or deeper.
pub(crate) fn write_errors(code: &mut String, message: &Message, one: &Struct) -> Result<()> {
    if !has_errors(message, one) {
        return Ok(());
    }
    writeln!(
        code,
        "pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {{"
    )?;
    for field in &one.fields {
        write_field(code, message, field)?;
    }
    writeln!(code, "}}")?;
    Ok(())
}

/// Whether a response can tell errors.
pub(crate) fn has_errors(message: &Message, one: &Struct) -> bool {
    message.kind == Kind::Response
        && one.fields.iter().any(|field| {
            is_code(field) || inner(message, field).is_some_and(|inner| has_errors(message, inner))
        })
}

fn is_code(field: &Field) -> bool {
    field.name == FIELD && field.content == Type::Int16
}

fn inner<'a>(message: &'a Message, field: &Field) -> Option<&'a Struct> {
    match field.content.element() {
        Type::Struct(name) => message.structure(name).ok(),
        _ => None,
    }
}

fn write_field(code: &mut String, message: &Message, field: &Field) -> Result<()> {
    let place = format!("self.{}", field.name);
    if is_code(field) {
        writeln!(code, "each({place});")?;
        return Ok(());
    }
    if !inner(message, field).is_some_and(|inner| has_errors(message, inner)) {
        return Ok(());
    }
    match (&field.content, field.is_optional()) {
        (Type::Array(_), false) => {
            writeln!(code, "for it in &{place} {{ it.each_error(each); }}")?;
        }
        (Type::Array(_), true) => {
            writeln!(
                code,
                "for it in {place}.iter().flatten() {{ it.each_error(each); }}"
            )?;
        }
        (_, false) => writeln!(code, "{place}.each_error(each);")?,
        (_, true) => {
            writeln!(
                code,
                "if let Some(it) = &{place} {{ it.each_error(each); }}"
            )?;
        }
    }
    Ok(())
}
