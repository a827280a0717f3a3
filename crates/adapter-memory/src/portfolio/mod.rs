mod alert_store;
pub(crate) mod alert_tables;
