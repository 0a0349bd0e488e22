//! The Kavka collector's program.

use std::process::ExitCode;

use mimalloc as _;

mod program;

fn main() -> ExitCode {
    match program::main() {
        Ok(code) => code,
        Err(error) => {
            // One line, and the last: Kubernetes shows it as the reason why the pod ended.
            eprintln!("kavka-collector: {error:#}");
            ExitCode::FAILURE
        }
    }
}
