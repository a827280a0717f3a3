//! Which crate may know which. The layers and their arrows are explained in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Where a crate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Kernel,
    Domain,
    Wire,
    /// What all share that answers to the outside.
    Convert,
    /// Answers to the outside: may use the wire.
    DrivingAdapter,
    /// Is asked by the domains: knows nothing of the wire.
    DrivenAdapter,
    Client,
    Server,
    Testkit,
    Tests,
    /// Measures the binary from outside, and knows none of ours.
    Bench,
}

const LAYERS: &[(&str, Layer)] = &[
    ("rialto-kernel", Layer::Kernel),
    ("rialto-identity", Layer::Domain),
    ("rialto-messaging", Layer::Domain),
    ("rialto-portfolio", Layer::Domain),
    ("rialto-wire", Layer::Wire),
    ("rialto-convert", Layer::Convert),
    ("rialto-edge", Layer::Convert),
    ("rialto-client", Layer::Client),
    ("rialto-adapter-compat", Layer::DrivingAdapter),
    ("rialto-adapter-http", Layer::DrivingAdapter),
    ("rialto-adapter-realtime", Layer::DrivingAdapter),
    ("rialto-adapter-web", Layer::DrivingAdapter),
    ("rialto-adapter-mail", Layer::DrivenAdapter),
    ("rialto-adapter-memory", Layer::DrivenAdapter),
    ("rialto-adapter-outgoing", Layer::DrivenAdapter),
    ("rialto-adapter-postgres", Layer::DrivenAdapter),
    ("rialto-adapter-prices", Layer::DrivenAdapter),
    ("rialto-adapter-security", Layer::DrivenAdapter),
    ("rialto-adapter-sqlite", Layer::DrivenAdapter),
    ("rialto-adapter-system", Layer::DrivenAdapter),
    ("rialto-server", Layer::Server),
    ("rialto-testkit", Layer::Testkit),
    ("rialto-tests", Layer::Tests),
    ("rialto-bench", Layer::Bench),
];

/// What the kernel and the domains may use of others: no runtime, no I/O, no wire format.
const PURE: &[&str] = &[
    "async-trait",
    "bigdecimal",
    "chrono",
    "futures-core",
    "futures-util",
    "mockall",
    "serde",
    "thiserror",
    "unicode-normalization",
    "unicode-security",
    "uuid",
];

/// What the wire may use of others: forms and their schemas.
const FORMS: &[&str] = &["chrono", "serde", "serde_json", "utoipa", "uuid"];

fn layer_of(name: &str) -> Option<Layer> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

/// Whether a crate of layer `from` may use one of ours of layer `to`.
fn may_use(from: Layer, to: Layer) -> bool {
    use Layer::{Bench, Client, Convert, Domain, DrivenAdapter, DrivingAdapter, Kernel, Server, Testkit, Tests, Wire};
    match from {
        Kernel | Wire | Bench => false,
        Domain => matches!(to, Kernel),
        DrivenAdapter => matches!(to, Kernel | Domain),
        Convert => matches!(to, Kernel | Domain | Wire),
        DrivingAdapter => matches!(to, Kernel | Domain | Wire | Convert),
        Client => matches!(to, Wire),
        Testkit => matches!(to, Kernel | Domain),
        // `rialto chat` is a client in the same binary; another test sees that nothing else uses it.
        Server => !matches!(to, Testkit | Tests | Server | Bench),
        Tests => matches!(to, Client | Wire | Testkit),
    }
}

/// Every arrow that bends, in words.
fn bent_arrows(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut bent = Vec::new();
    for (from, uses) in edges {
        let Some(layer) = layer_of(from) else {
            bent.push(format!("{from} has no layer: give it one in tests/suite/architecture.rs"));
            continue;
        };
        for to in uses {
            let allowed = match (layer_of(to), layer) {
                (Some(target), _) => may_use(layer, target),
                (None, Layer::Kernel | Layer::Domain) => PURE.contains(&to.as_str()),
                (None, Layer::Wire) => FORMS.contains(&to.as_str()),
                (None, _) => true,
            };
            if !allowed {
                bent.push(format!("{from} must not use {to}"));
            }
        }
    }
    bent
}

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// What each crate of the workspace uses when it is not tested.
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata().packages.into_iter();
    packages
        .map(|package| {
            let uses = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
            // The tests' own dependencies are all development ones; they count.
            let tests = package.dependencies.iter().filter(|_| package.name.as_str() == "rialto-tests");
            let names = uses.chain(tests).map(|d| d.name.clone()).collect();
            (package.name.to_string(), names)
        })
        .collect()
}

#[test]
fn every_arrow_points_where_it_may() {
    let bent = bent_arrows(&edges());
    assert!(bent.is_empty(), "{}", bent.join("\n"));
}

#[test]
fn planted_violations_are_found() {
    let planted = [
        ("rialto-messaging", "tokio"),
        ("rialto-messaging", "rialto-identity"),
        ("rialto-identity", "serde_json"),
        ("rialto-portfolio", "rialto-wire"),
        ("rialto-kernel", "rialto-messaging"),
        ("rialto-adapter-sqlite", "rialto-adapter-memory"),
        ("rialto-adapter-sqlite", "rialto-wire"),
        ("rialto-adapter-http", "rialto-adapter-realtime"),
        ("rialto-client", "rialto-messaging"),
        ("rialto-server", "rialto-testkit"),
        ("rialto-wire", "rialto-kernel"),
        ("rialto-bench", "rialto-adapter-sqlite"),
        ("rialto-newcomer", "serde"),
    ];
    for (from, to) in planted {
        let mut edges = edges();
        edges.entry(from.to_owned()).or_default().insert(to.to_owned());
        assert_eq!(bent_arrows(&edges).len(), 1, "{from} -> {to} was not found");
    }
}

#[test]
fn only_the_chat_command_of_the_server_uses_the_client() {
    let source = metadata().workspace_root.join("crates/server/src");
    let chat = source.join("commands/chat");
    let users = files_naming("rialto_client", source.as_std_path());
    assert!(!users.is_empty());
    for file in users {
        let is_chat = file.starts_with(&chat) || file == chat.with_extension("rs").as_std_path();
        assert!(is_chat, "{} must not use rialto-client", file.display());
    }
}

/// The files under a directory whose text has a word.
fn files_naming(word: &str, directory: &Path) -> Vec<PathBuf> {
    let mut naming = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            naming.append(&mut files_naming(word, &path));
        } else if std::fs::read_to_string(&path).unwrap().contains(word) {
            naming.push(path);
        }
    }
    naming
}

#[test]
fn the_architecture_page_names_every_crate_and_no_other() {
    let page = std::fs::read_to_string(metadata().workspace_root.join("ARCHITECTURE.md")).unwrap();
    let named: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .filter_map(|rest| rest.split('`').next())
        .map(str::to_owned)
        .collect();
    let present: BTreeSet<String> = LAYERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, present);
    assert_eq!(present, edges().into_keys().collect());
}

#[test]
fn both_databases_have_the_same_migrations() {
    let root = metadata().workspace_root.join("migrations");
    let names = |database: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root.join(database)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("postgres"), names("sqlite"));
}
