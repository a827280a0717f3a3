mod store;
pub(crate) mod tables;
