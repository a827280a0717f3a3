//! What every [`PasswordStore`](rialto_identity::PasswordStore) promises.

mod changes;
mod resets;

pub use changes::*;
pub use resets::*;

/// Runs the rules of [`PasswordStore`](rialto_identity::PasswordStore) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! password_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, password_store:
            the_hash_of_a_password_is_found_by_its_user,
            a_hash_is_replaced_if_it_is_still_the_one,
            a_change_and_a_replacement_at_once_keep_the_change,
            a_change_ends_the_other_sessions_and_their_tokens,
            a_change_from_another_hash_changes_nothing,
            nobody_changes_a_password_through_a_session_that_is_not_live,
            of_many_changes_at_once_one_wins,
            a_reset_sets_the_password_and_ends_every_session,
            a_reset_token_works_once,
            a_reset_token_expires,
            an_unknown_reset_token_is_good_for_nothing,
            of_many_resets_with_one_token_one_wins,
            a_reset_voids_the_other_tokens_of_its_user,
            a_change_voids_the_reset_tokens_of_its_user,
            a_fresh_hash_voids_nothing,
            one_mail_a_minute_and_five_an_hour,
            mails_are_counted_for_each_user,
            of_many_mails_at_once_one_is_stored,
            whoever_has_no_password_or_another_address_gets_no_token,
        }
    };
}
