use rialto_identity::{AccountFilter, AdminService, User};
use rialto_kernel::PageLimit;
use serde_json::json;

use super::super::print::print_line;
use crate::start_error::StartError;

/// Prints everybody in order of name, one a line.
pub async fn print(admin: &AdminService, as_json: bool) -> Result<(), StartError> {
    let mut after = None;
    loop {
        let page =
            admin.list_accounts(AccountFilter::default(), after, PageLimit::default()).await.map_err(super::failed)?;
        for user in &page.items {
            print_line(&if as_json { json_of(user) } else { text_of(user) })?;
        }
        match page.next_cursor {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

fn text_of(user: &User) -> String {
    let email = user.email.as_ref().map_or("-", |email| email.as_str());
    let state = if user.disabled_at.is_some() { "  disabled" } else { "" };
    format!("{:<7} {:<24} {email}{state}", user.role.as_str(), user.username.as_str())
}

fn json_of(user: &User) -> String {
    let time = |at: rialto_kernel::Instant| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    json!({
        "id": user.id.to_string(),
        "username": user.username.as_str(),
        "email": user.email.as_ref().map(|email| email.as_str()),
        "display_name": user.display_name.as_str(),
        "role": user.role.as_str(),
        "created_at": time(user.created_at),
        "disabled_at": user.disabled_at.map(time),
    })
    .to_string()
}
