//! `rialto.v1` over a real socket.
//!
//! | module | claims about |
//! |---|---|
//! | [`connecting`] | who is let in, and for how long |
//! | [`talking`] | what is said and who hears it |
//! | [`commands`] | whatever else a command does |
//! | [`resuming`] | coming back |
//! | [`signals`] | typing, presence |
//! | [`faults`] | clients that break the protocol, or the one below it |
//! | [`staying`] | newer tokens, and guests who become members, on open sockets |
//! | [`tickets`] | sockets that a ticket signs in |
//! | [`raw`] | no tests: a socket without a WebSocket library, for what such a library does not send |

mod commands;
mod connecting;
mod faults;
pub mod raw;
mod resuming;
mod signals;
mod staying;
mod talking;
mod tickets;

use std::time::Duration;

use rialto_client::Socket;
use rialto_client::wire::frame::ServerFrame;

/// The code of the next error; other frames are passed over.
pub async fn next_error(socket: &mut Socket) -> String {
    loop {
        if let ServerFrame::Error { error, .. } = socket.next_within(Duration::from_secs(10)).await.unwrap() {
            return error.code;
        }
    }
}

/// The code of the goodbye; other frames are passed over.
pub async fn bye(socket: &mut Socket) -> u16 {
    loop {
        match socket.next_within(Duration::from_secs(10)).await {
            Ok(ServerFrame::Bye { data }) => return data.code,
            Ok(_) => {}
            Err(error) => panic!("no goodbye: {error:?}"),
        }
    }
}
