//! What every [`ReadPointers`](rialto_messaging::ReadPointers) promises.

mod counts;
mod mentions;
mod pointers;
mod receipts;
mod threads;

pub use counts::*;
pub use mentions::*;
pub use pointers::*;
pub use receipts::*;
pub use threads::*;

/// Runs the rules of [`ReadPointers`](rialto_messaging::ReadPointers) on an adapter. The constructor
/// is the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! read_pointers_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, read_pointers:
            a_pointer_that_moves_is_logged_for_its_reader,
            a_pointer_never_moves_back,
            a_pointer_stops_at_the_last_message,
            who_is_not_in_marks_nothing,
            who_comes_in_has_read_what_was_said_before,
            sending_moves_no_pointer,
            pointers_of_conversations_are_kept_apart,
            who_may_only_read_marks_what_they_read,
            of_many_marks_at_once_the_furthest_wins,
            personal_numbers_have_no_holes_while_much_happens,
            unread_is_what_others_said_since,
            a_deleted_message_is_not_unread,
            replies_are_unread_in_their_thread_alone,
            changes_of_a_message_make_nothing_unread,
            counts_are_the_same_wherever_they_are_read,
            counts_are_right_from_every_pointer,
            a_mention_counts_until_it_is_read,
            all_counts_for_everybody_else,
            here_counts_for_those_who_are_online,
            a_message_that_mentions_somebody_in_every_way_counts_once,
            a_plain_members_call_to_all_counts_for_nobody,
            an_edit_changes_whom_a_message_mentions,
            a_deleted_message_mentions_nobody,
            mentions_in_threads_count_in_the_conversation_too,
            all_in_a_thread_counts_for_its_followers,
            who_is_not_in_is_not_mentioned,
            a_thread_tells_its_replies,
            only_messages_outside_threads_have_threads,
            those_whom_a_thread_concerns_follow_it,
            whoever_comes_to_be_mentioned_follows,
            a_starter_who_replies_first_follows_from_there,
            replying_moves_no_pointer_of_who_follows,
            a_thread_is_read_by_itself,
            a_threads_pointer_stops_at_the_last_message,
            whoever_marks_a_thread_follows_it,
            only_threads_of_the_conversation_are_marked,
            what_is_unread_of_a_thread_is_what_others_said,
            a_thread_outlives_its_starters_membership,
            who_comes_back_has_read_the_threads_they_follow,
            receipts_tell_how_far_each_member_has_read,
            receipts_come_in_order_of_user_id,
            a_full_last_page_of_receipts_has_no_cursor,
            receipts_after_a_strange_cursor_are_none,
        }
    };
}
