//! `rialto conversation`: groups and channels, for whoever has the command line, in the name of a user and by the rules that hold
//! for them. It works on the configured database, beside a running server too, which notices what changed at its next sweep.

use std::sync::Arc;

use async_trait::async_trait;
use clap::{Args, Subcommand};
use rialto_convert::identity::actor;
use rialto_kernel::{ConversationId, NumberBook, Numbered, PageLimit};
use rialto_messaging::service::{AddMember, CreateConversation, RequestedConversation};
use rialto_messaging::{
    BusStream, ConversationName, ConversationSummary, Event, MessagingService, RealtimeBus, Signal, SocketGate, Topic,
    Visibility,
};

use super::print::print_line;
use super::user::{Accounts, failed, number_of, storage, wrong};
use crate::config::{Config, LogConfig};
use crate::logging;
use crate::start_error::StartError;
use crate::storage::Storage;
use crate::wiring::system;

/// The options of `rialto conversation`.
#[derive(Args)]
pub struct ConversationArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make a channel, or a group; prints its number
    Create {
        /// What it is called
        name: String,
        /// The username of its owner
        #[arg(long, value_name = "USER")]
        owner: String,
        /// Make a group, which nobody can look for
        #[arg(long)]
        group: bool,
        /// Make a channel that is not in the directory
        #[arg(long, conflicts_with = "group")]
        private: bool,
    },
    /// List the conversations of a user with their numbers
    List {
        /// Their username
        user: String,
    },
    /// Bring a user in
    Add {
        #[command(flatten)]
        change: MemberArgs,
    },
    /// Take a member out; their sockets close
    Remove {
        #[command(flatten)]
        change: MemberArgs,
    },
}

#[derive(Args)]
struct MemberArgs {
    /// The number of the conversation, as `create` and `list` print it
    conversation: u64,
    /// Whom, by username
    user: String,
    /// In whose name: the username of an owner or admin of it
    #[arg(long, value_name = "USER")]
    by: String,
}

/// Carries a command out and says what was done.
pub async fn run(args: &ConversationArgs, config: &Config) -> Result<(), StartError> {
    logging::start(&LogConfig { level: "error".to_owned(), format: config.log.format })?;
    let storage = storage(config).await?;
    let desk = Desk {
        accounts: Accounts::over(&storage, config)?,
        messaging: messaging(&storage),
        numbers: storage.numbers.clone(),
    };
    match &args.act {
        Act::Create { name, owner, group, private } => desk.create(name, owner, *group, *private).await,
        Act::List { user } => desk.list(user).await,
        Act::Add { change } => desk.add(change).await,
        Act::Remove { change } => desk.remove(change).await,
    }
}

struct Desk {
    accounts: Accounts,
    messaging: MessagingService,
    numbers: Arc<dyn NumberBook>,
}

impl Desk {
    async fn create(&self, name: &str, owner: &str, group: bool, private: bool) -> Result<(), StartError> {
        let name = ConversationName::parse(name).map_err(|error| wrong("the name", &error))?;
        let owner = self.accounts.find(owner).await?;
        let participants = Vec::new();
        let visibility = if private { Visibility::Private } else { Visibility::Public };
        let what = if group {
            RequestedConversation::Group { name, participants }
        } else {
            RequestedConversation::Channel { name, visibility, participants }
        };
        let wish = CreateConversation { creator: actor(&owner), what, topic: Topic::default() };
        let (conversation, _) = self.messaging.create_conversation(wish).await.map_err(failed)?;
        // Alone on its line, for scripts.
        print_line(&self.number_of(conversation.id).await?.to_string())
    }

    async fn list(&self, user: &str) -> Result<(), StartError> {
        let user = self.accounts.find(user).await?;
        let mut after = None;
        loop {
            let page = self.messaging.list_conversations(user.id, after, PageLimit::default()).await.map_err(failed)?;
            for ConversationSummary { conversation, members_count, .. } in page.items {
                let number = self.number_of(conversation.id).await?;
                let name = conversation.name.as_ref().map_or("-", |name| name.as_str());
                let kind = conversation.kind.as_str();
                print_line(&format!("{number:<8} {kind:<7} {members_count:>6} {name}"))?;
            }
            match page.next_cursor {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn add(&self, change: &MemberArgs) -> Result<(), StartError> {
        let (conversation_id, by, user) = self.read(change).await?;
        let wish = AddMember { conversation_id, by: by.id, user_id: user.id };
        self.messaging.add_member(wish).await.map_err(failed)?;
        print_line(&format!("{} is in {} now", user.username, change.conversation))
    }

    async fn remove(&self, change: &MemberArgs) -> Result<(), StartError> {
        let (conversation_id, by, user) = self.read(change).await?;
        self.messaging.remove_member(conversation_id, by.id, user.id).await.map_err(failed)?;
        print_line(&format!("{} is not in {} any more", user.username, change.conversation))
    }

    async fn read(
        &self,
        change: &MemberArgs,
    ) -> Result<(ConversationId, rialto_identity::User, rialto_identity::User), StartError> {
        let number = change.conversation;
        let id = self.numbers.id_of(Numbered::Conversation, number).await.map_err(failed)?;
        let id = id.ok_or_else(|| {
            StartError::Failed(format!("there is no conversation {number}; `rialto conversation list USER` names them"))
        })?;
        let (by, user) = (self.accounts.find(&change.by).await?, self.accounts.find(&change.user).await?);
        Ok((ConversationId::from_uuid(id), by, user))
    }

    async fn number_of(&self, id: ConversationId) -> Result<u64, StartError> {
        number_of(&*self.numbers, Numbered::Conversation, id.uuid()).await
    }
}

/// The domain over the configured database.
fn messaging(storage: &Storage) -> MessagingService {
    storage.messaging.clone().service(Arc::new(NobodyHere), Arc::new(NobodyHere), system())
}

/// Nobody is connected to this process: what a server's sockets must know, its sweep finds in the log.
struct NobodyHere;

#[async_trait]
impl SocketGate for NobodyHere {
    async fn close(&self, _: Arc<Event>) {}
}

#[async_trait]
impl RealtimeBus for NobodyHere {
    async fn publish_event(&self, _: Arc<Event>) {}

    async fn publish_signal(&self, _: Signal) {}

    fn subscribe(&self) -> BusStream {
        Box::pin(futures_util::stream::empty())
    }
}
