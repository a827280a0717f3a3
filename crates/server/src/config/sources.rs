//! Joins the sources of settings, and refuses keys that nobody knows.

use std::collections::BTreeSet;
use std::path::Path;

use config::builder::DefaultState;
use config::{ConfigBuilder, File, FileFormat, Map, Source, Value, ValueKind};

use super::bounds;
use super::settings::{Config, Environment};

const DEFAULTS: &str = include_str!("../../../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../../../config/development.toml");
const PRODUCTION: &str = include_str!("../../../../config/production.toml");

const PREFIX: &str = "RIALTO__";

/// Names that other software uses too, and the keys they set.
const WELL_KNOWN: [(&str, &str); 10] = [
    ("DATA_DIR", "data.dir"),
    ("DATABASE_URL", "database.url"),
    ("PORT", "server.port"),
    ("HOST", "server.host"),
    ("JWT_SECRET", "auth.jwt_secret"),
    ("JWT_EXPIRES_IN", "compat.portfolio_tracker_jwt_expires_in"),
    ("GROUP_SERVER_JWT_SECRET", "compat.group_server.shared_secret"),
    ("ALLOWED_ORIGINS", "server.allowed_origins"),
    ("CORS_ALLOWED_ORIGINS", "server.allowed_origins"),
    ("LOG_LEVEL", "log.level"),
];

/// Reads all sources. The error is one line for a person.
pub fn read(file: Option<&Path>, variables: &[(String, String)]) -> Result<Config, String> {
    let environment = environment(variables)?;
    let defaults = toml(DEFAULTS);
    let known = keys_of(&defaults, "the defaults")?;

    let mut builder = config::Config::builder().add_source(defaults);
    builder = builder.add_source(toml(match environment {
        Environment::Development => DEVELOPMENT,
        Environment::Production => PRODUCTION,
    }));
    if let Some(path) = file {
        let name = path.display().to_string();
        let source = File::from(path).format(FileFormat::Toml);
        for key in keys_of(&source, &name)? {
            check_known(&key, &known, &name)?;
        }
        builder = builder.add_source(source);
    }
    for (name, value) in variables {
        if let Some(path) = name.strip_prefix(PREFIX) {
            let key = path.to_lowercase().replace("__", ".");
            check_known(&key, &known, &format!("the environment variable {name}"))?;
            builder = set(builder, &key, value, &known)?;
        }
    }
    for (name, key) in WELL_KNOWN {
        if let Some((_, value)) = variables.iter().find(|(known_name, _)| known_name == name) {
            builder = set(builder, key, value, &known)?;
        }
    }
    let mut config: Config =
        builder.build().and_then(config::Config::try_deserialize).map_err(|error| readable(&error))?;
    config.environment = environment;
    bounds::check(&config)?;
    Ok(config)
}

/// Whether a variable of this name means something to this server.
pub fn is_ours(name: &str) -> bool {
    name == "APP_ENV" || name.starts_with(PREFIX) || WELL_KNOWN.iter().any(|(known, _)| *known == name)
}

fn environment(variables: &[(String, String)]) -> Result<Environment, String> {
    match variables.iter().find(|(name, _)| name == "APP_ENV").map(|(_, value)| value.as_str()) {
        None | Some("" | "development") => Ok(Environment::Development),
        Some("production") => Ok(Environment::Production),
        Some(other) => Err(format!("APP_ENV is {other:?}; it must be development or production")),
    }
}

fn toml(text: &str) -> File<config::FileSourceString, FileFormat> {
    File::from_str(text, FileFormat::Toml)
}

/// A variable's text becomes a list where the key holds one; numbers are read by their key's type.
fn set(
    builder: ConfigBuilder<DefaultState>,
    key: &str,
    value: &str,
    known: &BTreeSet<String>,
) -> Result<ConfigBuilder<DefaultState>, String> {
    debug_assert!(known.contains(key), "{key} is missing from config/default.toml");
    let value = if key == LISTENERS {
        listeners(value)?
    } else if LISTS.contains(&key) {
        let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
        Value::from(items.map(Value::from).collect::<Vec<_>>())
    } else {
        Value::from(value)
    };
    builder.set_override(key, value).map_err(|error| readable(&error))
}

/// A list of tables; as text, `surface=host:port` for each.
const LISTENERS: &str = "listeners";

