//! What every [`AccountAdmin`](rialto_identity::AccountAdmin) promises.

mod changes;
mod last_admin;
mod list;
mod passwords;

pub use changes::*;
pub use last_admin::*;
pub use list::*;
pub use passwords::*;

/// Runs the rules of [`AccountAdmin`](rialto_identity::AccountAdmin) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! account_admin_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, account_admin:
            a_member_becomes_an_admin_and_stays_signed_in,
            a_demoted_admin_is_signed_out,
            a_disabled_user_is_signed_out_everywhere,
            a_session_opened_while_disabled_is_not_live,
            an_enabled_user_signs_in_again_but_old_sessions_stay_ended,
            disabling_twice_keeps_the_first_instant,
            a_guest_can_be_disabled_but_not_promoted,
            a_disabled_guest_does_not_become_a_member,
            nobody_cannot_be_changed,
            the_last_admin_stays,
            a_disabled_admin_does_not_count,
            of_two_admins_who_demote_each_other_at_once_one_stays,
            of_many_admins_who_go_at_once_one_stays,
            an_upgrade_and_a_ban_at_once_both_end,
            everybody_is_listed_in_order_and_paged_without_loss,
            accounts_are_found_by_the_start_of_name_or_address,
            accounts_are_found_by_role_and_state,
            accounts_after_a_strange_cursor_are_a_page,
            a_created_account_has_a_password_and_no_session,
            a_created_account_must_have_a_free_name_and_address,
            a_replaced_password_ends_every_session,
            guests_and_nobody_have_no_password_to_replace,
            accounts_and_live_sessions_are_counted,
        }
    };
}
