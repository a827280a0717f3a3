//! `hello`: a bare actix `GET /` that answers a constant.

use std::io::Write;

use actix_web::{App, HttpServer, web};

use super::limit::MARKER;
use crate::error::Result;

const WORDS: &str = "Hello, world!";

/// Serves until this process is killed, with as many workers as the server has.
pub fn serve() -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let app = || App::new().route("/", web::get().to(async || WORDS));
        let server = HttpServer::new(app).bind(("127.0.0.1", 0))?;
        let mut out = std::io::stdout();
        for address in server.addrs() {
            writeln!(out, "{MARKER}{address}")?;
        }
        out.flush()?;
        Ok(server.run().await?)
    })
}
