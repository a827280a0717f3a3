//! The life of a socket, the same on every surface: frames are heard and answered in order, what happens is told, pings
//! show who is alive, and whoever takes nothing is left.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rialto_kernel::{SessionId, UserId};
use rialto_messaging::Event;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use super::{Seats, WebSocket};
use crate::deps::CompatDeps;
use crate::feed::{News, Subscription};

/// How a surface talks on a socket. Whatever it returns goes out as one frame each, in order.
pub(crate) trait Talk {
    /// What is said first.
    async fn greet(&mut self) -> Vec<String>;

    /// What is said to a text from the client.
    async fn hear(&mut self, text: &str) -> Vec<String>;

    /// How something that happened is told, if it is.
    async fn tell(&mut self, event: &Arc<Event>) -> Vec<String>;

    /// Whatever was returned so far is on its way to the client.
    fn said(&mut self) {}

    /// Why there is nothing more to say, if there is not: the socket closes with 1008.
    fn is_over(&self) -> Option<&'static str> {
        None
    }
}

// What all the servers that the surfaces stand in for allow.
/// From ping to ping.
const PING: Duration = Duration::from_secs(54);
/// For any sign of life.
const SILENCE: Duration = Duration::from_secs(60);
/// For a client to take a frame.
const WRITE: Duration = Duration::from_secs(10);
/// For a client to say goodbye too.
const PARTING: Duration = Duration::from_secs(2);

/// Serves the socket of a user who is there for as long as it is open.
pub(crate) async fn attend<T: Talk>(
    socket: WebSocket,
    subscription: Subscription,
    deps: &CompatDeps,
    (user, session): (UserId, SessionId),
    client: &mut T,
) {
    // One that ended while the subscription was made was not yet known to the feed.
    deps.feed.look_at_sessions(&deps.identity, &[session]).await;
    let connection = deps.ids.next();
    deps.messaging.device_connected(user, connection).await;
    talk(socket, subscription, &deps.seats, client).await;
    deps.messaging.device_left(user, connection).await;
}

/// Says why a socket is not served, and closes it.
pub(crate) async fn turn_away(mut socket: WebSocket, why: String) {
    // Whoever is gone already does not hear it.
    let _ = in_time(WRITE, async {
        socket.send(Message::text(why)).await?;
        socket.close(None).await
    })
    .await;
}

/// Talks until the client leaves or must be left.
pub(crate) async fn talk<T: Talk>(socket: WebSocket, mut subscription: Subscription, seats: &Seats, talk: &mut T) {
    let mut line = Line { socket };
    let greeting = talk.greet().await;
    if line.say(greeting).await.is_err() {
        return;
    }
    talk.said();
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard_at = Instant::now();
    let drained = seats.drained();
    tokio::pin!(drained);
    loop {
        let said = tokio::select! {
            () = &mut drained => return line.close(CloseCode::Away, "the server stops; come back").await,
            news = subscription.next() => match news {
                News::Event(event) => line.say(talk.tell(&event).await).await,
                News::Frame(frame) => line.send(Message::Text(frame)).await,
                News::Revoked => return line.close(CloseCode::Policy, "the session has ended").await,
                News::TooSlow => return line.close(CloseCode::Again, "the client does not keep up").await,
            },
            heard = line.socket.next() => {
                heard_at = Instant::now();
                match heard {
                    Some(Ok(Message::Text(text))) => line.say(talk.hear(&text).await).await,
                    // What a text says in a binary frame is understood too.
                    Some(Ok(Message::Binary(bytes))) => {
                        line.say(talk.hear(&String::from_utf8_lossy(&bytes)).await).await
                    }
                    // The library answers pings and closes; what it wants to say goes out with the next flush.
                    Some(Ok(Message::Ping(_) | Message::Close(_))) => line.flush().await,
                    Some(Ok(Message::Pong(_) | Message::Frame(_))) => Ok(()),
                    Some(Err(Error::Capacity(_))) => return line.close(CloseCode::Size, "the frame is too large").await,
                    Some(Err(Error::Utf8(_))) => return line.close(CloseCode::Invalid, "the text is not UTF-8").await,
                    Some(Err(_)) | None => return,
                }
            }
            _ = pings.tick() => line.send(Message::Ping(Bytes::new())).await,
            () = sleep_until(heard_at + SILENCE) => return line.close(CloseCode::Away, "no sign of life").await,
        };
        if said.is_err() {
            return;
        }
        talk.said();
        if let Some(why) = talk.is_over() {
            return line.close(CloseCode::Policy, why).await;
        }
    }
}

struct Line {
    socket: WebSocket,
}

/// The client takes nothing, or is gone.
struct Gone;

impl Line {
    async fn say(&mut self, frames: Vec<String>) -> Result<(), Gone> {
        if frames.is_empty() {
            return Ok(());
        }
        let fed = async {
            for frame in frames {
                self.socket.feed(Message::Text(Utf8Bytes::from(frame))).await?;
            }
            self.socket.flush().await
        };
        in_time(WRITE, fed).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        in_time(WRITE, self.socket.send(message)).await
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        in_time(WRITE, self.socket.flush()).await
    }

    async fn close(mut self, code: CloseCode, reason: &'static str) {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        let closing = async {
            self.socket.send(Message::Close(Some(frame))).await?;
            // Until the client has said goodbye too: unread bytes would make the network forget what it was told.
            while let Some(Ok(_)) = self.socket.next().await {}
            Ok(())
        };
        let _ = in_time(PARTING, closing).await;
    }
}

async fn in_time(limit: Duration, act: impl Future<Output = Result<(), Error>>) -> Result<(), Gone> {
    match timeout(limit, act).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}
