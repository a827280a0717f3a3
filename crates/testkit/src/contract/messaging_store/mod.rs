//! What every [`MessagingStore`](rialto_messaging::MessagingStore) promises.

mod changes;
mod channels;
mod conversations;
mod deletion;
mod directs;
mod events;
mod history;
mod member_list;
mod members;
mod mentions;
mod messages;
mod nonces;
mod numbers;
mod personal_streams;
mod refusals;
mod removals;
mod replay;
mod rights;
mod roles;
mod settings;
mod slow_mode;
mod summaries;
mod threads;
mod tops;

pub use changes::*;
pub use channels::*;
pub use conversations::*;
pub use deletion::*;
pub use directs::*;
pub use events::*;
pub use history::*;
pub use member_list::*;
pub use members::*;
pub use mentions::*;
pub use messages::*;
pub use nonces::*;
pub use numbers::*;
pub use personal_streams::*;
pub use refusals::*;
pub use removals::*;
pub use replay::*;
pub use rights::*;
pub use roles::*;
pub use settings::*;
pub use slow_mode::*;
pub use summaries::*;
pub use threads::*;
pub use tops::*;

/// Runs the rules of [`MessagingStore`](rialto_messaging::MessagingStore) on an adapter. The constructor
/// is the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! messaging_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, messaging_store:
            a_conversation_comes_back_as_it_was_stored,
            first_members_are_logged_in_order,
            a_conversation_without_members_has_an_empty_log,
            a_channel_name_is_taken_in_any_letter_case,
            the_same_channel_again_is_refused_as_taken,
            of_many_channels_of_one_name_at_once_one_wins,
            groups_share_names,
            an_unknown_participant_is_refused_and_nothing_is_stored,
            an_unknown_conversation_is_absent,
            a_pair_has_one_direct_conversation_in_any_order,
            a_pair_raced_in_both_orders_gets_one_conversation,
            other_pairs_have_their_own_direct_conversation,
            a_direct_conversation_is_found_by_its_pair,
            a_new_member_is_logged_and_found,
            a_member_who_is_in_stays_as_they_are,
            an_unknown_user_is_not_added,
            nobody_is_added_to_an_unknown_conversation,
            of_many_additions_at_once_one_is_logged,
            a_removed_member_is_logged_and_gone,
            a_member_is_removed_once,
            of_many_removals_at_once_one_is_logged,
            whoever_may_not_invite_brings_nobody_in,
            an_owner_leaves_last,
            nobody_is_brought_into_a_group_whose_owner_leaves,
            a_removed_member_may_come_back,
            members_are_listed_in_order_of_joining,
            members_who_joined_at_once_are_listed_by_id,
            a_full_last_page_of_members_has_no_cursor,
            members_after_a_strange_cursor_are_none,
            a_message_comes_back_as_it_was_stored,
            content_comes_back_character_for_character,
            the_longest_message_comes_back,
            a_message_moves_its_conversation_on,
            every_role_but_reader_writes,
            a_message_answers_any_message_of_its_conversation,
            who_is_not_in_does_not_write,
            unknown_conversations_and_senders_are_no_members,
            a_reader_does_not_write,
            a_message_answers_no_message_of_elsewhere,
            refusals_come_in_their_order,
            a_refused_message_leaves_nothing_behind,
            a_retry_returns_the_original,
            a_retry_returns_the_original_even_after_the_sender_left,
            a_nonce_of_another_message_conflicts,
            another_users_nonce_does_not_collide,
            nonces_are_compared_character_by_character,
            of_many_retries_at_once_one_is_stored,
            of_many_messages_of_one_nonce_at_once_one_is_stored,
            ordinals_count_messages_only,
            numbers_have_no_holes_under_fifty_writers,
            numbers_have_no_holes_while_members_change,
            whoever_sees_a_number_sees_all_below,
            the_latest_messages_come_newest_first,
            messages_before_a_number_come_newest_first,
            messages_after_a_number_come_oldest_first,
            a_walk_through_the_history_meets_every_message_once,
            numbers_beyond_any_log_are_answered,
            a_silent_conversation_has_no_messages,
            the_log_replays_what_was_logged,
            the_log_is_read_from_any_position,
            logs_of_conversations_are_kept_apart,
            a_member_sees_role_count_and_newest_message,
            a_stranger_sees_no_message,
            a_silent_conversation_has_no_newest_message,
            the_conversation_with_the_newest_event_comes_first,
            conversations_of_equal_times_are_listed_by_id_downwards,
            a_user_sees_only_their_own_conversations,
            a_full_last_page_of_summaries_has_no_cursor,
            summaries_after_a_strange_cursor_are_none,
            public_channels_are_listed_with_their_count,
            what_is_private_is_not_in_the_directory,
            channels_are_listed_in_order_of_their_key,
            a_full_last_page_of_channels_has_no_cursor,
            channels_after_a_strange_cursor_are_a_page,
            tops_of_a_user_are_those_of_their_conversations,
            tops_of_a_user_are_not_paged,
            tops_leave_out_unknown_conversations,
            tops_are_asked_for_any_number_of_conversations,
            a_reply_comes_back_as_it_was_stored,
            the_whole_thread_shows_its_newest_reply,
            replies_are_listed_in_their_thread_alone,
            an_unknown_thread_has_no_replies,
            the_newest_message_of_a_summary_is_outside_threads,
            a_reply_needs_a_thread_to_be_in,
            an_answer_stays_on_its_side_of_a_thread,
            a_nonce_of_another_thread_conflicts,
            every_reply_is_counted,
            a_message_mentions_members_in_the_order_of_its_text,
            nobody_mentions_themselves,
            only_who_may_mentions_everyone,
            groups_come_after_the_users,
            an_edit_replaces_the_mentions,
            who_left_stays_mentioned,
            names_are_compared_in_folded_form,
            nobody_writes_in_an_archived_conversation,
            guests_write_where_they_may,
            admins_of_the_server_write_as_members,
            every_refusal_has_its_place,
            nobody_writes_after_they_were_removed,
            a_member_waits_between_two_messages,
            the_pause_is_each_members_own,
            moderators_do_not_wait,
            the_pause_begins_with_the_last_message,
            going_and_coming_back_does_not_shorten_the_pause,
            of_many_messages_at_once_slow_mode_lets_one_through,
            a_new_role_is_logged_and_kept,
            a_role_that_stays_is_not_logged,
            roles_are_given_below_ones_own,
            roles_are_given_among_members,
            ownership_is_handed_over_in_one_act,
            a_replay_shows_the_role_of_now,
            of_many_hand_overs_at_once_one_is_done,
            a_group_is_never_left_without_an_owner,
            who_is_taken_out_is_told,
            only_who_is_below_is_taken_out,
            strangers_take_nobody_out,
            a_changed_conversation_comes_back_as_it_was_changed,
            what_is_not_named_stays,
            a_change_to_what_is_so_already_is_none,
            who_changes_a_conversation_needs_the_role,
            admins_of_the_server_change_any_conversation,
            a_direct_conversation_stays_as_it_is,
            a_channel_takes_no_name_of_another,
            of_many_channels_that_take_a_name_at_once_one_gets_it,
            a_replay_shows_the_conversation_of_now,
            a_deleted_conversation_is_told_to_its_members,
            nothing_of_a_deleted_conversation_is_left,
            other_conversations_outlive_a_deleted_one,
            an_owner_deletes_a_conversation,
            of_many_acts_on_a_conversation_that_goes_none_comes_after,
            a_nonce_of_a_deleted_conversation_is_free,
            first_members_enter_in_their_own_streams,
            both_users_enter_a_direct_conversation,
            coming_and_going_is_told_to_who_comes_and_goes,
            a_personal_log_is_read_from_any_position,
            a_personal_stream_has_a_top,
            every_stream_a_user_follows_is_named_once,
            streams_have_no_holes_while_many_enter_at_once,
            without_a_cursor_everything_has_changed,
            nothing_that_changed_is_a_page_with_a_cursor,
            whatever_is_logged_is_a_change,
            conversations_that_were_left_are_named,
            a_strange_cursor_starts_over,
            what_changes_between_two_pages_is_named_again,
            no_change_is_skipped_while_many_write,
            any_course_of_events_replays_to_its_outcome,
        }
    };
}
