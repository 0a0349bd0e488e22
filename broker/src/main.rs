//! The Kavka broker's program.

use mimalloc as _;

fn main() {}
