pub(crate) mod bus;
mod lists;
pub(crate) mod presence;
mod renaming;
mod store;
pub(crate) mod tables;
