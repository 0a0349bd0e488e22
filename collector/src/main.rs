//! The Kavka collector's program.

use mimalloc as _;

fn main() {}
