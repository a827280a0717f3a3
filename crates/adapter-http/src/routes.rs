use actix_web::{HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::ApiError;
use crate::state::HttpState;
use crate::table::Table;
use crate::{admin, alerts, asyncapi, health, identity, messaging, openapi, prices};

/// Every route of the API. The path and method of each stand above its handler; fixed paths come before
/// patterns that would match them too.
pub(crate) fn routes(config: &mut ServiceConfig) {
    Table::new(config)
        // What things are worth: asked for most often, and routes are tried in this order
        .route(prices::handlers::list_popular)
        .route(prices::handlers::look_up_many)
        .route(prices::stream::stream_prices)
        .route(prices::handlers::search_assets)
        .route(prices::valuation::value_holdings)
        .route(prices::operations::list_providers)
        .route(prices::operations::get_cache_stats)
        .route(prices::operations::clear_cache)
        .route(prices::history::get_history)
        .route(prices::handlers::get_quote)
        .route(prices::watchlist::list_watched)
        .route(prices::watchlist::watch_asset)
        .route(prices::watchlist::unwatch_asset)
        .route(alerts::handlers::create_alert)
        .route(alerts::handlers::list_alerts)
        .route(alerts::handlers::get_alert)
        .route(alerts::handlers::change_alert)
        .route(alerts::handlers::delete_alert)
        .route(alerts::handlers::list_firings)
        // Who people are
        .route(identity::sign_in::register)
        .route(identity::sign_in::log_in)
        .route(identity::sign_in::enter_as_guest)
        .route(identity::sign_in::refresh)
        .route(identity::become_member::become_member)
        .route(admin::set_up::set_up)
        .route(identity::tickets::issue_ticket)
        .route(identity::passwords::change_password)
        .route(identity::passwords::ask_password_reset)
        .route(identity::passwords::reset_password)
        .route(identity::api_tokens::create_api_token)
        .route(identity::api_tokens::list_api_tokens)
        .route(identity::api_tokens::revoke_api_token)
        .route(identity::totp::get_totp)
        .route(identity::totp::offer_totp)
        .route(identity::totp::disable_totp)
        .route(identity::totp::confirm_totp)
        .route(identity::totp::renew_recovery_codes)
        .route(identity::sessions::list_sessions)
        .route(identity::sessions::end_session)
        .route(identity::sign_out::log_out)
        .route(identity::sign_out::log_out_everywhere)
        .route(identity::users::get_me)
        .route(identity::users::list_users)
        .route(identity::profile::change_profile)
        .route(identity::goodbye::delete_account)
        .route(identity::profile::put_avatar)
        .route(identity::profile::delete_avatar)
        .route(identity::blocks::list_blocks)
        .route(identity::blocks::block_user)
        .route(identity::blocks::unblock_user)
        .route(identity::goodbye::export_data)
        .route(identity::users::get_user)
        .route(identity::profile::get_avatar)
        // What they say
        .route(messaging::conversations::create_conversation)
        .route(messaging::conversations::list_conversations)
        .route(messaging::conversations::get_conversation)
        .route(messaging::conversations::change_conversation)
        .route(messaging::conversations::delete_conversation)
        .route(messaging::conversations::list_channels)
        .route(messaging::sync::sync)
        .route(messaging::members::join_channel)
        .route(messaging::members::leave_conversation)
        .route(messaging::members::list_members)
        .route(messaging::members::add_member)
        .route(messaging::members::change_member)
        .route(messaging::members::remove_member)
        .route(messaging::messages::list_messages)
        .route(messaging::messages::post_message)
        .route(messaging::events::list_events)
        .route(messaging::reads::mark_read)
        .route(messaging::reads::list_receipts)
        .route(messaging::pins::list_pins)
        .route(messaging::changes::get_message)
        .route(messaging::changes::edit_message)
        .route(messaging::changes::delete_message)
        .route(messaging::changes::list_revisions)
        .route(messaging::threads::get_thread)
        .route(messaging::reactions::react)
        .route(messaging::reactions::unreact)
        .route(messaging::pins::pin)
        .route(messaging::pins::unpin)
        .route(messaging::search::search_messages)
        // Who keeps order
        .route(messaging::reports::report_message)
        .route(messaging::reports::list_reports)
        .route(messaging::reports::close_report)
        .route(messaging::mutes::mute_member)
        .route(messaging::mutes::unmute_member)
        .route(messaging::bans::ban_user)
        .route(messaging::bans::lift_ban)
        .route(messaging::bans::list_bans)
        .route(messaging::audit::list_audit)
        .route(messaging::presence::list_presence)
        // Who runs the server
        .route(admin::accounts::list_accounts)
        .route(admin::accounts::get_account)
        .route(admin::accounts::change_account)
        .route(admin::accounts::end_sessions)
        .route(admin::accounts::set_password)
        .route(admin::totp::reset_totp)
        .route(admin::audit::list_security_log)
        .route(admin::invitations::create_invitation)
        .route(admin::invitations::list_invitations)
        .route(admin::invitations::revoke_invitation)
        .route(admin::stats::get_stats)
        // How the server is
        .route(health::get_health)
        .route(health::get_live)
        .route(health::get_ready)
        .route(openapi::get_openapi)
        .route(asyncapi::get_asyncapi)
        .close();
}

/// Puts the API into an application: its state, its routes, and a problem for every other path below
/// `/api`. Whatever else is mounted below `/api` (the socket) must be configured before; the rest (web
/// client, metrics) may come before or after.
pub fn configure_app(config: &mut web::ServiceConfig, state: web::Data<HttpState>) {
    config.app_data(state);
    routes(&mut ServiceConfig::new(config));
    config.service(web::resource("/api{rest:(/.*)?}").to(route_not_found));
}

async fn route_not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::not_found("route_not_found", "there is nothing at this path; see /api/v1/openapi.json"))
}

#[cfg(test)]
mod tests;
