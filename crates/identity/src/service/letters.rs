//! What users are written to.

use std::time::Duration;

use crate::model::{Email, Mail, ResetRules, ResetToken, User};

/// The link that sets a password anew. The token stands behind the `#`: no server and no proxy on the way logs it.
pub(super) fn password_reset(user: &User, to: Email, token: &ResetToken, rules: &ResetRules) -> Mail {
    let text = format!(
        "Hello {name},\n\n\
         somebody, probably you, asked to set a new password for the account {username}.\n\
         This link does it, once, within {lifetime}:\n\n\
         {page}#token={token}\n\n\
         If it was not you, there is nothing to do: without the link the password stays as it is.\n",
        name = user.display_name.as_str(),
        username = user.username.as_str(),
        lifetime = in_words(rules.lifetime),
        page = rules.page,
        token = token.reveal(),
    );
    Mail::new(to, "Set a new password", text)
}

/// That a session ended because its refresh token was used twice.
pub(super) fn session_ended_by_reuse(user: &User, to: Email) -> Mail {
    let text = format!(
        "Hello {name},\n\n\
         one of the sessions of your account {username} was ended, because a key of it that works once was used a\n\
         second time. Somebody may have copied it; or a program of yours kept an old copy.\n\n\
         Sign in again on that device. If you do not know what this was, look at your sessions, end those you do not\n\
         know, and change your password.\n",
        name = user.display_name.as_str(),
        username = user.username.as_str(),
    );
    Mail::new(to, "A session was ended", text)
}

fn in_words(lifetime: Duration) -> String {
    let minutes = lifetime.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (1, 0) => "an hour".to_owned(),
        (hours, 0) if hours > 0 => format!("{hours} hours"),
        _ => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{email, rules, user};

    #[test]
    fn the_token_stands_behind_the_hash_of_the_page() {
        let token = ResetToken::new("secret".into());
        let mail = password_reset(&user(), email("ann@example.org"), &token, &rules());
        assert!(mail.text.contains("\nhttps://rialto.example/reset-password#token=secret\n"), "{}", mail.text);
        assert!(mail.text.contains("within an hour"), "{}", mail.text);
        assert!(!mail.subject.contains("secret"));
    }

    #[test]
    fn lifetimes_read_like_words() {
        let words: Vec<_> = [900, 3_600, 5_400, 7_200].map(|s| in_words(Duration::from_secs(s))).into();
        assert_eq!(words, ["15 minutes", "an hour", "90 minutes", "2 hours"]);
    }
}
