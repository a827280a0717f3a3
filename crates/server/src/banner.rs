//! What a person reads when the server is up.

use std::io::Write;

use crate::application::Application;

/// Prints where everything is. Nothing depends on it, so a closed standard output is no error.
pub fn print(application: &Application) {
    let addr = application.addr();
    let mut lines = vec![format!("Rialto {} is running.", env!("CARGO_PKG_VERSION"))];
    // Behind a `#`: no server and no proxy ever sees the token in an address.
    lines.extend(application.setup().map(|token| {
        format!("  set up    http://{addr}/setup#token={}  (makes the first admin; once, within a day)", token.reveal())
    }));
    lines.extend([
        format!("  web       http://{addr}/"),
        format!("  API docs  http://{addr}/docs"),
        format!("  socket    ws://{addr}/ws"),
        format!("  metrics   http://{addr}/metrics"),
    ]);
    let surfaces = application.surfaces();
    lines.extend(surfaces.iter().map(|(surface, place)| format!("  for clients of {surface:<17}  {place}")));
    lines.extend([format!("  database  {}", application.database()), format!("  prices    {}", application.prices())]);
    let _ = writeln!(std::io::stdout().lock(), "{}", lines.join("\n"));
}
