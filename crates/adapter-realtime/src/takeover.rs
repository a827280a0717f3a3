//! From a request to a bare stream: a connection that becomes a socket is taken out of the hands of the HTTP library,
//! whose buffers and state would stay with it for as long as it lives.
//!
//! The request itself goes through the application as any other does, with its middleware and its routes. A route that
//! accepts it leaves in the answer what the connection becomes: a [`NewSession`], or what another [`Claim`] knows.

use std::fmt::Debug;
use std::io;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use actix_codec::Framed;
use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Extensions, Request, Response};
use actix_service::{Service, ServiceFactory};
use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::future::{LocalBoxFuture, poll_fn};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::session::NewSession;

/// What becomes of a connection once the answer is out; the bytes came early, together with the request.
pub type Start = Box<dyn FnOnce(TcpStream, Bytes)>;

/// Looks into an answer for what a route of another kind of socket left there.
pub type Claim = fn(&mut Extensions) -> Option<Start>;

/// How long a client may go on sending once it has its answer.
const LINGER: Duration = Duration::from_secs(1);

/// A connection whose request asks for another protocol.
type Asked = (Request, Framed<TcpStream, Codec>);

/// Serves the requests that ask for another protocol: for `HttpService::upgrade`.
pub struct Takeover<F, B> {
    app: F,
    claims: &'static [Claim],
    body: PhantomData<B>,
}

impl<F, B> Takeover<F, B> {
    /// Over an application in which [`Realtime::configure`](crate::Realtime::configure) put its routes.
    pub const fn new(app: F) -> Self {
        Self::with(app, &[])
    }

    /// The same, for sockets of other kinds too.
    pub const fn with(app: F, claims: &'static [Claim]) -> Self {
        Self { app, claims, body: PhantomData }
    }
}

impl<F, B> ServiceFactory<Asked> for Takeover<F, B>
where
    F: ServiceFactory<Request, Config = ()>,
    F::Service: 'static,
    F::Future: 'static,
    F::Response: Into<Response<B>>,
    F::Error: Into<Response<BoxBody>>,
    F::InitError: Debug,
    B: MessageBody + 'static,
{
    type Response = ();
    type Error = actix_http::Error;
    type Config = ();
    type Service = TakeoverService<F::Service, B>;
    type InitError = F::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, F::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let (app, claims) = (self.app.new_service(()), self.claims);
        Box::pin(async move { Ok(TakeoverService { app: app.await?, claims, body: PhantomData }) })
    }
}

/// [`Takeover`] in one worker.
pub struct TakeoverService<S, B> {
    app: S,
    claims: &'static [Claim],
    body: PhantomData<B>,
}

impl<S, B> Service<Asked> for TakeoverService<S, B>
where
    S: Service<Request>,
    S::Future: 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody + 'static,
{
    type Response = ();
    type Error = actix_http::Error;
    type Future = LocalBoxFuture<'static, Result<(), actix_http::Error>>;

    fn poll_ready(&self, cx: &mut std::task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        // What it could say is said again by the request that meets it.
        self.app.poll_ready(cx).map(|_| Ok(()))
    }

    fn call(&self, (request, connection): Asked) -> Self::Future {
        let (answered, claims) = (self.app.call(request), self.claims);
        Box::pin(async move {
            let outcome = match answered.await {
                Ok(response) => {
                    let mut response: Response<B> = response.into();
                    let start = claimed(&mut response.extensions_mut(), claims);
                    match start {
                        Some(start) => take_over(connection, response.drop_body(), start).await,
                        None => answer(connection, response).await,
                    }
                }
                Err(error) => answer(connection, error.into()).await,
            };
            if let Err(error) = outcome {
                tracing::debug!(%error, "a client left before it had its answer");
            }
            Ok(())
        })
    }
}

async fn take_over(mut connection: Framed<TcpStream, Codec>, response: Response<()>, start: Start) -> io::Result<()> {
    connection.send(Message::Item((response, BodySize::None))).await?;
    let parts = connection.into_parts();
    start(parts.io, parts.read_buf.freeze());
    Ok(())
}

fn claimed(extensions: &mut Extensions, claims: &[Claim]) -> Option<Start> {
    if let Some(session) = extensions.remove::<NewSession>() {
        return Some(Box::new(move |connection: TcpStream, early| {
            let (incoming, outgoing) = connection.into_split();
            session.start(incoming, &early, outgoing);
        }));
    }
    claims.iter().find_map(|claim| claim(extensions))
}

/// Answers a request that becomes no socket, and closes: what follows on the connection may not be HTTP any more.
async fn answer<B: MessageBody>(mut connection: Framed<TcpStream, Codec>, response: Response<B>) -> io::Result<()> {
    let (mut size, mut body) = (BodySize::None, None);
    let head = response.map_body(|head, whole| {
        head.set_connection_type(ConnectionType::Close);
        size = whole.size();
        if matches!(size, BodySize::Stream) {
            // To the codec what follows a request for an upgrade has no form: it writes no chunks, so none are announced.
            head.no_chunking(true);
        }
        body = Some(whole);
    });
    connection.send(Message::Item((head, size))).await?;
    let mut body = pin!(body);
    while let Some(chunk) = poll_fn(|cx| match body.as_mut().as_pin_mut() {
        Some(body) => body.poll_next(cx),
        None => Poll::Ready(None),
    })
    .await
    {
        let chunk = chunk.map_err(|error| io::Error::other(error.into().to_string()))?;
        connection.send(Message::Chunk(Some(chunk))).await?;
    }
    connection.send(Message::Chunk(None)).await?;
    let mut stream = connection.into_parts().io;
    stream.shutdown().await?;
    // Closing a connection with unread bytes would make the network forget what the client has not read yet.
    let mut unread = [0; 1_024];
    let read = async { while stream.read(&mut unread).await.is_ok_and(|n| n > 0) {} };
    let _ = timeout(LINGER, read).await;
    Ok(())
}
