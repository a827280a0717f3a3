//! A connection that lasts: it comes back by itself, goes on where it was, and hands on each event once
//! and in order.
//!
//! ```no_run
//! # use rialto_client::{ClientError, Connection, Item, Rest, Settings};
//! # async fn example(lobby: uuid::Uuid) -> Result<(), ClientError> {
//! let rest = Rest::new("http://127.0.0.1:8080")?;
//! let tokens = rest.enter_as_guest("Ann").await?.tokens;
//! let mut connection = Connection::open(&rest, tokens, Settings::default());
//! let handle = connection.handle();
//! tokio::spawn(async move { handle.send(lobby, "hi".into_message()).await });
//! while let Some(item) = connection.next().await {
//!     if let Item::Event(event) = item {
//!         // event.stream, event.seq, event.body
//!     }
//! }
//! # Ok(())
//! # }
//! # trait Say { fn into_message(self) -> rialto_client::wire::messaging::SendMessageRequest; }
//! # impl Say for &str { fn into_message(self) -> rialto_client::wire::messaging::SendMessageRequest {
//! #     rialto_client::wire::messaging::SendMessageRequest { content: self.to_owned(), ..Default::default() } } }
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `handle` | [`Handle`]: commands |
//! | `item` | [`Item`]: what the caller is told |
//! | `settings` | [`Settings`]: patience and limits |
//! | `core` | what to do with each frame and command; no socket, no clock |
//! | `positions` | which events were seen, and what is missing |
//! | `book` | which commands are unanswered, and which are written again |
//! | `backoff`, `after` | whether and when to come back |
//! | `tokens` | the tokens and their renewal |
//! | `incoming` | reading frames of a server that may be newer |
//! | `line` | one socket, from dialling to its end |
//! | `driver` | the task that ties them together |

mod after;
mod backoff;
mod book;
mod core;
mod driver;
mod handle;
mod incoming;
mod item;
mod line;
mod positions;
mod settings;
mod tokens;

use std::sync::Arc;

use rialto_wire::identity::TokensView;
use tokio::sync::{Notify, mpsc};

pub use self::book::IfCut;
use self::core::Core;
use self::driver::Driver;
pub use self::handle::{Answer, Handle};
pub use self::item::{End, Item, State};
pub use self::settings::Settings;
use self::tokens::Tokens;
use crate::rest::Rest;

/// See the [module](self). Dropping it ends the connection.
#[derive(Debug)]
pub struct Connection {
    items: mpsc::Receiver<Item>,
    handle: Handle,
}

impl Connection {
    /// Starts connecting to the server of `rest`, as whoever the tokens are of. They are renewed before
    /// they expire, and each new pair is told as an item: from now on they are the connection's.
    ///
    /// Must be called within a tokio runtime.
    #[must_use]
    pub fn open(rest: &Rest, tokens: TokensView, settings: Settings) -> Self {
        let (commands, taken) = mpsc::channel(settings.commands.max(1));
        let (told, items) = mpsc::channel(settings.items.max(1));
        let tokens = Tokens::new(rest.clone(), tokens);
        let closing = Arc::new(Notify::new());
        let driver = Driver {
            url: rest.socket_url(),
            core: Core::new(settings.clone()),
            settings,
            renewed: tokens.watch(),
            tokens: tokens.clone(),
            commands: taken,
            items: told,
            closing: closing.clone(),
        };
        tokio::spawn(driver.run());
        Self { items, handle: Handle { commands, tokens, closing } }
    }

    /// The next item; `None` after [`Item::Ended`]. Take them as they come: while
    /// [many](Settings::items) wait, the server is not read, and lets go of a client that does not read.
    ///
    /// May be dropped while it waits.
    pub async fn next(&mut self) -> Option<Item> {
        self.items.recv().await
    }

    /// Gives commands to this connection.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}
