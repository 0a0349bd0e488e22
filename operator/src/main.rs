//! The Kavka operator's program.

use mimalloc as _;

fn main() {}
