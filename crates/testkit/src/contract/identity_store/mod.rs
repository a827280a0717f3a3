//! What every [`IdentityStore`](rialto_identity::IdentityStore) promises.

mod accounts;
mod credentials;
mod members;
mod refresh_tokens;
mod retries;
mod sessions;
mod upgrades;
mod user_list;

pub use accounts::*;
pub use credentials::*;
pub use members::*;
pub use refresh_tokens::*;
pub use retries::*;
pub use sessions::*;
pub use upgrades::*;
pub use user_list::*;

/// Runs the rules of [`IdentityStore`](rialto_identity::IdentityStore) on an adapter. The constructor is
/// the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! identity_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, identity_store:
            an_account_comes_back_as_it_was_stored,
            a_guest_has_neither_password_nor_address,
            an_unknown_user_is_absent,
            times_keep_their_microseconds,
            texts_come_back_character_for_character,
            ids_keep_every_bit,
            a_username_is_taken_in_any_letter_case,
            a_username_is_taken_in_any_compatibility_form,
            an_address_is_taken_in_any_letter_case,
            guests_without_address_do_not_collide,
            a_refused_account_leaves_nothing_behind,
            of_many_accounts_of_one_name_at_once_one_wins,
            of_many_accounts_of_one_address_at_once_one_wins,
            a_guest_becomes_the_same_user_as_a_member,
            a_guest_may_show_another_name_as_a_member,
            an_upgraded_guest_signs_in_by_name_and_address_and_is_listed,
            the_username_of_a_guest_is_free_once_it_is_a_member,
            a_guest_may_keep_its_username,
            the_session_of_an_upgraded_guest_goes_on_with_the_new_token,
            a_refresh_token_from_before_an_upgrade_counts_as_used,
            what_an_upgraded_guest_said_and_joined_stays_under_the_new_name,
            a_member_cannot_be_upgraded,
            nobody_is_upgraded_through_a_session_that_is_not_live,
            an_upgrade_to_a_taken_name_or_address_changes_nothing,
            of_many_upgrades_of_one_guest_at_once_one_wins,
            of_many_upgrades_to_one_name_or_address_at_once_one_wins,
            an_upgrade_and_refreshes_at_once_leave_one_token_that_works,
            credentials_are_found_by_name_and_by_address,
            credentials_are_found_in_any_letter_case,
            a_guest_has_no_credentials,
            unknown_logins_have_no_credentials,
            a_new_session_is_live_beside_the_first,
            an_unknown_session_is_absent,
            a_revoked_session_is_gone,
            a_session_is_revoked_once,
            of_many_revocations_at_once_one_counts,
            revoking_all_sessions_names_the_live_ones,
            revoking_all_sessions_spares_other_users,
            a_refresh_token_is_traded_once,
            the_replacement_works,
            a_reused_token_revokes_its_session,
            a_reused_token_spares_other_sessions,
            a_reused_token_revokes_even_after_it_expired,
            of_many_redemptions_at_once_one_rotates,
            an_expired_token_is_refused_and_replaces_nothing,
            a_token_works_until_the_instant_it_expires,
            an_unknown_token_replaces_nothing,
            a_token_of_a_revoked_session_is_unknown,
            a_lost_answer_is_asked_for_again_with_the_same_key,
            an_answer_that_was_used_is_not_given_again,
            another_key_or_none_is_reuse,
            a_token_used_without_a_key_is_reuse_with_one,
            what_a_retry_voids_counts_as_used,
            an_upgrade_voids_what_could_be_asked_for_again,
            a_retry_of_an_expired_token_is_refused_and_ends_nothing,
            a_request_that_is_overtaken_by_its_retry_changes_nothing,
            of_many_retries_at_once_the_last_answer_works,
            no_order_of_refreshes_leaves_two_live_tokens,
            users_are_listed_in_order_of_their_key,
            users_are_paged_without_loss,
            users_are_found_by_prefix_in_any_letter_case,
            wildcards_in_a_prefix_stand_for_themselves,
            a_prefix_no_name_can_have_finds_nobody,
            guests_are_not_listed,
            a_full_last_page_of_users_has_no_cursor,
            users_after_a_strange_cursor_are_a_page,
            users_are_found_by_words_of_their_display_name,
            an_upgraded_guest_is_found_by_their_display_name,
            members_are_listed_by_age_and_counted,
            a_member_is_found_and_a_guest_is_none,
            a_member_signs_in_by_another_name_and_address,
            a_name_or_address_of_another_is_refused,
            guests_and_nobody_get_no_other_name,
        }
    };
}
