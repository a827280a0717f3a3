//! The settings, as `config/default.toml` explains them.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use rialto_identity::Registration;
use secrecy::SecretString;
use serde::Deserialize;

/// All settings.
#[derive(Debug, Deserialize)]
pub struct Config {
    #[serde(skip)]
    pub environment: Environment,
    pub server: ServerConfig,
    pub data: DataConfig,
    pub database: DatabaseConfig,
    pub auth: AuthConfig,
    pub limits: LimitsConfig,
    pub mail: MailConfig,
    pub realtime: RealtimeConfig,
    pub prices: PricesConfig,
    pub outgoing: OutgoingConfig,
    pub compat: CompatConfig,
    pub listeners: Vec<ListenerConfig>,
    pub log: LogConfig,
}

/// Where the server runs: `APP_ENV`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    #[default]
    Development,
    Production,
}

#[derive(Debug, Deserialize)]
pub struct ServerConfig {
    pub host: String,
    pub port: u16,
    pub public_url: String,
    pub workers: usize,
    pub max_body_bytes: usize,
    pub allowed_origins: Vec<String>,
    pub trusted_proxies: Vec<IpAddr>,
    pub secure_cookies: bool,
    pub drain_ms: u64,
    pub sse_heartbeat_ms: u64,
    pub body_timeout_ms: u64,
}

/// Compatibility surfaces.
#[derive(Debug, Deserialize)]
pub struct CompatConfig {
    pub surfaces: Vec<String>,
    pub portfolio_tracker_jwt_expires_in: String,
    pub group_server: GroupServerConfig,
}

/// What the surface `group-server` alone has.
#[derive(Debug, Deserialize)]
pub struct GroupServerConfig {
    pub shared_secret: SecretString,
    pub rate_limit_requests: u32,
    pub rate_limit_seconds: u64,
}

/// A surface at the root of an address of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenerConfig {
    #[serde(default = "this_machine")]
    pub host: String,
    pub port: u16,
    pub surface: String,
}

fn this_machine() -> String {
    "127.0.0.1".to_owned()
}

#[derive(Debug, Deserialize)]
pub struct DataConfig {
    pub dir: PathBuf,
}

#[derive(Debug, Deserialize)]
pub struct DatabaseConfig {
    pub url: SecretString,
    pub max_connections: usize,
    pub migrate: bool,
}

#[derive(Debug, Deserialize)]
pub struct AuthConfig {
    pub jwt_secret: SecretString,
    pub jwt_previous_secrets: Vec<SecretString>,
    pub jwt_issuer: String,
    pub jwt_audience: String,
    pub jwt_leeway_seconds: u64,
    pub access_minutes: u64,
    pub refresh_days: u64,
    pub ticket_seconds: u64,
    pub reset_minutes: u64,
    pub bcrypt_cost: u32,
    pub hash_queue: usize,
    pub registration: RegistrationWord,
    pub guests: bool,
    pub audit_days: u64,
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum RegistrationWord {
    Open,
    Closed,
    Invitation,
}

impl TryFrom<String> for RegistrationWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            "invitation" => Ok(Self::Invitation),
            other => Err(format!("it is {other:?}; it must be \"open\", \"closed\" or \"invitation\"")),
        }
    }
}

impl From<RegistrationWord> for Registration {
    fn from(word: RegistrationWord) -> Self {
        match word {
            RegistrationWord::Open => Self::Open,
            RegistrationWord::Closed => Self::Closed,
            RegistrationWord::Invitation => Self::Invitation,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct LimitsConfig {
    pub enabled: bool,
    pub loopback_factor: u32,
    pub address_per_minute: u32,
    pub user_per_minute: u32,
    pub sign_in_per_minute: u32,
    pub send_per_minute: u32,
    pub search_per_minute: u32,
    pub bulk_per_minute: u32,
    pub max_keys: usize,
    pub login_first_wait_seconds: u64,
    pub login_free_attempts: u32,
    pub login_longest_wait_seconds: u64,
    pub login_free_attempts_per_address: u32,
    pub login_longest_wait_per_address_seconds: u64,
    pub login_free_attempts_per_account: u32,
    pub login_longest_wait_per_account_seconds: u64,
}

#[derive(Debug, Deserialize)]
pub struct MailConfig {
    pub transport: MailTransport,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_user: String,
    pub smtp_password: SecretString,
    pub smtp_tls: SmtpProtection,
    pub from: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTransport {
    Console,
    Smtp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpProtection {
    StartTls,
    Tls,
    None,
}

#[derive(Debug, Deserialize)]
pub struct RealtimeConfig {
    pub ping_interval_ms: u64,
    pub pong_timeout_ms: u64,
    pub auth_timeout_ms: u64,
    pub write_timeout_ms: u64,
    pub max_frame_bytes: usize,
    pub queue_bytes: usize,
    pub queue_frames: usize,
    pub max_connections: usize,
    pub max_connections_per_user: usize,
    pub max_connections_per_address: usize,
    pub replay_limit: u64,
    pub commands_per_second: u32,
    pub command_burst: u32,
    pub rate_strikes: u32,
    pub sweep_interval_ms: u64,
}

#[derive(Debug, Deserialize)]
pub struct PricesConfig {
    pub providers: Vec<String>,
    pub cache_ttl_ms: u64,
    pub cache_stale_ms: u64,
    pub cache_unknown_ms: u64,
    pub cache_entries: u64,
    pub gather_ms: u64,
    pub sanity_factor: u32,
    pub tick_interval_ms: u64,
    pub live: bool,
    pub bulk_max_assets: usize,
    pub bulk_max_timeout_ms: u64,
    pub provider_timeout_ms: u64,
    pub provider_max_in_flight: usize,
    pub record_popular: u16,
    pub record_interval_ms: u64,
    pub keep_5m_days: u32,
    pub keep_1h_days: u32,
    pub simulated_seed: u64,
    pub simulated_step_ms: u64,
    pub simulated_extra_assets: u16,
    pub coingecko: ProviderConfig,
    pub coinpaprika: ProviderConfig,
    pub binance: BinanceConfig,
}

/// A provider of prices behind a network.
#[derive(Debug, Deserialize)]
pub struct ProviderConfig {
    pub url: String,
    pub api_key: SecretString,
    pub calls_per_minute: u32,
    pub burst: u32,
    pub calls_per_month: u64,
}

#[derive(Debug, Deserialize)]
pub struct BinanceConfig {
    pub url: String,
    pub stream_url: String,
    pub calls_per_minute: u32,
    pub burst: u32,
    pub calls_per_month: u64,
}

#[derive(Debug, Deserialize)]
pub struct OutgoingConfig {
    pub allowed_private_hosts: Vec<SocketAddr>,
}

#[derive(Debug, Deserialize)]
pub struct LogConfig {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}
