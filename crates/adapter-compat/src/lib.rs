//! Compatibility surfaces: clients that were written for other servers work with this one. Each surface is one small driving
//! adapter over the same services and the same data, so that what is said on one is heard on all.
//!
//! | where | what |
//! |---|---|
//! | [`Surface`], [`Surfaces`] | which there are, and how they are mounted: below `/compat/<name>`, or on a listener of their own |
//! | [`CompatDeps`], [`CompatSettings`] | what they work with |
//! | [`Feed`] | what happens, in order, for each socket |
//! | `socket/` | from HTTP to WebSocket, and the life of a socket |
//! | `body`, `client`, `cors`, `limits`, `pages`, `send`, `time` | what the surfaces share |
//! | `portfolio_tracker/` | prices and portfolios of crypto currencies |
//! | `gochat/` | conversations of two and of groups, for whose clients messages wait |
//! | `group_server/` | chat in channels, with tokens that another service makes |
//! | `realtime_chat/` | anonymous chat in one room |
//! | `chat_api/` | a chat API with live messages |
//!
//! A surface keeps the words, statuses and frames of the server that it stands in for, and none of its holes: rights, limits
//! and passwords are judged by the services, as for everybody.
//!
//! To add a surface: 1. its module; 2. a line in [`Surface`] and one in [`Surfaces::mount`]; 3. its page in `docs/compat`.

mod body;
mod chat_api;
mod client;
mod cors;
mod deps;
mod feed;
mod gochat;
mod group_server;
mod limits;
mod pages;
mod portfolio_tracker;
mod realtime_chat;
mod send;
mod socket;
mod surface;
mod time;

use actix_web::web;

use chat_api::ChatApi;
pub use deps::{CompatDeps, CompatSettings};
pub use feed::Feed;
use gochat::Gochat;
use group_server::GroupServer;
pub use group_server::GroupServerDeps;
use portfolio_tracker::PortfolioTracker;
use realtime_chat::RealtimeChat;
pub use socket::{SeatLimits, Seats, claim};
pub use surface::{COMPAT, Surface, UnknownSurface};
pub use time::parse_go_duration;

/// All surfaces with what they remember; made once, and mounted in every worker.
#[derive(Clone)]
pub struct Surfaces {
    deps: web::Data<CompatDeps>,
    portfolio_tracker: PortfolioTracker,
    realtime_chat: RealtimeChat,
    chat_api: ChatApi,
    gochat: Gochat,
    group_server: GroupServer,
}

impl Surfaces {
    /// Surfaces over these services.
    #[must_use]
    pub fn new(deps: CompatDeps) -> Self {
        let deps = web::Data::new(deps);
        Self {
            portfolio_tracker: PortfolioTracker::new(deps.clone()),
            realtime_chat: RealtimeChat::new(deps.clone()),
            chat_api: ChatApi::new(deps.clone()),
            gochat: Gochat::new(deps.clone()),
            group_server: GroupServer::new(deps.clone()),
            deps,
        }
    }

    /// Puts the routes of a surface below its prefix.
    pub fn mount(&self, config: &mut web::ServiceConfig, surface: Surface) {
        self.mount_at(config, surface, &surface.prefix());
    }

    /// Puts the routes of a surface at the root, on a listener of its own.
    pub fn mount_at_root(&self, config: &mut web::ServiceConfig, surface: Surface) {
        self.mount_at(config, surface, "");
    }

    /// Tells every socket that the server stops, and returns when all are gone.
    pub async fn drain(&self) {
        self.deps.seats.drain().await;
        self.gochat.drain().await;
    }

    fn mount_at(&self, config: &mut web::ServiceConfig, surface: Surface, prefix: &str) {
        match surface {
            Surface::PortfolioTracker => self.portfolio_tracker.mount(config, prefix),
            Surface::RealtimeChat => self.realtime_chat.mount(config, prefix),
            Surface::ChatApi => self.chat_api.mount(config, prefix),
            Surface::Gochat => self.gochat.mount(config, prefix),
            Surface::GroupServer => self.group_server.mount(config, prefix),
        }
    }
}
