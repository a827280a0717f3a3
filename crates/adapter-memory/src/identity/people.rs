use async_trait::async_trait;
use rialto_identity::{
    AccountDeletion, AccountDeletions, AvatarChange, Block, BlockStore, DeleteAccountRefusal, Email, MAX_BLOCKS,
    Picture, PresenceSetting, ProfileChanges, ProfileStore, PutBlockRefusal, Role, SessionRecord, SessionRecords,
    UnfinishedDeletion, User, avatar_url,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::tables::IdentityTables;
use crate::MemoryStore;
use crate::page::{nothing, page_of};

#[async_trait]
impl ProfileStore for MemoryStore {
    async fn update_profile(
        &self,
        user_id: UserId,
        changes: ProfileChanges,
        _at: Instant,
    ) -> Result<Option<User>, StoreError> {
        let tables = &mut self.state()?.identity;
        let Some(mut user) = tables.live_user(user_id).cloned() else { return Ok(None) };
        let ProfileChanges { display_name, bio, avatar, presence } = changes;
        user.display_name = display_name.unwrap_or(user.display_name);
        user.presence = presence.unwrap_or(user.presence);
        if let Some(bio) = bio {
            user.bio = bio.as_str().to_owned();
        }
        match avatar {
            None => {}
            Some(AvatarChange::Put(picture)) => {
                user.avatar_url = Some(avatar_url(user_id, &picture));
                tables.avatars.insert(user_id, picture);
            }
            Some(AvatarChange::Removed) => {
                user.avatar_url = None;
                tables.avatars.remove(&user_id);
            }
        }
        tables.users.insert(user_id, user.clone());
        Ok(Some(user))
    }

    async fn find_avatar(&self, user_id: UserId) -> Result<Option<Picture>, StoreError> {
        Ok(self.state()?.identity.avatars.get(&user_id).cloned())
    }
}

#[async_trait]
impl BlockStore for MemoryStore {
    async fn put_block(&self, by: UserId, user_id: UserId, at: Instant) -> Result<bool, PutBlockRefusal> {
        let tables = &mut self.state()?.identity;
        tables.live_user(user_id).ok_or(PutBlockRefusal::UnknownUser)?;
        if tables.is_blocked(by, user_id) {
            return Ok(false);
        }
        if tables.blocks.keys().filter(|(blocker, _)| *blocker == by).count() >= MAX_BLOCKS {
            return Err(PutBlockRefusal::TooMany);
        }
        tables.blocks.insert((by, user_id), at);
        Ok(true)
    }

    async fn lift_block(&self, by: UserId, user_id: UserId) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.blocks.remove(&(by, user_id)).is_some())
    }

    async fn list_blocks(
        &self,
        by: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Block>, StoreError> {
        let after = match after.map(|cursor| cursor.as_str().parse::<UserId>()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Ok(nothing()),
        };
        let tables = &self.state()?.identity;
        let own = tables.blocks.iter().filter(|((blocker, blocked), _)| *blocker == by && Some(*blocked) > after);
        let blocks = own.filter_map(|((_, id), at)| Some(Block { user: tables.users.get(id)?.clone(), at: *at }));
        Ok(page_of(blocks, limit, |block| Cursor::from_keys(&[&block.user.id])))
    }
}

#[async_trait]
impl AccountDeletions for MemoryStore {
    async fn delete_account(&self, deletion: AccountDeletion) -> Result<Vec<SessionId>, DeleteAccountRefusal> {
        let state = &mut *self.state()?;
        let tables = &mut state.identity;
        let user = tables.live_user(deletion.user_id).ok_or(DeleteAccountRefusal::UnknownUser)?.clone();
        if user.runs_the_server() && !tables.has_other_admin(user.id) {
            return Err(DeleteAccountRefusal::LastAdmin);
        }
        let ended = tables.forget(&user);
        state.portfolio.watchlists.remove(&user.id);
        let left = User {
            username: deletion.username,
            email: None,
            display_name: deletion.display_name,
            bio: String::new(),
            avatar_url: None,
            role: Role::Member,
            presence: PresenceSetting::Hidden,
            ..user
        };
        tables.by_username.insert(left.username.key(), left.id);
        tables.deleted.insert(left.id);
        let AccountDeletion { user_id, erase_messages, .. } = deletion;
        tables.unfinished.push(UnfinishedDeletion { user_id, erase_messages });
        tables.users.insert(left.id, left);
        state.alerts.forget(user_id);
        Ok(ended)
    }

    async fn list_unfinished(&self, limit: i64) -> Result<Vec<UnfinishedDeletion>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or_default();
        Ok(self.state()?.identity.unfinished.iter().take(limit).copied().collect())
    }

    async fn finish(&self, user_id: UserId) -> Result<(), StoreError> {
        self.state()?.identity.unfinished.retain(|deletion| deletion.user_id != user_id);
        Ok(())
    }
}

impl IdentityTables {
    /// Drops all that hangs on a user; the sessions that were live.
    fn forget(&mut self, user: &User) -> Vec<SessionId> {
        let own: Vec<SessionId> =
            self.sessions.values().map(|row| &row.session).filter(|s| s.user_id == user.id).map(|s| s.id).collect();
        let mut live: Vec<_> = own.iter().copied().filter(|id| self.live_session(*id).is_some()).collect();
        live.append(&mut self.delete_api_tokens_of(user.id));
        self.sessions.retain(|id, _| !own.contains(id));
        self.refresh_tokens.retain(|_, token| !own.contains(&token.session_id));
        self.by_username.remove(&user.username.key());
        if let Some(email) = &user.email {
            self.by_email.remove(&Email::key(email));
        }
        self.password_hashes.remove(&user.id);
        self.totp.remove(&user.id);
        self.resets.retain(|_, row| row.reset.user_id != user.id);
        self.invitations.retain(|_, invitation| invitation.created_by != Some(user.id));
        self.avatars.remove(&user.id);
        self.blocks.retain(|(by, of), _| *by != user.id && *of != user.id);
        live
    }
}

#[async_trait]
impl SessionRecords for MemoryStore {
    async fn list_session_records(
        &self,
        user_id: UserId,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let tables = &self.state()?.identity;
        let own = tables.sessions.values().filter(|row| row.session.user_id == user_id && Some(row.session.id) > after);
        let mut records: Vec<_> = own
            .map(|row| SessionRecord {
                id: row.session.id,
                device: row.session.device.clone(),
                created_at: row.session.created_at,
                ended_at: row.revoked_at,
            })
            .collect();
        records.sort_by_key(|record| record.id);
        records.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(records)
    }
}
