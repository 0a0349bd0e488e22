//! Writes `broker/protocol/src/messages` from the definitions in `broker/protocol/messages`.
//!
//! `cargo run -p kavka-protocol-generator` writes; with `-- --check` it only compares and fails
//! where the files on disk are not what it would write.

#![forbid(unsafe_code)]

mod catalogue;
mod decoding;
mod definition;
mod encoding;
mod errors;
mod files;
mod model;
mod names;
mod structure;
mod versions;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let mode = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => files::Mode::Write,
        [flag] if flag == "--check" => files::Mode::Check,
        other => bail!("{other:?} is not understood: give --check or nothing"),
    };
    let protocol = protocol_folder()?;
    let definitions = definition::read_messages(&protocol.join("messages/messages.json"))?;
    let errors = definition::read_errors(&protocol.join("messages/errors.json"))?;

    let mut sources = Vec::new();
    let mut models = Vec::new();
    for definition in &definitions {
        if let Some(message) = model::Message::new(definition)
            .with_context(|| format!("in the definition of {}", definition.name))?
        {
            sources.push(structure::message_file(&message)?);
            models.push(message);
        }
    }
    sources.push(catalogue::messages_file(&models)?);
    sources.push(catalogue::metadata_record_file(&models)?);
    sources.push(catalogue::api_key_file(&definitions)?);
    sources.push(catalogue::error_code_file(&errors)?);
    files::apply(&protocol.join("src"), &sources, mode)
}

fn protocol_folder() -> Result<PathBuf> {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR"));
    let protocol = generator
        .parent()
        .context("the generator lies in no folder")?;
    Ok(protocol.to_owned())
}
