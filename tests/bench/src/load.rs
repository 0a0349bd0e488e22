//! What is done to a broker: by threads on blocking sockets, one connection each.

mod consume;
mod idle;
mod open_loop;
mod produce;
mod scatter;

pub(crate) use consume::consume;
pub(crate) use idle::IdleConsumers;
pub(crate) use open_loop::OpenLoop;
pub(crate) use produce::{ProduceLoad, Producer};
pub(crate) use scatter::{ScatterLoad, one_batch_each};
