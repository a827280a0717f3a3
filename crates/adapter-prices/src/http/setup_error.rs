/// Why a provider cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSetupError {
    /// The address is none.
    #[error("the {provider} address {address:?} is not an {schemes} address")]
    InvalidAddress {
        /// Whose.
        provider: &'static str,
        /// As it was configured.
        address: String,
        /// What it may begin with.
        schemes: &'static str,
    },
    /// The key, or the name of its header, cannot be sent.
    #[error("the {provider} key or the name of its header holds characters that a header cannot carry")]
    InvalidKey {
        /// Whose.
        provider: &'static str,
    },
    /// There is no HTTP client, for instance because the system has no root certificates.
    #[error("calls to {provider} cannot be made from here; are the system's root certificates installed?")]
    Client {
        /// Whose.
        provider: &'static str,
        /// What is missing.
        #[source]
        source: reqwest::Error,
    },
}
