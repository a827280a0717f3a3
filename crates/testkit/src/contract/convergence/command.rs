use rialto_kernel::{ConversationId, StoreError};
use rialto_messaging::{
    AddMemberRefusal, AppendRefusal, Appended, ChangeRefusal, ConversationChanges, LeaveRefusal, MarkRead,
    MarkReadRefusal, MemberRole, Message, MessageRefusal, NewMessage, Notice, PostNoticeRefusal, Profile, Topic,
};

use super::dice::Dice;
use crate::{Scene, builders};

const TEXTS: [&str; 6] = ["hi", "hello there", "hi @user-001", "@user-002 and @user-003", "@all", "bye"];
const EMOJI: [&str; 4] = ["👍", "🦀", "❤️", "🇩🇪"];
const ROLES: [MemberRole; 4] = [MemberRole::Reader, MemberRole::Member, MemberRole::Admin, MemberRole::Owner];

/// Something that somebody tries to do to a message, a member or the conversation, or that another part of the server
/// has to say.
#[derive(Clone, Debug)]
pub(super) enum Command {
    Send(NewMessage),
    Edit { message: Message, text: &'static str },
    Delete { message: Message },
    React { message: Message, emoji: &'static str, present: bool },
    Pin { message: Message, pinned: bool },
    Mark { thread_root: Option<Message>, ordinal: u64 },
    Add { user: Profile, role: MemberRole },
    Remove { user: Profile },
    Leave,
    Role { user: Profile, role: MemberRole },
    Mute { user: Profile, minutes: Option<i64> },
    Change(ConversationChanges),
    Tell { user: Profile, notice: Notice },
}

impl Command {
    /// Something that `by` could try, given what was said so far.
    pub(super) fn any(
        dice: &mut Dice,
        scene: &Scene,
        id: ConversationId,
        by: &Profile,
        people: &[Profile],
        said: &[Message],
    ) -> Self {
        let user = people[dice.below(people.len())].clone();
        let role = ROLES[dice.below(ROLES.len())];
        let text = TEXTS[dice.below(TEXTS.len())];
        let message = dice.pick(said).cloned();
        match (dice.below(28), message) {
            (6..=7, Some(message)) => Self::Edit { message, text },
            (8, Some(message)) => Self::Delete { message },
            (9..=11, Some(message)) => {
                Self::React { message, emoji: EMOJI[dice.below(EMOJI.len())], present: !dice.one_in(3) }
            }
            (12, Some(message)) => Self::Pin { message, pinned: !dice.one_in(3) },
            (13..=14, message) => {
                let thread_root = message.filter(|_| dice.one_in(2));
                Self::Mark { thread_root, ordinal: dice.below(said.len() + 2) as u64 }
            }
            (15..=16, _) => Self::Add { user, role: role.min(MemberRole::Admin) },
            (17, _) => Self::Remove { user },
            (18 | 25, _) => Self::Leave,
            (19, _) => Self::Role { user, role },
            (20 | 24, _) => {
                Self::Mute { user, minutes: if dice.one_in(3) { None } else { Some(dice.below(3) as i64) } }
            }
            (21, _) => Self::Change(any_changes(dice, text)),
            (26..=27, message) => Self::Tell { user, notice: any_notice(scene, message) },
            (_, message) => Self::Send(any_message(dice, scene, id, by, message, text)),
        }
    }

    /// Tries it as `by`. A refusal is an outcome like any other; whether anything was done.
    pub(super) async fn perform(&self, scene: &Scene, id: ConversationId, by: &Profile) -> bool {
        let (actor, at) = (builders::actor(by.id), scene.later());
        match self {
            Self::Send(new) => match scene.messaging.append_message(NewMessage { at, ..new.clone() }).await {
                Ok(Appended::New(_)) => true,
                Ok(Appended::Duplicate(_)) => false,
                Err(AppendRefusal::Store(error)) => fail(&error),
                Err(_) => false,
            },
            Self::Edit { message, text } => done(scene.try_edit(message.id, by, text).await),
            Self::Delete { message } => done(scene.changes.delete_message(message.id, actor, at).await),
            Self::React { message, emoji, present } => {
                let emoji = builders::emoji(emoji);
                done(scene.changes.set_reaction(message.id, actor, emoji, *present, at).await)
            }
            Self::Pin { message, pinned } => done(scene.try_pin(message.id, by, *pinned).await),
            Self::Mark { thread_root, ordinal } => {
                let thread_root = thread_root.as_ref().map(|root| root.id);
                let mark = MarkRead { thread_root, ..scene.new_mark(id, by, *ordinal) };
                match scene.reads.mark_read(mark).await {
                    Ok(done) => !done.events.is_empty(),
                    Err(MarkReadRefusal::Store(error)) => fail(&error),
                    Err(MarkReadRefusal::NotAMember | MarkReadRefusal::UnknownThread) => false,
                }
            }
            Self::Add { user, role } => match scene.messaging.add_member(scene.new_member(id, user.id, *role)).await {
                Ok(_) => true,
                Err(AddMemberRefusal::Store(error)) => fail(&error),
                Err(_) => false,
            },
            Self::Remove { user } => changed(scene.messaging.remove_member(id, by.id, user.id, at).await),
            Self::Leave => match scene.messaging.leave_conversation(id, by.id, at).await {
                Ok(events) => !events.is_empty(),
                Err(LeaveRefusal::Store(error)) => fail(&error),
                Err(LeaveRefusal::OwnerMustStay) => false,
            },
            Self::Role { user, role } => changed(scene.messaging.change_role(id, by.id, user.id, *role, at).await),
            Self::Mute { user, minutes } => {
                let until = minutes.map(|minutes| at + chrono::TimeDelta::minutes(minutes));
                changed(scene.moderation.mute_member(id, by.id, user.id, until, at).await)
            }
            Self::Change(changes) => changed(scene.messaging.change_conversation(id, actor, changes.clone(), at).await),
            Self::Tell { user, notice } => match scene.notices.post_notice(user.id, notice.clone(), at).await {
                Ok(done) => done.value,
                Err(PostNoticeRefusal::Store(error)) => fail(&error),
                Err(PostNoticeRefusal::UnknownUser) => false,
            },
        }
    }
}

fn any_message(
    dice: &mut Dice,
    scene: &Scene,
    id: ConversationId,
    by: &Profile,
    message: Option<Message>,
    text: &str,
) -> NewMessage {
    let new = scene.new_call(id, by, text);
    let Some(message) = message else { return new };
    match dice.below(8) {
        0..=2 => NewMessage { thread_root: Some(message.thread_root.unwrap_or(message.id)), ..new },
        3 => NewMessage { thread_root: message.thread_root, reply_to: Some(message.id), ..new },
        4 => NewMessage { nonce: message.nonce, thread_root: message.thread_root, reply_to: message.reply_to, ..new },
        _ => new,
    }
}

/// About a message, if there is one: the same may be told again.
fn any_notice(scene: &Scene, message: Option<Message>) -> Notice {
    let id = message.map_or_else(|| scene.ids.next(), |message| message.id.uuid());
    Notice { id, name: "alert.fired".to_owned(), fields: Vec::new() }
}

fn any_changes(dice: &mut Dice, text: &str) -> ConversationChanges {
    ConversationChanges {
        name: dice.one_in(2).then(|| builders::conversation_name(text)),
        topic: dice.one_in(2).then(|| Topic::parse(text).unwrap()),
        archived: dice.one_in(4).then(|| dice.one_in(3)),
        slowmode_s: dice.one_in(4).then(|| 2 * u32::from(dice.one_in(2))),
        receipts: dice.one_in(4).then(|| dice.one_in(2)),
        ..ConversationChanges::default()
    }
}

fn done<T>(outcome: Result<T, MessageRefusal>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(MessageRefusal::Store(error)) => fail(&error),
        Err(_) => false,
    }
}

fn changed<T>(outcome: Result<T, ChangeRefusal>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(ChangeRefusal::Store(error)) => fail(&error),
        Err(_) => false,
    }
}

fn fail(error: &StoreError) -> bool {
    panic!("{error:?}")
}
