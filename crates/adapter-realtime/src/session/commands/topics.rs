//! What is told once and kept nowhere: prices and presence.

use std::collections::HashSet;

use rialto_convert::members::presence_view;
use rialto_identity::Scope;
use rialto_kernel::{InvalidValue, UserId};
use rialto_wire::frame::{OkData, TopicMode};
use uuid::Uuid;

use crate::errors;
use crate::frames::Frame;
use crate::hub::Job;
use crate::session::{Account, Session};
use crate::topics::Topic;

/// How many users one `presence` may ask about.
const PRESENCE_MAX: usize = 100;

impl Session {
    pub(super) fn subscribe(&self, id: Option<u64>, topics: &[String], mode: Option<TopicMode>, account: &mut Account) {
        let Some(topics) = self.topics(id, topics) else { return };
        let needed = topics.iter().map(|topic| match topic {
            Topic::Presence => Scope::ProfileRead,
            Topic::Price(_) => Scope::PricesRead,
        });
        if let Some(scope) = needed.into_iter().find(|scope| !account.credential.allows(*scope)) {
            return self.refuse(id, errors::scope_missing(scope));
        }
        self.add_topics(id, &topics, mode, &mut account.topics);
    }

    pub(super) fn unsubscribe(&self, id: Option<u64>, topics: &[String], account: &mut Account) {
        self.remove_topics(id, topics, &mut account.topics);
    }

    /// Adds topics to those that a socket follows, all or none, and answers.
    pub(in crate::session) fn add_topics(
        &self,
        id: Option<u64>,
        topics: &[Topic],
        mode: Option<TopicMode>,
        followed: &mut HashSet<Topic>,
    ) {
        let max = self.deps.settings.max_topics;
        let new = topics.iter().filter(|topic| !followed.contains(*topic)).collect::<HashSet<_>>().len();
        if followed.len() + new > max {
            let message = format!("a socket may subscribe to at most {max} topics");
            return self.refuse(id, errors::refusal("too_many_topics", message));
        }
        followed.extend(topics.iter().cloned());
        self.outbox.push(Frame::ok(id, None));
        for topic in topics {
            self.subscribe_to(topic, mode.unwrap_or(TopicMode::Latest));
        }
    }

    pub(in crate::session) fn remove_topics(&self, id: Option<u64>, topics: &[String], followed: &mut HashSet<Topic>) {
        let Some(topics) = self.topics(id, topics) else { return };
        for topic in topics {
            if followed.remove(&topic) {
                self.unsubscribe_from(&topic);
            }
        }
        self.outbox.push(Frame::ok(id, None));
    }

    /// Reads topics, all or none.
    pub(in crate::session) fn topics(&self, id: Option<u64>, topics: &[String]) -> Option<Vec<Topic>> {
        let mut known = Vec::with_capacity(topics.len());
        for text in topics {
            let Some(topic) = Topic::parse(text) else {
                let shown: String = text.chars().take(100).collect();
                let message = format!("there is no topic {shown:?}; there are x:price:<asset id> and x:presence");
                self.refuse(id, errors::refusal("unknown_topic", message));
                return None;
            };
            known.push(topic);
        }
        Some(known)
    }

    pub(in crate::session) fn subscribe_to(&self, topic: &Topic, mode: TopicMode) {
        let hub = &self.deps.hub;
        match topic {
            Topic::Presence => hub.follow_presence(self.connection, true),
            Topic::Price(asset) => {
                if let Some(until) = hub.prices().subscribe(asset, self.connection, &self.outbox, mode) {
                    hub.want(Job::Watch(asset.clone(), until));
                }
            }
        }
    }

    pub(in crate::session) fn unsubscribe_from(&self, topic: &Topic) {
        let hub = &self.deps.hub;
        match topic {
            Topic::Presence => hub.follow_presence(self.connection, false),
            Topic::Price(asset) => hub.prices().unsubscribe(asset, self.connection),
        }
    }

    pub(super) async fn presence(&self, id: Option<u64>, users: &[Uuid], reader: UserId) {
        if users.is_empty() || users.len() > PRESENCE_MAX {
            let why = InvalidValue::new("out_of_range", format!("must name 1 to {PRESENCE_MAX} users"));
            return self.refuse(id, errors::invalid_field("user_ids", &why));
        }
        let users: Vec<_> = users.iter().copied().map(UserId::from).collect();
        let users = self.deps.messaging.presence_of(reader, &users).await;
        let users = users.into_iter().map(presence_view).collect();
        self.outbox.push(Frame::ok(id, Some(OkData::Presence { users })));
    }
}