fn listeners(text: &str) -> Result<Value, String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let listener = |item: &str| {
        let (surface, address) = item.split_once('=')?;
        let (host, port) = address.rsplit_once(':')?;
        let fields = [("surface", surface), ("host", host), ("port", port)];
        let table: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), Value::from(value))).into();
        Some(Value::from(table))
    };
    let wrong = |item: &str| format!("listeners holds {item:?}; each must be as realtime-chat=127.0.0.1:8081");
    items.map(|item| listener(item).ok_or_else(|| wrong(item))).collect::<Result<Vec<_>, _>>().map(Value::from)
}

const LISTS: [&str; 6] = [
    "compat.surfaces",
    "server.allowed_origins",
    "server.trusted_proxies",
    "auth.jwt_previous_secrets",
    "prices.providers",
    "outgoing.allowed_private_hosts",
];

/// Every key of a source, as `section.key`.
fn keys_of(source: &dyn Source, name: &str) -> Result<BTreeSet<String>, String> {
    let tree = source.collect().map_err(|error| format!("cannot read {name}: {}", one_line(&error.to_string())))?;
    let mut keys = BTreeSet::new();
    collect_keys("", &tree, &mut keys);
    Ok(keys)
}

fn collect_keys(prefix: &str, tree: &Map<String, Value>, keys: &mut BTreeSet<String>) {
    for (name, value) in tree {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match &value.kind {
            ValueKind::Table(inner) => collect_keys(&path, inner, keys),
            _ => {
                keys.insert(path);
            }
        }
    }
}

fn check_known(key: &str, known: &BTreeSet<String>, source: &str) -> Result<(), String> {
    if known.contains(key) {
        return Ok(());
    }
    let nearest = known.iter().max_by(|a, b| strsim::jaro(a, key).total_cmp(&strsim::jaro(b, key)));
    let hint = nearest.map(|nearest| format!("; the nearest known key is {nearest}")).unwrap_or_default();
    Err(format!("unknown key {key} in {source}{hint}"))
}

fn readable(error: &config::ConfigError) -> String {
    format!("bad configuration: {}", one_line(&error.to_string()))
}

/// Leaves out the picture of the file that TOML errors show: its line may be the one with the secret.
fn one_line(error: &str) -> String {
    let is_picture = |line: &str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|');
    let lines = error.lines().map(str::trim).filter(|line| !line.is_empty() && !is_picture(line));
    lines.collect::<Vec<_>>().join(": ").replace(": in ", " in ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_defaults_are_complete() {
        let config = read(None, &[]).unwrap();
        assert_eq!(config.server.port, 8080);
        assert_eq!(config.prices.providers, ["coingecko", "coinpaprika", "simulated"]);
    }

    #[test]
    fn later_sources_win() {
        let config = read(None, &variables(&[("RIALTO__SERVER__PORT", "1"), ("PORT", "2")])).unwrap();
        assert_eq!(config.server.port, 2);
        let config = read(None, &variables(&[("APP_ENV", "production")])).unwrap();
        assert!(config.server.secure_cookies);
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let config = read(None, &variables(&[("CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example")]));
        assert_eq!(config.unwrap().server.allowed_origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known_one() {
        let error = read(None, &variables(&[("RIALTO__SERVER__PROT", "1")])).unwrap_err();
        assert_eq!(
            error,
            "unknown key server.prot in the environment variable RIALTO__SERVER__PROT; the nearest known key is server.port"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused() {
        let error = read(None, &variables(&[("PORT", "eighty")])).unwrap_err();
        assert!(error.contains("server.port"), "{error}");
        assert!(read(None, &variables(&[("APP_ENV", "staging")])).unwrap_err().contains("APP_ENV"));
        let error = read(None, &variables(&[("RIALTO__AUTH__REGISTRATION", "some")])).unwrap_err();
        assert!(error.contains("auth.registration") && error.contains("\"closed\""), "{error}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_in_one_line_that_shows_nothing_of_it() {
        let file = std::env::temp_dir().join(format!("rialto-config-{}.toml", std::process::id()));
        std::fs::write(&file, "[auth]\njwt_secret = \"hunter2\n").unwrap();
        let error = read(Some(&file), &[]).unwrap_err();
        std::fs::remove_file(&file).unwrap();
        assert!(error.contains("line 2") && !error.contains('\n') && !error.contains("hunter2"), "{error}");
    }
}
