//! Why the server does not start, in one line that says what to do.

/// What a person reads on standard error before the process ends.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error("{0}")]
    Config(String),
    /// The data directory cannot be used.
    #[error("cannot use the data directory {path}: {reason}. Give one that can be written with DATA_DIR")]
    DataDirectory { path: String, reason: String },
    /// The database cannot be opened.
    #[error("{0}")]
    Database(String),
    /// The secret cannot be used.
    #[error("{0}")]
    Secret(String),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {reason}. Choose another with PORT and HOST")]
    Listen { address: String, reason: String },
    /// Something that is asked of a running server failed.
    #[error("{0}")]
    Failed(String),
    /// There is no server to ask.
    #[error("{0}")]
    NoServer(String),
}

impl StartError {
    /// 2 for a wrong configuration and for a server that is not there, 1 for everything else.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Secret(_) | Self::NoServer(_) => 2,
            Self::DataDirectory { .. } | Self::Database(_) | Self::Listen { .. } | Self::Failed(_) => 1,
        }
    }
}
