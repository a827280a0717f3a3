use std::ops::Bound;

use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, AuditEntry, Ban, ChangeRefusal, Done, Event, Member, MemberRole, ModerationStore, Reason,
    Report, ReportOutcome, Standing,
};

use super::log::Act;
use super::tables::{Decision, KeptConversation};
use crate::MemoryStore;
use crate::identity::tables::IdentityTables;
use crate::page::{nothing, page_of};
use crate::state::State;

#[async_trait]
impl ModerationStore for MemoryStore {
    async fn mute_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.state()?.mute_member(conversation_id, by, user_id, until, at)
    }

    async fn ban_user(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.state()?.ban_user(conversation_id, by, user_id, reason, at)
    }

    async fn lift_ban(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<bool, ChangeRefusal> {
        self.state()?.lift_ban(conversation_id, by, user_id, at)
    }

    async fn list_bans(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Ban>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(nothing()) };
        let start = match after.map(|cursor| cursor.as_str().parse::<UserId>()) {
            Some(Err(_)) => return Ok(nothing()),
            Some(Ok(user_id)) => Bound::Excluded(user_id),
            None => Bound::Unbounded,
        };
        let bans = kept.bans.range((start, Bound::Unbounded)).map(|(_, ban)| ban.clone());
        Ok(page_of(bans, limit, |ban| Cursor::from_keys(&[&ban.user.id])))
    }

    async fn insert_report(
        &self,
        id: ReportId,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.state()?.insert_report(id, message_id, reporter, reason, at)
    }

    async fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError> {
        self.state()?.list_reports(reader, open, after.as_ref(), limit)
    }

    async fn close_report(
        &self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.state()?.close_report(id, by, outcome, at)
    }

    async fn list_audit(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(nothing()) };
        let end = match after.map(|cursor| cursor.as_str().parse::<usize>()) {
            Some(Err(_)) => return Ok(nothing()),
            Some(Ok(position)) => position.min(kept.audit.len()),
            None => kept.audit.len(),
        };
        let entries = kept.audit.iter().enumerate().take(end).rev();
        let page = page_of(entries, limit, |(position, _)| Cursor::from_keys(&[position]));
        Ok(page.map(|(_, entry)| entry.clone()))
    }
}

impl State {
    fn mute_member(
        &mut self,
        id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        let by_role = kept.check_moderates(identity, by, at)?;
        let role = kept.role_of(user_id).ok_or(ChangeRefusal::NoSuchMember)?;
        if !by_role.may_remove(role) {
            return Err(ChangeRefusal::NotAllowed);
        }
        let before = match until {
            Some(until) => kept.mutes.insert(user_id, until),
            None => kept.mutes.remove(&user_id),
        };
        let mut events = Vec::new();
        if before != until {
            events.push(kept.append_event(identity, at, Act::MuteChanged { user: user_id, role })?);
            kept.note(Decision {
                users: identity,
                by,
                action: if until.is_some() { AuditAction::MemberMuted } else { AuditAction::MemberUnmuted },
                user_id: Some(user_id),
                message_id: None,
                detail: until.map(|until| until.to_rfc3339()).unwrap_or_default(),
                at,
            })?;
        }
        let value = kept.member(identity, user_id)?.ok_or(ChangeRefusal::NoSuchMember)?;
        Ok(Done { value, events })
    }

    fn ban_user(
        &mut self,
        id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        let by_role = kept.check_moderates(identity, by, at)?;
        let user = identity.profile(user_id).ok_or(ChangeRefusal::NoSuchMember)?;
        if kept.role_of(user_id).is_some_and(|role| !by_role.may_remove(role)) {
            return Err(ChangeRefusal::NotAllowed);
        }
        if kept.bans.contains_key(&user_id) {
            return Ok(Vec::new());
        }
        kept.note(Decision {
            users: identity,
            by,
            action: AuditAction::UserBanned,
            user_id: Some(user_id),
            message_id: None,
            detail: reason.as_str().to_owned(),
            at,
        })?;
        kept.bans.insert(user_id, Ban { user, by, reason, at });
        Ok(self.dismiss(id, user_id, at)?)
    }

    fn lift_ban(
        &mut self,
        id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<bool, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        kept.check_moderates(identity, by, at)?;
        let was_banned = kept.bans.remove(&user_id).is_some();
        if was_banned {
            kept.note(Decision {
                users: identity,
                by,
                action: AuditAction::UserUnbanned,
                user_id: Some(user_id),
                message_id: None,
                detail: String::new(),
                at,
            })?;
        }
        Ok(was_banned)
    }
}

impl KeptConversation {
    /// The role of somebody who keeps order in it.
    fn check_moderates(&self, users: &IdentityTables, by: UserId, at: Instant) -> Result<MemberRole, ChangeRefusal> {
        let member = self.member(users, by)?.ok_or(ChangeRefusal::NotFound)?;
        let actor = Actor { id: by, is_guest: false, is_admin: false };
        let standing = Standing { conversation: &self.conversation, member: Some(&member), block: None, actor, at };
        if standing.moderates() { Ok(member.role) } else { Err(ChangeRefusal::NotAllowed) }
    }
}
