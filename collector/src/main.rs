//! The Kavka collector's program.

use mimalloc as _;

fn main() -> anyhow::Result<std::process::ExitCode> {
    program::main()
}

mod program;
