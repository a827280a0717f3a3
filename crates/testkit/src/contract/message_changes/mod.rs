//! What every [`MessageChanges`](rialto_messaging::MessageChanges) promises.

mod access;
mod deletions;
mod edits;
mod pins;
mod reactions;
mod reading;

pub use access::*;
pub use deletions::*;
pub use edits::*;
pub use pins::*;
pub use reactions::*;
pub use reading::*;

/// Runs the rules of [`MessageChanges`](rialto_messaging::MessageChanges) on an adapter. The constructor
/// is the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! message_changes_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, message_changes:
            a_message_is_found_by_its_id,
            an_unknown_message_is_absent,
            a_message_looks_the_same_wherever_it_is_read,
            only_mine_depends_on_the_reader,
            strangers_learn_of_no_message,
            an_admin_of_the_server_from_outside_may_only_delete,
            who_may_not_write_changes_nothing,
            only_the_sender_edits,
            an_edited_message_says_the_new_thing_in_the_old_place,
            what_a_message_said_before_is_kept,
            an_edit_to_the_same_content_is_none,
            a_replay_shows_the_message_of_now,
            a_retry_of_an_edited_message_gets_it_as_it_is_now,
            a_deleted_message_is_not_edited,
            a_message_is_edited_a_hundred_times,
            an_edit_leaves_all_else_as_it_is,
            of_many_edits_at_once_none_is_lost,
            a_deleted_message_is_a_tombstone_everywhere,
            a_message_is_deleted_once,
            of_many_deletions_at_once_one_is_logged,
            a_message_is_deleted_by_its_sender_or_a_moderator,
            who_may_not_write_any_more_still_deletes,
            what_a_moderator_deletes_is_written_down,
            a_retry_of_a_deleted_message_gets_the_tombstone,
            a_thread_outlives_its_first_message,
            a_reaction_is_logged_and_shown,
            a_reaction_is_there_or_not,
            the_first_emoji_comes_first,
            emoji_of_equal_times_come_in_order_of_their_text,
            a_replay_shows_the_count_of_now,
            a_message_has_fifty_different_emoji,
            nobody_reacts_to_a_deleted_message,
            reactions_of_those_who_left_stay,
            of_many_reactions_at_once_none_is_lost,
            of_many_equal_reactions_at_once_one_is_logged,
            a_pin_is_logged_and_shown,
            a_message_is_pinned_or_not,
            the_message_pinned_last_comes_first,
            moderators_pin_and_both_users_of_a_direct_conversation,
            a_deleted_message_is_not_pinned,
            a_conversation_has_a_hundred_pins,
            a_replay_shows_whether_it_is_pinned_now,
            of_many_pins_at_once_no_more_than_fit_are_made,
            pins_are_shown_as_the_reader_sees_them,
        }
    };
}
