pub(crate) mod attempts;
mod known_addresses;
mod passwords;
mod sessions;
mod store;
pub(crate) mod tables;
pub(crate) mod tickets;
