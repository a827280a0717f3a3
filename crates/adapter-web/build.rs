//! Embeds new files too: in release builds a file added to `assets/` makes the crate build again. Debug
//! builds read the files from disk, so an edit there shows on reload without any build.

use std::io::Write;

#[expect(clippy::disallowed_methods, reason = "a build script learns its profile from the environment alone")]
fn main() {
    let watched =
        if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") { "assets" } else { "build.rs" };
    // Without this line cargo runs the script after every edit; nothing else can go wrong with writing it.
    let _ = writeln!(std::io::stdout(), "cargo::rerun-if-changed={watched}");
}
