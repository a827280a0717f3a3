//! The document of all that is kept of a user: read page by page, and written as it is read, so that it takes no more
//! room than a page, however much somebody has said.

use std::io;

use bytes::Bytes;
use rialto_convert::conversations::conversation_view;
use rialto_convert::identity::block_view;
use rialto_convert::messages::{message_view, revision_view};
use rialto_identity::IdentityService;
use rialto_kernel::{Instant, PageLimit, StoreError, UserId};
use rialto_messaging::{ConversationSummary, Message, MessagingService};
use rialto_portfolio::{AlertService, WatchlistService};
use rialto_wire::identity::{BlockView, ConversationExport, MessageExport, ReactionExport, SessionExport, UserView};
use rialto_wire::time::Timestamp;
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::Instrument;

use crate::alerts::convert::alert_view;

const FORMAT: &str = "rialto.export.v1";

/// How many things are read at a time.
const BATCH: i64 = 100;

/// Who knows what is kept.
pub(super) struct Sources {
    pub(super) identity: IdentityService,
    pub(super) messaging: MessagingService,
    pub(super) watchlists: WatchlistService,
    pub(super) alerts: AlertService,
}

/// Begins to write the document; what has been written comes out in pieces. It ends when nobody takes them any more.
pub(super) fn export(sources: Sources, profile: UserView, now: Instant) -> Receiver<Result<Bytes, io::Error>> {
    // A reader who is slow is waited for.
    let (pieces, taken) = channel(2);
    let mut writer = Writer { sources, user_id: profile.id.into(), pieces };
    let write = async move {
        if let Err(Stopped::Failed(error)) = writer.write(&profile, now).await {
            tracing::error!(error = &error as &dyn std::error::Error, "an export broke off");
            // The answer has begun: to break it off is all that can be said.
            let broken = io::Error::other("the store did not answer");
            let _gone = writer.pieces.send(Err(broken)).await;
        }
    };
    tokio::spawn(write.in_current_span());
    taken
}

struct Writer {
    sources: Sources,
    user_id: UserId,
    pieces: Sender<Result<Bytes, io::Error>>,
}

/// Why a document is not whole.
enum Stopped {
    /// Nobody takes it.
    Unwanted,
    Failed(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Writer {
    async fn write(&mut self, profile: &UserView, now: Instant) -> Result<(), Stopped> {
        let (at, profile) = (json(&Timestamp::from(now))?, json(profile)?);
        self.send(format!("{{\"format\":\"{FORMAT}\",\"exported_at\":{at},\"user\":{profile},\"sessions\":[")).await?;
        self.sessions().await?;
        self.send("],\"blocks\":[".to_owned()).await?;
        self.blocks().await?;
        self.send("],\"conversations\":[".to_owned()).await?;
        self.conversations().await?;
        self.send("],\"messages\":[".to_owned()).await?;
        self.messages().await?;
        self.send("],\"reactions\":[".to_owned()).await?;
        self.reactions().await?;
        self.send("],\"watchlist\":[".to_owned()).await?;
        self.watchlist().await?;
        self.send("],\"alerts\":[".to_owned()).await?;
        self.alerts().await?;
        self.send("]}\n".to_owned()).await
    }

    async fn sessions(&mut self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.identity.list_session_records(self.user_id, after, BATCH).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for record in page {
                list.add(&SessionExport {
                    id: record.id.uuid(),
                    user_agent: record.device.user_agent,
                    address: record.device.address,
                    created_at: record.created_at.into(),
                    ended_at: record.ended_at.map(Into::into),
                })?;
            }
            self.send(list.take()).await?;
        }
    }

    async fn blocks(&mut self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.identity.list_blocks(self.user_id, after, PageLimit::default()).await?;
            for block in &page.items {
                list.add::<BlockView>(&block_view(block))?;
            }
            self.send(list.take()).await?;
            after = page.next_cursor;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn conversations(&mut self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.messaging.list_conversations(self.user_id, after, PageLimit::default()).await?;
            for summary in page.items {
                list.add(&self.conversation(summary).await?)?;
            }
            self.send(list.take()).await?;
            after = page.next_cursor;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn conversation(&self, summary: ConversationSummary) -> Result<ConversationExport, Stopped> {
        let member = self.sources.messaging.find_own_membership(summary.conversation.id, self.user_id).await?;
        let view = conversation_view(&summary, self.user_id);
        Ok(ConversationExport {
            id: view.id,
            kind: view.kind,
            name: view.name,
            topic: view.topic,
            visibility: view.visibility,
            role: view.role,
            joined_at: member.map(|member| member.joined_at.into()),
            read: view.read,
        })
    }

    async fn messages(&mut self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.messaging.list_own_messages(self.user_id, after, BATCH).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.nonce.clone());
            for message in page {
                list.add(&self.message(&message).await?)?;
            }
            self.send(list.take()).await?;
        }
    }

    async fn message(&self, message: &Message) -> Result<MessageExport, Stopped> {
        let revisions = match message.edited_at {
            Some(_) => self.sources.messaging.list_own_revisions(message.id).await?,
            None => Vec::new(),
        };
        Ok(MessageExport {
            message: message_view(message, Some(self.user_id)),
            revisions: revisions.iter().map(revision_view).collect(),
        })
    }

    async fn reactions(&mut self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.messaging.list_own_reactions(self.user_id, after, BATCH).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.message_id, last.emoji.clone()));
            for reaction in page {
                list.add(&ReactionExport {
                    message_id: reaction.message_id.uuid(),
                    emoji: reaction.emoji.as_str().to_owned(),
                    created_at: reaction.at.into(),
                })?;
            }
            self.send(list.take()).await?;
        }
    }

    async fn watchlist(&self) -> Result<(), Stopped> {
        let mut list = List::default();
        for asset in self.sources.watchlists.list_assets(self.user_id).await? {
            list.add(asset.as_str())?;
        }
        self.send(list.take()).await
    }

    async fn alerts(&self) -> Result<(), Stopped> {
        let (mut after, mut list) = (None, List::default());
        loop {
            let page = self.sources.alerts.list(self.user_id, after, PageLimit::default()).await?;
            for alert in &page.items {
                list.add(&alert_view(alert))?;
            }
            self.send(list.take()).await?;
            after = page.next_cursor;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn send(&self, text: String) -> Result<(), Stopped> {
        if text.is_empty() {
            return Ok(());
        }
        self.pieces.send(Ok(text.into())).await.map_err(|_| Stopped::Unwanted)
    }
}

/// The items of a list, as far as they have not been sent.
#[derive(Default)]
struct List {
    text: String,
    has_items: bool,
}

impl List {
    fn add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Stopped> {
        if std::mem::replace(&mut self.has_items, true) {
            self.text.push(',');
        }
        self.text.push_str(&json(item)?);
        Ok(())
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt(error.to_string()))
}
