//! What every [`ModerationStore`](rialto_messaging::ModerationStore) promises.

mod audit;
mod bans;
mod mutes;
mod reports;

pub use audit::*;
pub use bans::*;
pub use mutes::*;
pub use reports::*;

/// Runs the rules of [`ModerationStore`](rialto_messaging::ModerationStore) on an adapter. The constructor
/// is the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! moderation_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, moderation_store:
            a_mute_is_logged_and_kept,
            a_muted_member_does_not_write,
            a_mute_ends_by_itself,
            a_lifted_mute_lets_write_again,
            a_mute_outlasts_the_membership,
            who_comes_back_muted_is_shown_as_muted,
            a_mute_of_who_is_out_stays_as_it_is,
            a_mute_that_changes_nothing_is_not_logged,
            moderators_mute_whoever_is_below_them,
            a_replay_shows_the_mute_of_now,
            mutes_are_written_down,
            a_banned_member_is_out,
            a_banned_user_does_not_come_in,
            banning_again_changes_nothing,
            a_lifted_ban_lets_come_in_again,
            moderators_ban_whoever_is_below_them,
            bans_are_listed_in_order_of_user_id,
            of_many_bans_at_once_one_is_logged,
            nobody_is_in_whom_a_ban_keeps_out,
            a_report_keeps_what_the_message_said,
            an_open_report_is_not_made_twice,
            of_many_equal_reports_at_once_one_is_made,
            who_is_not_in_reports_nothing,
            reports_are_for_those_who_keep_order,
            a_report_is_closed_once,
            the_newest_report_comes_first,
            reports_outlive_their_conversation,
            every_decision_is_written_down,
            what_people_do_themselves_is_not_written_down,
            what_is_refused_is_not_written_down,
            the_newest_decision_comes_first,
        }
    };
}
