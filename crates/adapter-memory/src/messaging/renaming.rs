use rialto_messaging::{EventBody, Profile};

use super::tables::MessagingTables;

impl MessagingTables {
    /// Shows a user under their new profile wherever they are: members and events carry profiles here, but
    /// what is read must be the state of now.
    pub fn rename(&mut self, user: &Profile) {
        let renew = |shown: &mut Profile| {
            if shown.id == user.id {
                *shown = user.clone();
            }
        };
        for kept in self.conversations.values_mut() {
            kept.members.values_mut().for_each(|member| renew(&mut member.user));
            for event in &mut kept.log {
                match &mut event.body {
                    EventBody::MessageCreated(message) => renew(&mut message.sender),
                    EventBody::MemberAdded(member) => renew(&mut member.user),
                    EventBody::MemberRemoved(user) => renew(user),
                }
            }
        }
    }
}
