//! A socket that follows prices and does nothing else: nobody needs to say who they are.

use std::collections::HashSet;

use rialto_portfolio::AssetId;
use rialto_wire::frame::{ClientFrame, ServerFrame, TopicMode};

use super::{Commands, Session, commands};
use crate::errors;
use crate::frames::Frame;
use crate::topics::Topic;

/// What such a socket has asked for.
pub(super) struct PriceFollower {
    topics: HashSet<Topic>,
}

impl Session {
    /// Serves a socket that follows these assets to begin with, until somebody ends it.
    pub(super) async fn run_price_stream(mut self, assets: Vec<AssetId>) {
        self.say_hello();
        let mut follower = PriceFollower { topics: assets.into_iter().map(Topic::Price).collect() };
        for topic in &follower.topics {
            self.subscribe_to(topic, TopicMode::Latest);
        }
        let flow = self.serve(&mut follower).await;
        for topic in &follower.topics {
            self.unsubscribe_from(topic);
        }
        self.deps.hub.unseat(self.connection);
        self.part(flow).await;
    }
}

impl Commands for PriceFollower {
    async fn carry_out(&mut self, session: &mut Session, frame: ClientFrame) {
        match frame {
            ClientFrame::Subscribe { id, topics, mode } => {
                let Some(topics) = session.topics(id, &topics) else { return };
                if only_prices(session, id, &topics) {
                    session.add_topics(id, &topics, mode, &mut self.topics);
                }
            }
            ClientFrame::Unsubscribe { id, topics } => session.remove_topics(id, &topics, &mut self.topics),
            ClientFrame::Ping { id } => session.outbox.push(Frame::new(&ServerFrame::Pong { id })),
            ClientFrame::Pong { .. } => {}
            other => {
                let message =
                    "this socket follows prices: subscribe, unsubscribe and ping; sign in at /ws for the rest";
                session.refuse(commands::id_of(&other), errors::refusal("not_offered", message));
            }
        }
    }
}

fn only_prices(session: &Session, id: Option<u64>, topics: &[Topic]) -> bool {
    let only = topics.iter().all(|topic| matches!(topic, Topic::Price(_)));
    if !only {
        session.refuse(id, errors::refusal("unknown_topic", "this socket has the topics x:price:<asset id>"));
    }
    only
}
