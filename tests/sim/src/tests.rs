//! The simulations that `make sim` runs.

mod crashes;
mod damage;
mod faults;
mod syncs;
