//! The `kavka` command.

fn main() {}
