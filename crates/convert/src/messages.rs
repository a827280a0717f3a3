//! Messages and threads.

use rialto_kernel::{MessageId, UserId};
use rialto_messaging::service::{History, ThreadPage};
use rialto_messaging::{Mention, Message, Reaction, Revision, Thread};
use rialto_wire::list::List;
use rialto_wire::messaging::{
    MentionView, MessageKindWord, MessageView, ReactionView, RevisionView, ThreadSummaryView, ThreadView,
};

use crate::members::profile_view;

/// A message as `reader` sees it; without one, as it goes to everybody: neither nonce nor whose reactions.
#[must_use]
pub fn message_view(message: &Message, reader: Option<UserId>) -> MessageView {
    MessageView {
        id: message.id.uuid(),
        conversation_id: message.conversation_id.uuid(),
        seq: message.seq,
        ordinal: message.ordinal,
        sender: profile_view(&message.sender),
        kind: MessageKindWord::Text,
        content: message.content.as_ref().map(|content| content.as_str().to_owned()),
        reply_to: message.reply_to.map(MessageId::uuid),
        thread_root: message.thread_root.map(MessageId::uuid),
        thread: message.thread.map(thread_summary_view),
        reactions: message.reactions.iter().map(|reaction| reaction_view(reaction, reader.is_some())).collect(),
        mentions: message.mentions.iter().map(mention_view).collect(),
        pinned: message.pinned_at.is_some(),
        edited_at: message.edited_at.map(Into::into),
        deleted_at: message.deleted_at.map(Into::into),
        created_at: message.created_at.into(),
        nonce: (reader == Some(message.sender.id)).then(|| message.nonce.as_str().to_owned()),
    }
}

fn thread_summary_view(thread: Thread) -> ThreadSummaryView {
    ThreadSummaryView { replies: thread.replies, last_reply_at: thread.last_reply_at.into() }
}

fn reaction_view(reaction: &Reaction, for_one: bool) -> ReactionView {
    ReactionView {
        emoji: reaction.emoji.as_str().to_owned(),
        count: reaction.count,
        mine: for_one.then_some(reaction.mine),
    }
}

fn mention_view(mention: &Mention) -> MentionView {
    match mention {
        Mention::User { id, username } => MentionView::User { user_id: id.uuid(), username: username.clone() },
        Mention::All => MentionView::All,
        Mention::Here => MentionView::Here,
    }
}

/// What a message said before.
#[must_use]
pub fn revision_view(revision: &Revision) -> RevisionView {
    RevisionView { content: revision.content.as_str().to_owned(), at: revision.at.into() }
}

/// A page of history.
#[must_use]
pub fn history_view(history: History, reader: UserId) -> List<MessageView> {
    List {
        items: history.messages.iter().map(|message| message_view(message, Some(reader))).collect(),
        next_cursor: history.next_cursor.map(|cursor| cursor.as_str().to_owned()),
    }
}

/// A thread with a page of its replies.
#[must_use]
pub fn thread_view(page: ThreadPage, reader: UserId) -> ThreadView {
    let List { items, next_cursor } = history_view(page.history, reader);
    ThreadView {
        root: message_view(&page.root, Some(reader)),
        replies: page.state.replies,
        read: page.state.read.map(|read| read.ordinal),
        unread: page.state.read.map_or(0, |read| read.unread),
        items,
        next_cursor,
    }
}
