//! Rebuilds the crate when a migration changes: the macro that embeds them is not told.

fn main() {
    #[expect(clippy::disallowed_macros, reason = "this is how a build script talks to cargo")]
    {
        println!("cargo:rerun-if-changed=../../migrations/postgres");
    }
}
