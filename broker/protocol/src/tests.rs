//! Promises of the protocol as a whole.

mod bad_input;
mod definitions;
mod known_bytes;
mod round_trip;
