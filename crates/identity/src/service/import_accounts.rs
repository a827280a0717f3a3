//! Accounts of another server.

use std::collections::HashSet;
use std::sync::Arc;

use rialto_kernel::{Arrival, Clock, Instant, Origin, Remark, StoreError, UserId};
use unicode_normalization::UnicodeNormalization;

use crate::model::{
    AccountHere, AccountThere, DisplayName, Email, ImportRules, PasswordHash, PresenceSetting, Role, User, Username,
};
use crate::ports::{AccountImport, Newcomer};

/// Takes in the accounts of one server, one after the other.
pub struct AccountImporter {
    imports: Arc<dyn AccountImport>,
    clock: Arc<dyn Clock>,
    origin: Origin,
    rules: ImportRules,
    /// The names and addresses of those who came before in this run, as they are compared.
    names: HashSet<String>,
    addresses: HashSet<String>,
}

impl AccountImporter {
    /// An importer from `origin`.
    #[must_use]
    pub fn new(imports: Arc<dyn AccountImport>, clock: Arc<dyn Clock>, origin: Origin, rules: ImportRules) -> Self {
        Self { imports, clock, origin, rules, names: HashSet::new(), addresses: HashSet::new() }
    }

    /// Takes an account in, unless it is here. Its owner keeps password, address, names, and the time when they came.
    /// What the rules of this server do not allow is made to fit where that takes nothing from them, and said: a name
    /// is changed, an address or a password that cannot be one is left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn import(&mut self, there: AccountThere) -> Result<AccountHere, StoreError> {
        let mut remarks = Vec::new();
        let id = UserId::from_uuid(self.origin.id("user", &there.id, there.created_at));
        let name = self.choose_name(&there, &mut remarks);
        let user = user_of(id, &there, name, self.clock.now(), &mut remarks);
        let hash = hash_of(&there, &mut remarks);
        match self.imports.judge_newcomer(&user).await? {
            Newcomer::Known => {
                self.note(&user);
                // What was remarked when it came in need not be said again.
                Ok(AccountHere { user_id: Some(id), arrival: Arrival::Known, remarks: Vec::new() })
            }
            Newcomer::EmailTaken(holder) => Ok(self.meet_holder(holder)),
            Newcomer::UsernameTaken if !is_changed(&there, &user) => Ok(refused("username", "somebody has it here")),
            Newcomer::UsernameTaken | Newcomer::New => self.take_in(&there, user, hash, remarks).await,
        }
    }

    async fn take_in(
        &mut self,
        there: &AccountThere,
        mut user: User,
        hash: Option<PasswordHash>,
        mut remarks: Vec<Remark>,
    ) -> Result<AccountHere, StoreError> {
        if user.email.as_ref().is_some_and(|email| self.addresses.contains(&email.key())) {
            return Ok(refused("email", "another account there has the same one"));
        }
        let mut met = self.store(&user, hash.clone()).await?;
        if met == Newcomer::UsernameTaken {
            // The name was not the account's own any more: one more change costs nothing.
            user.username = marked(&user.username, &there.id);
            met = self.store(&user, hash).await?;
        }
        match met {
            Newcomer::New | Newcomer::Known => {
                if is_changed(there, &user) {
                    remarks.retain(|remark| remark.field != "username");
                    remarks.push(Remark::new("username", renamed(there, &user.username)));
                }
                self.note(&user);
                let arrival = if met == Newcomer::New { Arrival::New } else { Arrival::Known };
                Ok(AccountHere { user_id: Some(user.id), arrival, remarks })
            }
            Newcomer::EmailTaken(holder) => Ok(self.meet_holder(holder)),
            Newcomer::UsernameTaken => Ok(refused("username", "somebody has it here")),
        }
    }

    async fn store(&self, user: &User, hash: Option<PasswordHash>) -> Result<Newcomer, StoreError> {
        if self.rules.dry_run {
            self.imports.judge_newcomer(user).await
        } else {
            self.imports.import_account(user.clone(), hash).await
        }
    }

    /// Somebody has the address here.
    fn meet_holder(&self, holder: UserId) -> AccountHere {
        if !self.rules.merge_by_email {
            return refused("email", "somebody has it here; --merge-by-email makes the two one");
        }
        let remark = Remark::new("email", format!("belongs to the user {holder} here: the two are one now"));
        AccountHere { user_id: Some(holder), arrival: Arrival::Known, remarks: vec![remark] }
    }

    /// The name that an account has here. Two that differ in the case of letters alone are one name here: the second
    /// of them is marked.
    fn choose_name(&self, there: &AccountThere, remarks: &mut Vec<Remark>) -> Username {
        let name = match Username::choose(there.username.trim()) {
            Ok(name) => name,
            Err(refusal) => {
                remarks.push(Remark::new("username", refusal.to_string()));
                derived(there)
            }
        };
        if self.names.contains(&name.key()) { marked(&name, &there.id) } else { name }
    }

    fn note(&mut self, user: &User) {
        self.names.insert(user.username.key());
        self.addresses.extend(user.email.as_ref().map(Email::key));
    }
}

