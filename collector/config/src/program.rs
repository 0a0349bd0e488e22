//! VRL programs: compiled to check them here, and again by the collector that runs them.

use vrl::compiler::{Program, compile as compile_vrl};
use vrl::diagnostic::{DiagnosticList, Formatter};

/// Compiles a VRL program. Functions that read the environment, the network or the system do not
/// exist in it.
///
/// # Errors
/// The compiler's diagnostics, which begin with the line.
pub fn compile(source: &str) -> Result<Program, String> {
    match compile_vrl(source, &vrl::stdlib::all()) {
        Ok(compiled) => Ok(compiled.program),
        Err(diagnostics) => Err(describe(source, diagnostics)),
    }
}

/// Checks that `source` compiles, and that a condition gives a boolean.
pub(crate) fn check(source: &str, condition: bool) -> Result<(), String> {
    let program = compile(source)?;
    let result = program.final_type_info().result;
    if condition && !result.is_boolean() {
        return Err(format!(
            "the condition gives {} instead of true or false",
            result.kind()
        ));
    }
    Ok(())
}

fn describe(source: &str, diagnostics: DiagnosticList) -> String {
    let line = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_problem())
        .flat_map(vrl::diagnostic::Diagnostic::labels)
        .map(|label| label.span.start())
        .next()
        .map_or(1, |at| {
            source
                .bytes()
                .take(at)
                .filter(|byte| *byte == b'\n')
                .count()
                + 1
        });
    format!(
        "line {line}: {}",
        Formatter::new(source, diagnostics).to_string().trim()
    )
}
