use std::any::Any;
use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use rialto_identity::{
    AccountAdmin, AccountImport, ApiTokenStore, IdentityStore, InvitationStore, KnownAddresses, NewAccount,
    PasswordStore, Role, SecurityLog, SessionStore, SessionWatch, SetupStore, TotpStore, User,
};
use rialto_kernel::{Clock, ConversationId, Instant, UserId};
use rialto_messaging::{
    Added, Appended, Conversation, ConversationSettings, Created, Epoch, Event, HistoryImport, HistoryPart,
    HistorySlice, MemberRole, Message, MessageChanges, MessageSearch, MessagingFigures, MessagingStore,
    ModerationStore, NewConversation, NewConversationKind, NewMember, NewMessage, NoticeBoard, Profile, ReadPointers,
    ReadState, StreamId, StreamTop, Topic, Visibility,
};

use super::Stores;
use super::stores::People;
use crate::{FakeClock, FakeIds, builders};

/// Stores with a clock and ids of their own, and words for what a rule needs to have happened before it
/// begins. Every act of a scene happens a second after the one before.
pub struct Scene {
    /// Where the users are.
    pub identity: Arc<dyn IdentityStore>,
    /// Where they have signed in.
    pub known_addresses: Arc<dyn KnownAddresses>,
    /// What is shown of their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// How their passwords change.
    pub passwords: Arc<dyn PasswordStore>,
    /// What those who run the server do with them.
    pub accounts: Arc<dyn AccountAdmin>,
    /// How they come from another server.
    pub account_imports: Arc<dyn AccountImport>,
    /// Who may become one.
    pub invitations: Arc<dyn InvitationStore>,
    /// What happened to them.
    pub log: Arc<dyn SecurityLog>,
    /// How the first admin is made.
    pub setup: Arc<dyn SetupStore>,
    /// The tokens of their programs.
    pub api_tokens: Arc<dyn ApiTokenStore>,
    /// Their second factors.
    pub totp: Arc<dyn TotpStore>,
    /// Which of their sessions ended.
    pub watch: Arc<dyn SessionWatch>,
    /// Where they talk.
    pub messaging: Arc<dyn MessagingStore>,
    /// What becomes of what they said.
    pub changes: Arc<dyn MessageChanges>,
    /// What they have read.
    pub reads: Arc<dyn ReadPointers>,
    /// Who keeps order.
    pub moderation: Arc<dyn ModerationStore>,
    /// What they find again.
    pub search: Arc<dyn MessageSearch>,
    /// Who they are to one another.
    pub people: People,
    /// What other parts of the server tell them.
    pub notices: Arc<dyn NoticeBoard>,
    /// What they said on another server.
    pub history_imports: Arc<dyn HistoryImport>,
    /// How much there is.
    pub figures: Arc<dyn MessagingFigures>,
    /// Ids nobody else in the scene has.
    pub ids: FakeIds,
    /// The time in the scene.
    pub clock: FakeClock,
    _guard: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene").finish_non_exhaustive()
    }
}

