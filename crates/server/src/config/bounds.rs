//! Refuses values that would make a server that starts and is of no use: times that overflow, queues that
//! hold nothing, origins that no browser ever sends.

use std::ops::RangeInclusive;

use rialto_adapter_compat::{Surface, parse_go_duration};

use super::settings::{Config, Environment, ListenerConfig, MailTransport};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const GIB: u64 = 1 << 30;
const MILLION: u64 = 1_000_000;

/// The log levels that are one word.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Checks every value. The error is one line for a person.
pub fn check(config: &Config) -> Result<(), String> {
    for (key, value, bounds) in numbers(config) {
        if !bounds.contains(&value) {
            return Err(format!("{key} is {value}; it must be from {} to {}", bounds.start(), bounds.end()));
        }
    }
    if config.realtime.pong_timeout_ms <= config.realtime.ping_interval_ms {
        return Err(format!(
            "realtime.pong_timeout_ms is {}; it must be more than realtime.ping_interval_ms, which is {}",
            config.realtime.pong_timeout_ms, config.realtime.ping_interval_ms
        ));
    }
    for (key, name) in [("auth.jwt_issuer", &config.auth.jwt_issuer), ("auth.jwt_audience", &config.auth.jwt_audience)]
    {
        // A token that is longer than the issuer reads would open nothing.
        if name.trim().is_empty() || name.len() > 200 {
            return Err(format!("{key} has {} bytes; it must be a name of 1 to 200", name.len()));
        }
    }
    if config.server.host.trim().is_empty() {
        return Err("server.host is empty; it must be an address to listen on, such as 127.0.0.1".to_owned());
    }
    let public_url = &config.server.public_url;
    if !public_url.is_empty() && !is_origin(public_url) {
        return Err(format!(
            "server.public_url is {public_url:?}; it must be what browsers reach this server by, such as \
             https://chat.example.org: no path, no default port"
        ));
    }
    if config.mail.transport == MailTransport::Smtp && config.mail.smtp_host.trim().is_empty() {
        return Err("mail.smtp_host is empty; with mail.transport = \"smtp\" it must name the mail server".to_owned());
    }
    if let Some(origin) = config.server.allowed_origins.iter().find(|origin| !is_origin(origin)) {
        return Err(format!(
            "server.allowed_origins holds {origin:?}; each must be an origin as browsers send it, such as \
             https://chat.example.org: no path, no default port, no wildcard"
        ));
    }
    check_surfaces(config)?;
    check_token_lifetime(&config.compat.portfolio_tracker_jwt_expires_in)?;
    check_level(&config.log.level)
}

fn check_token_lifetime(text: &str) -> Result<(), String> {
    let lasts = parse_go_duration(text).is_some_and(|lifetime| lifetime.as_secs() >= 1);
    lasts.then_some(()).ok_or_else(|| {
        format!("compat.portfolio_tracker_jwt_expires_in is {text:?}; it must be a time of a second or more, such as 24h or 1h30m")
    })
}

/// Each surface is known, and no address is taken twice.
fn check_surfaces(config: &Config) -> Result<(), String> {
    for (position, name) in config.compat.surfaces.iter().enumerate() {
        name.parse::<Surface>().map_err(|error| format!("compat.surfaces: {error}"))?;
        if config.compat.surfaces[..position].contains(name) {
            return Err(format!("compat.surfaces names {name:?} twice"));
        }
    }
    let mut taken = vec![(config.server.host.as_str(), config.server.port, "the server itself")];
    for ListenerConfig { host, port, surface } in &config.listeners {
        surface.parse::<Surface>().map_err(|error| format!("listeners: {error}"))?;
        if host.trim().is_empty() {
            return Err(format!("the listener of {surface} has an empty host"));
        }
        let beside = taken.iter().find(|(other, taken, _)| *port != 0 && taken == port && other == host);
        if let Some((.., other)) = beside {
            return Err(format!("the listener of {surface} wants {host}:{port}, which {other} has"));
        }
        taken.push((host, *port, surface));
    }
    Ok(())
}

