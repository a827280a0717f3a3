//! A few people and a group, as most tests of messaging need them.

use rialto_client::Rest;
use rialto_client::wire::messaging::MessageView;
use uuid::Uuid;

use super::{Backend, Person, Server};

/// Ann owns a group, Bob and Carol are in it, and Eve is not.
pub struct Scene {
    pub server: Server,
    pub ann: Person,
    pub bob: Person,
    pub carol: Person,
    pub eve: Person,
    pub room: Uuid,
}

impl Scene {
    pub async fn start(backend: Backend) -> Self {
        Self::on(Server::start(backend).await).await
    }

    pub async fn on(server: Server) -> Self {
        let ann = Person::register(&server, "ann").await;
        let bob = Person::register(&server, "bob").await;
        let carol = Person::register(&server, "carol").await;
        let eve = Person::register(&server, "eve").await;
        let room = ann.start_group("room", &[&bob, &carol]).await.id;
        Self { server, ann, bob, carol, eve, room }
    }

    /// How many events the log of the group has.
    pub async fn last_seq(&self) -> u64 {
        self.ann.rest.conversation(self.room).await.unwrap().last_seq
    }

    /// The names of the group's events after this one.
    pub async fn events_after(&self, seq: u64) -> Vec<String> {
        let log = self.ann.rest.events(self.room, seq, 100).await.unwrap().items;
        log.iter().map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned()).collect()
    }
}

/// What somebody sees of a message now.
pub async fn seen(rest: &Rest, id: Uuid) -> MessageView {
    rest.message(id).await.unwrap()
}
