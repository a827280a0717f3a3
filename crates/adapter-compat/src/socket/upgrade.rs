//! From HTTP to WebSocket: the connection is taken out of the hands of the HTTP library once its answer is out.

use actix_http::Extensions;
use actix_http::ws::handshake;
use actix_web::body::BoxBody;
use actix_web::http::Version;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::Seats;
use crate::client::network_of;
use crate::deps::CompatDeps;

/// A socket that frames come from and go to.
pub(crate) type WebSocket = WebSocketStream<TcpStream>;

type Start = Box<dyn FnOnce(TcpStream, Bytes)>;

/// What a route leaves in the answer.
struct NewSocket(Start);

/// Takes out of an answer what its connection becomes, if it becomes a socket of a surface. To be called when the answer
/// is out, with the connection and what came early.
pub fn claim(extensions: &mut Extensions) -> Option<Start> {
    extensions.remove::<NewSocket>().map(|socket| socket.0)
}

/// Why a request becomes no socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotASocket {
    /// It does not ask for one, or not rightly.
    NotAsked,
    /// There is no room.
    Full,
}

/// How a request becomes a socket.
pub(crate) struct Upgrade<'r> {
    /// The request.
    pub req: &'r HttpRequest,
    /// The largest message that is read, in bytes; a larger one closes the socket with 1009.
    pub max_message: usize,
}

/// Reads and writes of a socket go through buffers of this size; the library's own would take 128 KiB a socket.
const BUFFER: usize = 4 * 1_024;
/// What may wait to be written before a client counts as one that does not keep up.
const MAX_UNWRITTEN: usize = 1_024 * 1_024;

impl Upgrade<'_> {
    /// Answers that the connection becomes a socket, and serves it by `serve` from then on.
    pub fn accept<S, F>(self, deps: &CompatDeps, serve: S) -> Result<HttpResponse, NotASocket>
    where
        S: FnOnce(WebSocket) -> F + 'static,
        F: Future<Output = ()> + 'static,
    {
        if self.req.version() != Version::HTTP_11 {
            return Err(NotASocket::NotAsked);
        }
        let mut response = handshake(self.req.head()).map_err(|_| NotASocket::NotAsked)?;
        let seat = deps.seats.take(network_of(self.req, &deps.settings)).ok_or(NotASocket::Full)?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(self.max_message))
            .max_frame_size(Some(self.max_message))
            .read_buffer_size(BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(MAX_UNWRITTEN);
        let seats: Seats = deps.seats.clone();
        let start = move |connection: TcpStream, early: Bytes| {
            let served = async move {
                let socket =
                    WebSocketStream::from_partially_read(connection, early.to_vec(), Role::Server, Some(config)).await;
                serve(socket).await;
                drop(seat);
            };
            actix_web::rt::spawn(seats.tracker().track_future(served));
        };
        let mut response = response.finish();
        response.extensions_mut().insert(NewSocket(Box::new(start)));
        Ok(response.map_body(|_, body| BoxBody::new(body)).into())
    }
}