/// Every number, with what it may be.
fn numbers(config: &Config) -> [(&'static str, u64, RangeInclusive<u64>); 70] {
    let Config { environment, server, database, auth, compat, limits, mail, realtime, prices, .. } = config;
    // A cheap hash is for tests; where real passwords are, OWASP asks for 10 at least. From 19 on a single
    // login takes most of a minute.
    let least_cost = if *environment == Environment::Production { 10 } else { 4 };
    let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    [
        ("server.workers", wide(server.workers), 0..=512),
        ("server.max_body_bytes", wide(server.max_body_bytes), 1_024..=GIB),
        ("server.body_timeout_ms", server.body_timeout_ms, 100..=HOUR_MS),
        ("server.drain_ms", server.drain_ms, 0..=HOUR_MS),
        ("server.sse_heartbeat_ms", server.sse_heartbeat_ms, 100..=HOUR_MS),
        ("database.max_connections", wide(database.max_connections), 1..=10_000),
        // 0 makes tokens that have expired when they arrive: of use to those who test a client.
        ("auth.access_minutes", auth.access_minutes, 0..=366 * 24 * 60),
        ("auth.refresh_days", auth.refresh_days, 1..=3_660),
        // A ticket stands in an address, which is no place for what works long.
        ("auth.ticket_seconds", auth.ticket_seconds, 1..=300),
        ("auth.jwt_leeway_seconds", auth.jwt_leeway_seconds, 0..=120),
        ("auth.reset_minutes", auth.reset_minutes, 1..=24 * 60),
        ("mail.smtp_port", mail.smtp_port.into(), 1..=65_535),
        ("auth.bcrypt_cost", auth.bcrypt_cost.into(), least_cost..=18),
        // A century: longer than anybody asks, and no overflow.
        ("auth.audit_days", auth.audit_days, 1..=36_500),
        ("auth.hash_queue", wide(auth.hash_queue), 0..=100_000),
        ("limits.loopback_factor", limits.loopback_factor.into(), 1..=MILLION),
        ("limits.address_per_minute", limits.address_per_minute.into(), 1..=MILLION),
        ("limits.user_per_minute", limits.user_per_minute.into(), 1..=MILLION),
        ("limits.sign_in_per_minute", limits.sign_in_per_minute.into(), 1..=MILLION),
        ("limits.send_per_minute", limits.send_per_minute.into(), 1..=MILLION),
        ("limits.search_per_minute", limits.search_per_minute.into(), 1..=MILLION),
        ("limits.bulk_per_minute", limits.bulk_per_minute.into(), 1..=MILLION),
        // With fewer, whoever comes with a few addresses would push others out.
        ("limits.max_keys", wide(limits.max_keys), 1_000..=100_000_000),
        ("limits.login_first_wait_seconds", limits.login_first_wait_seconds, 1..=3_600),
        ("limits.login_free_attempts", limits.login_free_attempts.into(), 1..=MILLION),
        ("limits.login_longest_wait_seconds", limits.login_longest_wait_seconds, 1..=86_400),
        ("limits.login_free_attempts_per_address", limits.login_free_attempts_per_address.into(), 1..=MILLION),
        ("limits.login_longest_wait_per_address_seconds", limits.login_longest_wait_per_address_seconds, 1..=3_600),
        ("limits.login_free_attempts_per_account", limits.login_free_attempts_per_account.into(), 1..=MILLION),
        // Strangers can make an owner wait so long at a place that is new to them: not for hours.
        ("limits.login_longest_wait_per_account_seconds", limits.login_longest_wait_per_account_seconds, 1..=3_600),
        ("compat.group_server.rate_limit_requests", compat.group_server.rate_limit_requests.into(), 1..=MILLION),
        ("compat.group_server.rate_limit_seconds", compat.group_server.rate_limit_seconds, 1..=86_400),
        ("realtime.ping_interval_ms", realtime.ping_interval_ms, 100..=HOUR_MS),
        ("realtime.pong_timeout_ms", realtime.pong_timeout_ms, 100..=DAY_MS),
        ("realtime.auth_timeout_ms", realtime.auth_timeout_ms, 100..=HOUR_MS),
        ("realtime.write_timeout_ms", realtime.write_timeout_ms, 100..=HOUR_MS),
        ("realtime.max_frame_bytes", wide(realtime.max_frame_bytes), 1_024..=GIB),
        ("realtime.queue_bytes", wide(realtime.queue_bytes), 4_096..=GIB),
        ("realtime.queue_frames", wide(realtime.queue_frames), 8..=1_000_000),
        ("realtime.max_connections", wide(realtime.max_connections), 1..=10_000_000),
        ("realtime.max_connections_per_user", wide(realtime.max_connections_per_user), 1..=10_000_000),
        ("realtime.max_connections_per_address", wide(realtime.max_connections_per_address), 1..=10_000_000),
        ("realtime.commands_per_second", realtime.commands_per_second.into(), 1..=1_000_000),
        ("realtime.command_burst", realtime.command_burst.into(), 1..=1_000_000),
        ("realtime.rate_strikes", realtime.rate_strikes.into(), 1..=1_000_000),
        ("realtime.sweep_interval_ms", realtime.sweep_interval_ms, 100..=DAY_MS),
        ("realtime.replay_limit", realtime.replay_limit, 1..=10_000_000),
        ("prices.cache_ttl_ms", prices.cache_ttl_ms, 1..=DAY_MS),
        ("prices.cache_stale_ms", prices.cache_stale_ms, 0..=366 * DAY_MS),
        ("prices.cache_unknown_ms", prices.cache_unknown_ms, 1..=DAY_MS),
        ("prices.cache_entries", prices.cache_entries, 1..=100_000_000),
        ("prices.gather_ms", prices.gather_ms, 0..=1_000),
        // Twice is a day's move of a small coin; a hundred times is the mistake that this is for.
        ("prices.sanity_factor", prices.sanity_factor.into(), 2..=50),
        ("prices.tick_interval_ms", prices.tick_interval_ms, 50..=DAY_MS),
        ("prices.bulk_max_assets", wide(prices.bulk_max_assets), 1..=10_000),
        ("prices.bulk_max_timeout_ms", prices.bulk_max_timeout_ms, 100..=HOUR_MS),
        ("prices.provider_timeout_ms", prices.provider_timeout_ms, 100..=HOUR_MS),
        ("prices.provider_max_in_flight", wide(prices.provider_max_in_flight), 1..=100),
        ("prices.record_popular", prices.record_popular.into(), 0..=250),
        ("prices.record_interval_ms", prices.record_interval_ms, 1_000..=DAY_MS),
        ("prices.keep_5m_days", prices.keep_5m_days.into(), 1..=36_500),
        ("prices.keep_1h_days", prices.keep_1h_days.into(), 1..=36_500),
        ("prices.simulated_step_ms", prices.simulated_step_ms, 1..=60_000),
        ("prices.simulated_extra_assets", prices.simulated_extra_assets.into(), 0..=5_000),
        ("prices.coingecko.calls_per_minute", prices.coingecko.calls_per_minute.into(), 1..=100_000),
        ("prices.coingecko.burst", prices.coingecko.burst.into(), 1..=100_000),
        ("prices.coinpaprika.calls_per_minute", prices.coinpaprika.calls_per_minute.into(), 1..=100_000),
        ("prices.coinpaprika.burst", prices.coinpaprika.burst.into(), 1..=100_000),
        ("prices.binance.calls_per_minute", prices.binance.calls_per_minute.into(), 1..=100_000),
        ("prices.binance.burst", prices.binance.burst.into(), 1..=100_000),
    ]
}

/// Whether a browser can send it. `null` is what every sandboxed page sends, so it is nobody's origin.
fn is_origin(text: &str) -> bool {
    let (rest, default_port) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (rest, ":443"),
        (None, Some(rest)) => (rest, ":80"),
        (None, None) => return false,
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    !authority.is_empty() && authority.chars().all(plain) && !authority.ends_with(default_port)
}

/// A lone word that is no level would be read as the name of a module, and silence everything else.
fn check_level(filter: &str) -> Result<(), String> {
    let word = filter.trim();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    if word.is_empty() || (is_word && !LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))) {
        return Err(format!("log.level is {filter:?}; it must be one of {}, or a filter", LEVELS.join(", ")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sources::read;

    fn refusal(pairs: &[(&str, &str)]) -> String {
        let variables: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(None, &variables).unwrap_err()
    }

    #[test]
    fn numbers_that_make_no_server_are_refused_with_what_they_may_be() {
        assert_eq!(
            refusal(&[("RIALTO__REALTIME__QUEUE_BYTES", "0")]),
            "realtime.queue_bytes is 0; it must be from 4096 to 1073741824"
        );
        for (key, value) in [
            ("SERVER__WORKERS", "1000000"),
            ("SERVER__MAX_BODY_BYTES", "0"),
            ("SERVER__BODY_TIMEOUT_MS", "0"),
            ("SERVER__DRAIN_MS", "999999999999"),
            ("SERVER__SSE_HEARTBEAT_MS", "0"),
            ("DATABASE__MAX_CONNECTIONS", "0"),
            ("AUTH__ACCESS_MINUTES", "999999999999"),
            ("AUTH__ACCESS_MINUTES", "9223372036854775807"),
            ("AUTH__REFRESH_DAYS", "0"),
            ("AUTH__REFRESH_DAYS", "4294967296"),
            ("AUTH__TICKET_SECONDS", "0"),
            ("AUTH__TICKET_SECONDS", "301"),
            ("AUTH__JWT_LEEWAY_SECONDS", "121"),
            ("LIMITS__ADDRESS_PER_MINUTE", "0"),
            ("LIMITS__MAX_KEYS", "10"),
            ("REALTIME__MAX_CONNECTIONS_PER_ADDRESS", "0"),
            ("AUTH__BCRYPT_COST", "3"),
            ("AUTH__BCRYPT_COST", "31"),
            ("REALTIME__PING_INTERVAL_MS", "0"),
            ("REALTIME__PONG_TIMEOUT_MS", "25000"),
            ("REALTIME__MAX_CONNECTIONS", "0"),
            ("PRICES__TICK_INTERVAL_MS", "0"),
            ("PRICES__CACHE_ENTRIES", "0"),
            ("PRICES__PROVIDER_MAX_IN_FLIGHT", "0"),
        ] {
            let (section, name) = key.split_once("__").unwrap();
            let key_as_written = format!("{}.{}", section.to_lowercase(), name.to_lowercase());
            let refusal = refusal(&[(&format!("RIALTO__{key}"), value)]);
            assert!(refusal.starts_with(&format!("{key_as_written} is {value}; it must be ")), "{key}: {refusal}");
        }
    }

    #[test]
    fn a_hash_that_is_cheap_enough_for_tests_is_refused_in_production() {
        assert!(refusal(&[("APP_ENV", "production"), ("RIALTO__AUTH__BCRYPT_COST", "4")]).contains("from 10 to 18"));
    }

    #[test]
    fn origins_that_no_browser_sends_are_refused() {
        for origin in [
            "*",
            "null",
            "chat.example.org",
            "https://",
            "https://*.example.org",
            "https://chat.example.org/app",
            "https://chat.example.org:443",
            "http://chat.example.org:80/",
            "https://ann@chat.example.org",
            "ftp://chat.example.org",
        ] {
            assert!(refusal(&[("CORS_ALLOWED_ORIGINS", origin)]).contains("server.allowed_origins"), "{origin}");
        }
        let good = "https://chat.example.org, http://localhost:3000/, http://[::1]:3000, http://chat.example.org:443";
        assert!(read(None, &[("CORS_ALLOWED_ORIGINS".to_owned(), good.to_owned())]).is_ok());
    }

    #[test]
    fn a_word_that_is_no_level_does_not_silence_the_logs() {
        assert!(refusal(&[("LOG_LEVEL", "bogus")]).contains("log.level is \"bogus\""));
        assert!(refusal(&[("LOG_LEVEL", "")]).contains("log.level"));
        for level in ["WARN", "info,rialto_adapter_http=debug", "rialto_server=trace"] {
            assert!(read(None, &[("LOG_LEVEL".to_owned(), level.to_owned())]).is_ok(), "{level}");
        }
    }

    #[test]
    fn a_public_address_with_a_path_is_refused() {
        for address in
            ["chat.example.org", "https://chat.example.org/rialto", "https://chat.example.org:443", "ftp://a"]
        {
            assert!(refusal(&[("RIALTO__SERVER__PUBLIC_URL", address)]).contains("server.public_url"), "{address}");
        }
        for address in ["", "https://chat.example.org", "http://localhost:8080/"] {
            let good = ("RIALTO__SERVER__PUBLIC_URL".to_owned(), address.to_owned());
            assert!(read(None, &[good]).is_ok(), "{address}");
        }
    }

    #[test]
    fn mail_by_smtp_needs_a_mail_server_and_known_words() {
        assert!(refusal(&[("RIALTO__MAIL__TRANSPORT", "smtp")]).contains("mail.smtp_host"));
        assert!(refusal(&[("RIALTO__MAIL__TRANSPORT", "pigeon")]).contains("pigeon"));
        assert!(refusal(&[("RIALTO__MAIL__SMTP_TLS", "ssl")]).contains("ssl"));
        assert!(refusal(&[("RIALTO__MAIL__SMTP_PORT", "0")]).contains("mail.smtp_port"));
        for protection in ["starttls", "tls", "none"] {
            let good = [
                ("RIALTO__MAIL__TRANSPORT".to_owned(), "smtp".to_owned()),
                ("RIALTO__MAIL__SMTP_HOST".to_owned(), "mail.example.org".to_owned()),
                ("RIALTO__MAIL__SMTP_TLS".to_owned(), protection.to_owned()),
            ];
            assert!(read(None, &good).is_ok(), "{protection}");
        }
    }

    #[test]
    fn a_lifetime_of_tokens_is_written_as_go_does() {
        for lifetime in ["24", "0s", "-1h", "a day", ""] {
            let refusal = refusal(&[("JWT_EXPIRES_IN", lifetime)]);
            assert!(refusal.contains("compat.portfolio_tracker_jwt_expires_in"), "{refusal}");
        }
        assert!(read(None, &[("JWT_EXPIRES_IN".to_owned(), "1h30m".to_owned())]).is_ok());
    }

    #[test]
    fn an_empty_host_is_refused() {
        assert!(refusal(&[("HOST", "")]).contains("server.host"));
    }
}
