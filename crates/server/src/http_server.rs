//! The HTTP library, put together by hand: `HttpServer` of actix-web does not hand over connections that become
//! sockets, the parts that it is made of do.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Request};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::{Error, web};
use rialto_adapter_http::{HttpState, Shortcut};
use rialto_adapter_realtime::{Claim, Takeover};
use rialto_kernel::IdSource;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::shutdown;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(5);
/// How long an idle connection stays open for the next request.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How long a client has to close its side of a connection that is done.
const PARTING: Duration = Duration::from_secs(1);
/// A peer that takes nothing for so long is gone, or wants to keep the connection busy for nothing.
const UNTAKEN: Duration = Duration::from_secs(30);

/// What a connection may become, besides a socket of `rialto.v1`.
const CLAIMS: &[Claim] = &[rialto_adapter_compat::claim];

/// An application without what the library puts around it. A macro, because the library's types for it have no names.
macro_rules! bare {
    ($app:expr) => {
        map_config($app.into_factory().map_err(|error: Error| error.error_response()), |()| AppConfig::default())
    };
}

/// How connections are served.
macro_rules! connections {
    ($plain:expr, $upgrades:expr, $stopping:ident) => {{
        let stopping = $stopping.clone();
        HttpService::build()
            .graceful_shutdown_signal(move || stopping.clone().cancelled_owned())
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(PARTING)
            // Small frames must not wait for one another.
            .tcp_nodelay(true)
            .on_connect_ext(|connection: &TcpStream, _| give_up_on_silent_peers(connection))
            .upgrade($upgrades)
            .finish($plain)
            .tcp()
    }};
}

/// A server that is put together: listeners, each with an application, and workers that serve them all.
pub struct HttpServer {
    builder: ServerBuilder,
    stopping: CancellationToken,
}

impl HttpServer {
    /// With so many workers, one for each core if 0. Idle connections close when `stopping` is cancelled.
    pub fn new(workers: usize, stopping: CancellationToken) -> Self {
        // Signals are ours: the order of shutdown is not the library's to choose.
        let builder = Server::build().disable_signals().shutdown_timeout(shutdown::LAST_REQUESTS.as_secs());
        Self { builder: if workers > 0 { builder.workers(workers) } else { builder }, stopping }
    }

    /// The server's own application. `state` is what it was configured with, `ids` those of its edge.
    pub fn serve<F, I, S, B>(
        self,
        listener: TcpListener,
        app: F,
        state: web::Data<HttpState>,
        ids: Arc<dyn IdSource>,
    ) -> io::Result<Self>
    where
        F: Fn() -> I + Clone + Send + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = Error> + 'static,
        S::InitError: Debug,
        S::Service: 'static,
        B: MessageBody + 'static,
    {
        let stopping = self.stopping.clone();
        let builder = self.builder.listen("rialto", listener, move || {
            let plain = Shortcut::new(bare!(app()), state.clone(), Arc::clone(&ids));
            connections!(plain, Takeover::with(bare!(app()), CLAIMS), stopping)
        })?;
        Ok(Self { builder, ..self })
    }

    /// An application on a listener of its own.
    pub fn serve_beside<F, I, S, B>(self, name: &str, listener: TcpListener, app: F) -> io::Result<Self>
    where
        F: Fn() -> I + Clone + Send + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = Error> + 'static,
        S::InitError: Debug,
        S::Service: 'static,
        B: MessageBody + 'static,
    {
        let stopping = self.stopping.clone();
        let builder = self.builder.listen(name, listener, move || {
            connections!(bare!(app()), Takeover::with(bare!(app()), CLAIMS), stopping)
        })?;
        Ok(Self { builder, ..self })
    }

    /// Begins to serve.
    pub fn run(self) -> Server {
        self.builder.run()
    }
}

/// The HTTP library waits for a peer's acknowledgement for as long as the system does, which may be for ever.
fn give_up_on_silent_peers(connection: &TcpStream) {
    if let Err(error) = SockRef::from(connection).set_tcp_user_timeout(Some(UNTAKEN)) {
        tracing::debug!(%error, "a connection has no time limit for what is not taken");
    }
}
