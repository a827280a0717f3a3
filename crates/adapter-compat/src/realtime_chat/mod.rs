//! Anonymous chat: whoever comes has a name and is a guest in the lobby for as long as the socket is open. What is said
//! here is said in the lobby, and what others say there, by whatever way, is heard here.
//!
//! | module | holds |
//! |---|---|
//! | [`pages`] | who is here, how the server is |
//! | [`socket`] | the chat itself |
//! | [`room`] | who is here by this way, with the numbers that they are known by |
//! | [`frame`] | the one form of frame |

mod frame;
mod pages;
mod room;
mod socket;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web;

use self::room::Room;
use crate::cors::OpenCors;
use crate::deps::CompatDeps;

const CORS: OpenCors = OpenCors {
    methods: "GET, POST, PUT, DELETE, OPTIONS",
    headers: "Content-Type, Authorization",
    preflight: StatusCode::OK,
};

/// The surface with what it remembers. Cloning shares it.
#[derive(Clone)]
pub(crate) struct RealtimeChat {
    deps: web::Data<CompatDeps>,
    room: web::Data<Room>,
}

impl RealtimeChat {
    pub fn new(deps: web::Data<CompatDeps>) -> Self {
        let room = web::Data::new(Room::new(&*deps.clock));
        Self { deps, room }
    }

    /// Puts the routes below `prefix`, which is empty on a listener of its own.
    pub fn mount(&self, config: &mut web::ServiceConfig, prefix: &str) {
        let scope = web::scope(prefix)
            .app_data(self.deps.clone())
            .app_data(self.room.clone())
            .wrap(from_fn(|req, next| CORS.apply(req, next)))
            .service(web::resource("/ws").route(web::get().to(socket::connect)))
            .service(web::resource("/healthz").to(pages::health))
            .service(only_get("/api/users").route(web::get().to(pages::list_users)))
            .service(only_get("/api/stats").route(web::get().to(pages::show_stats)))
            .default_service(web::to(pages::show_status));
        config.service(scope);
    }
}

fn only_get(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(pages::wrong_method))
}