impl Scene {
    /// A scene over stores in which nothing has happened.
    #[must_use]
    pub fn new(stores: Stores) -> Self {
        Self {
            identity: stores.identity,
            known_addresses: stores.known_addresses,
            sessions: stores.sessions,
            passwords: stores.passwords,
            accounts: stores.accounts,
            account_imports: stores.account_imports,
            api_tokens: stores.api_tokens,
            invitations: stores.invitations,
            log: stores.log,
            setup: stores.setup,
            totp: stores.totp,
            watch: stores.watch,
            messaging: stores.messaging,
            changes: stores.changes,
            reads: stores.reads,
            moderation: stores.moderation,
            search: stores.search,
            people: stores.people,
            notices: stores.notices,
            history_imports: stores.history_imports,
            figures: stores.figures,
            ids: FakeIds::new(),
            clock: FakeClock::new(),
            _guard: stores.guard,
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// One second later.
    pub fn later(&self) -> Instant {
        self.clock.advance(TimeDelta::seconds(1))
    }

    /// A member of this name who is not stored yet.
    #[must_use]
    pub fn new_user(&self, name: &str) -> User {
        builders::user(&self.ids, name, self.now())
    }

    /// An account of this name that is not stored yet.
    #[must_use]
    pub fn new_account(&self, name: &str) -> NewAccount {
        builders::account(&self.ids, self.new_user(name))
    }

    /// Stores an account of this name.
    pub async fn account(&self, name: &str) -> NewAccount {
        let account = self.new_account(name);
        self.identity.insert_account(account.clone()).await.unwrap();
        account
    }

    /// Stores the account of an admin.
    pub async fn admin(&self, name: &str) -> NewAccount {
        let account = builders::account(&self.ids, User { role: Role::Admin, ..self.new_user(name) });
        self.identity.insert_account(account.clone()).await.unwrap();
        account
    }

    /// Stores the account of a guest.
    pub async fn guest(&self, name: &str) -> NewAccount {
        let account = builders::account(&self.ids, builders::guest(&self.ids, name, self.now()));
        self.identity.insert_account(account.clone()).await.unwrap();
        account
    }

    /// Stores a user of this name.
    pub async fn user(&self, name: &str) -> Profile {
        builders::profile(&self.account(name).await.user)
    }

    /// Stores `count` users.
    pub async fn users(&self, count: usize) -> Vec<Profile> {
        let mut users = Vec::new();
        for number in 0..count {
            users.push(self.user(&format!("user-{number:03}")).await);
        }
        users
    }

    /// A conversation that is not stored yet.
    pub fn new_conversation(&self, kind: NewConversationKind, members: &[(&Profile, MemberRole)]) -> NewConversation {
        NewConversation {
            id: self.ids.next(),
            settings: ConversationSettings::of_new(kind.kind()),
            kind,
            topic: Topic::default(),
            members: members.iter().map(|(user, role)| (user.id, *role)).collect(),
            epoch: Epoch(self.ids.next()),
            at: self.later(),
        }
    }

    /// A direct conversation that is not stored yet.
    pub fn new_direct(&self, one: &Profile, other: &Profile) -> NewConversation {
        self.new_conversation(NewConversationKind::Direct, &[(one, MemberRole::Member), (other, MemberRole::Member)])
    }

    /// A channel without members that is not stored yet.
    pub fn new_channel(&self, name: &str, visibility: Visibility) -> NewConversation {
        self.new_conversation(NewConversationKind::Channel(builders::conversation_name(name), visibility), &[])
    }

    /// Stores a conversation that must be new.
    pub async fn create(&self, new: NewConversation) -> (Conversation, Vec<Event>) {
        match self.messaging.create_conversation(new).await.unwrap() {
            Created::New(conversation, events) => (conversation, events),
            Created::Existing(conversation) => panic!("{conversation:?} was there already"),
        }
    }

    /// Stores a group, its first member as owner and the others as members.
    pub async fn group(&self, members: &[&Profile]) -> ConversationId {
        let roles = std::iter::once(MemberRole::Owner).chain(std::iter::repeat(MemberRole::Member));
        let members: Vec<_> = members.iter().copied().zip(roles).collect();
        let kind = NewConversationKind::Group(builders::conversation_name("friends"));
        self.create(self.new_conversation(kind, &members)).await.0.id
    }

    /// A membership that is not stored yet.
    pub fn new_member(&self, conversation_id: ConversationId, user_id: UserId, role: MemberRole) -> NewMember {
        NewMember { conversation_id, user_id, role, invited_by: None, at: self.later() }
    }

    /// Brings in a user who must not be in yet.
    pub async fn add(&self, conversation_id: ConversationId, user: &Profile, role: MemberRole) -> Event {
        match self.messaging.add_member(self.new_member(conversation_id, user.id, role)).await.unwrap() {
            Added::New { events, .. } => events.into_iter().next().expect("who comes in is logged"),
            Added::Already(member) => panic!("{member:?} was in already"),
        }
    }

    /// Lets a user leave who must be in; what is logged in the conversation.
    pub async fn leave(&self, conversation_id: ConversationId, user: &Profile) -> Event {
        let events = self.messaging.leave_conversation(conversation_id, user.id, self.later()).await.unwrap();
        events.into_iter().next().expect("the user was in")
    }

    /// A message that is not stored yet.
    pub fn new_message(&self, conversation_id: ConversationId, sender: &Profile, text: &str) -> NewMessage {
        builders::message(&self.ids, conversation_id, sender.id, text, self.later())
    }

    /// Appends a message that must be new.
    pub async fn append(&self, new: NewMessage) -> Message {
        match self.messaging.append_message(new).await.unwrap() {
            Appended::New(message) => message,
            Appended::Duplicate(message) => panic!("{message:?} was there already"),
        }
    }

    /// Says something.
    pub async fn say(&self, conversation_id: ConversationId, sender: &Profile, text: &str) -> Message {
        self.append(self.new_message(conversation_id, sender, text)).await
    }

    /// The whole log of a conversation.
    pub async fn log(&self, conversation_id: ConversationId) -> Vec<Event> {
        self.messaging.list_events(conversation_id.into(), 0, 10_000).await.unwrap()
    }

    /// The whole personal log of a user.
    pub async fn personal_log(&self, user: &Profile) -> Vec<Event> {
        self.messaging.list_events(StreamId::Personal(user.id), 0, 10_000).await.unwrap()
    }

    /// The conversations a user follows, with their tops, in order of id.
    pub async fn followed(&self, user: UserId) -> Vec<StreamTop> {
        let followed = self.messaging.followed_streams(user).await.unwrap();
        let mut tops: Vec<_> = followed.into_iter().map(|followed| followed.top).collect();
        tops.retain(|top| top.stream.conversation().is_some());
        tops.sort_by_key(|top| top.stream);
        tops
    }

    /// What a user has read of a conversation, as their devices learn it on connecting; `None` if they are not in it.
    pub async fn read_state(&self, conversation_id: ConversationId, reader: &Profile) -> Option<ReadState> {
        let followed = self.messaging.followed_streams(reader.id).await.unwrap();
        let stream = StreamId::from(conversation_id);
        followed.into_iter().find(|followed| followed.top.stream == stream).and_then(|followed| followed.read)
    }

    /// The messages outside threads as a user sees them, oldest first.
    pub async fn history(&self, conversation_id: ConversationId, reader: &Profile) -> Vec<Message> {
        let (part, slice) = (HistoryPart::Main, HistorySlice::After(0));
        self.messaging.list_messages(conversation_id, part, slice, 10_000, reader.id).await.unwrap()
    }
}