fn refused(field: &'static str, text: &str) -> AccountHere {
    AccountHere { user_id: None, arrival: Arrival::Refused, remarks: vec![Remark::new(field, text)] }
}

fn is_changed(there: &AccountThere, user: &User) -> bool {
    user.username.as_str() != there.username.trim()
}

fn renamed(there: &AccountThere, name: &Username) -> String {
    format!(
        "{:?} cannot be a name here, or differs from another in the case of letters alone: it is {name} now",
        there.username
    )
}

fn user_of(id: UserId, there: &AccountThere, username: Username, now: Instant, remarks: &mut Vec<Remark>) -> User {
    let shown = there.display_name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&there.username);
    let display_name = DisplayName::parse(shown).unwrap_or_else(|refusal| {
        if there.display_name.is_some() {
            remarks.push(Remark::new("display_name", format!("{refusal}: it is the username now")));
        }
        DisplayName::from(&username)
    });
    User {
        id,
        display_name,
        username,
        email: email_of(there, remarks),
        bio: String::new(),
        avatar_url: avatar_of(there, remarks),
        role: Role::Member,
        presence: PresenceSetting::default(),
        created_at: there.created_at.unwrap_or(now),
        disabled_at: there.disabled.then_some(now),
    }
}

fn email_of(there: &AccountThere, remarks: &mut Vec<Remark>) -> Option<Email> {
    match there.email.as_deref().map(str::trim).filter(|email| !email.is_empty()).map(Email::parse) {
        Some(Ok(email)) => Some(email),
        Some(Err(refusal)) => {
            remarks.push(Remark::new("email", format!("{refusal}: there is none here")));
            None
        }
        None => {
            remarks.push(Remark::new("email", "there is none: only the username signs in"));
            None
        }
    }
}

/// The longest address of a picture that is kept.
const MAX_AVATAR_BYTES: usize = 2_000;

fn avatar_of(there: &AccountThere, remarks: &mut Vec<Remark>) -> Option<String> {
    let url = there.avatar_url.as_deref().map(str::trim).filter(|url| !url.is_empty())?;
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web && url.len() <= MAX_AVATAR_BYTES && url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(url.to_owned());
    }
    remarks.push(Remark::new("avatar_url", "is no web address: there is no picture here"));
    None
}

fn hash_of(there: &AccountThere, remarks: &mut Vec<Remark>) -> Option<PasswordHash> {
    let hash = there.password_hash.as_deref().map(str::trim).filter(|hash| !hash.is_empty());
    let usable = hash.filter(|hash| is_bcrypt(hash)).map(|hash| PasswordHash::new(hash.to_owned()));
    if usable.is_none() {
        let what = if hash.is_some() { "is no bcrypt hash" } else { "there is none" };
        remarks.push(Remark::new("password", format!("{what}: they set one by mail before they sign in")));
    }
    usable
}

/// `$2a$10$` and 53 more characters. A cost beyond 17 would make every sign-in a minute of work.
fn is_bcrypt(hash: &str) -> bool {
    let Some((head, rest)) = hash.split_at_checked(7) else { return false };
    let cost = head.get(4..6).and_then(|cost| cost.parse::<u32>().ok());
    ["$2a$", "$2b$", "$2y$"].iter().any(|kind| head.starts_with(kind))
        && head.ends_with('$')
        && cost.is_some_and(|cost| (4..=17).contains(&cost))
        && rest.len() == 53
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'))
}

/// A name that is allowed, as close to the one there as can be.
fn derived(there: &AccountThere) -> Username {
    let mut name = String::new();
    for c in there.username.trim().nfkc() {
        let fits = c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        match (fits, name.ends_with('_')) {
            (true, _) => name.push(c),
            (false, false) => name.push('_'),
            (false, true) => {}
        }
    }
    let name: String = name.trim_matches('_').chars().take(50).collect();
    let marked = || Username::choose(&format!("{name}-{}", mark(&there.id)));
    Username::choose(&name).or_else(|_| marked()).unwrap_or_else(|_| plain(&there.id))
}

/// The same name with a mark that tells it from others.
fn marked(name: &Username, id: &str) -> Username {
    let start: String = name.as_str().chars().take(37).collect();
    Username::choose(&format!("{start}-{}", mark(id))).unwrap_or_else(|_| plain(id))
}

fn plain(id: &str) -> Username {
    // Letters and digits of ASCII alone: always a name.
    Username::parse(&format!("user-{}", mark(id))).unwrap_or_else(|_| Username::guest(0))
}

/// Twelve characters of an id, which tell it from others well enough for a name.
fn mark(id: &str) -> String {
    let digits: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let mark: String = digits[digits.len().saturating_sub(12)..].iter().collect();
    if mark.is_empty() { "0".to_owned() } else { mark.to_lowercase() }
}

#[cfg(test)]
mod tests;
