//! The web client: plain files, embedded in release builds and read from disk in debug builds, served
//! with strict headers.
//!
//! | address | what |
//! |---|---|
//! | `/` | the client: sign in, the lobby, prices |
//! | `/docs` | the API reference, drawn from `/api/v1/openapi.json` |
//! | `/reset-password` | sets a forgotten password anew, with the token behind the `#` of a mail's link |
//! | `/setup` | makes the first admin, by the link that the server prints |
//! | `/sdk/rialto.js` | the JavaScript client module the page itself uses |
//! | `/assets/app/…`, `/assets/styles/…`, `/assets/icon.svg` | what the pages load |
//! | anything else | a 404 that says where to go |
//!
//! | module | holds |
//! |---|---|
//! | `assets` | the files and their names; the only place that reads them |
//! | `answer` | a file as a response: type, `ETag`, 304 |
//! | `headers` | what a page of ours may load and who may frame it |
//! | `routes` | which address shows which file |
//!
//! To add a page: 1. its HTML in `assets/`, its script in `assets/app/`, its style in `assets/styles/`;
//! 2. a line in `routes`; 3. its words in `assets/app/strings_en.js` and in every other language;
//! 4. a test in `tests/browser`.

mod answer;
mod assets;
mod headers;
mod routes;

pub use routes::configure;
