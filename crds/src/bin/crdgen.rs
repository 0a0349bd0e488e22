//! Writes the CRDs' YAML: `crds/*.yaml` and the chart's templates. With `--check` it writes
//! nothing and fails where a file differs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use kavka_crds::yaml::{CrdFile, HOW, crds};

fn main() -> ExitCode {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("crdgen: unknown argument {other:?}; use --check or nothing");
            return ExitCode::from(2);
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut wrong = Vec::new();
    for file in crds() {
        for (path, text) in files(&root, &file) {
            let done = match text {
                Ok(text) if check => same(&path, &text),
                Ok(text) => fs::write(&path, text).map_err(|e| e.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = done {
                wrong.push(format!("{}: {error}", path.display()));
            }
        }
    }
    for line in &wrong {
        eprintln!("crdgen: {line}");
    }
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn files(root: &Path, file: &CrdFile) -> [(PathBuf, Result<String, serde_yaml::Error>); 2] {
    let chart = root.join("charts/kavka/templates/crds");
    [
        (root.join("crds").join(file.name), file.plain()),
        (chart.join(file.name), file.template()),
    ]
}

fn same(path: &Path, text: &str) -> Result<(), String> {
    match fs::read_to_string(path) {
        Ok(found) if found == text => Ok(()),
        Ok(_) => Err(format!("differs from the types; run: {HOW}")),
        Err(error) => Err(format!("{error}; run: {HOW}")),
    }
}
