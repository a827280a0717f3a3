use rialto_kernel::UserId;
use rialto_kernel::text::fold;
use rialto_messaging::{Standing, WantedMentions};

use super::messages::KeptMentions;
use super::tables::KeptConversation;
use crate::identity::tables::IdentityTables;

impl KeptConversation {
    /// Those of the wanted mentions that are members other than the sender, and the groups if the sender may.
    pub fn mentions_of(&self, users: &IdentityTables, sender: &Standing<'_>, wanted: &WantedMentions) -> KeptMentions {
        let may_mention_everyone = sender.may_mention_everyone();
        let mut mentions = KeptMentions {
            all: wanted.all && may_mention_everyone,
            here: wanted.here.is_some() && may_mention_everyone,
            ..KeptMentions::default()
        };
        for name in &wanted.usernames {
            let mentioned = self.others_than(sender).find(|user_id| is_named(users, *user_id, name));
            mentions.named.extend(mentioned.filter(|user_id| !mentions.named.contains(user_id)));
        }
        if mentions.here {
            let online = wanted.here.as_deref().unwrap_or_default();
            let reached = self.others_than(sender).filter(|user_id| online.contains(user_id));
            mentions.here_now = reached.filter(|user_id| !mentions.named.contains(user_id)).collect();
        }
        mentions
    }

    fn others_than(&self, sender: &Standing<'_>) -> impl Iterator<Item = UserId> {
        let sender = sender.actor.id;
        self.members.keys().copied().filter(move |user_id| *user_id != sender)
    }
}

fn is_named(users: &IdentityTables, user_id: UserId, folded: &str) -> bool {
    users.profile(user_id).is_some_and(|user| fold(&user.username) == *folded)
}
