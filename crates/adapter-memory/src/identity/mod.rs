mod people;
mod store;
pub(crate) mod tables;
pub(crate) mod tickets;
