//! What every [`MessageSearch`](rialto_messaging::MessageSearch) promises.

mod changes;
mod pages;
mod scope;
mod texts;

pub use changes::*;
pub use pages::*;
pub use scope::*;
pub use texts::*;

/// Runs the rules of [`MessageSearch`](rialto_messaging::MessageSearch) on an adapter. The constructor
/// is the absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! message_search_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, message_search:
            words_are_found_in_any_letter_case,
            the_beginning_of_a_word_finds_it,
            all_words_must_be_found,
            a_phrase_is_found_as_it_was_said,
            any_part_of_a_text_without_spaces_is_found,
            other_scripts_are_found,
            emoji_are_found,
            what_looks_like_an_operator_is_text,
            a_long_message_is_found_by_its_last_word,
            an_edited_message_is_found_by_what_it_says_now,
            a_deleted_message_is_never_found,
            a_found_message_is_as_its_reader_sees_it,
            what_was_said_is_found_when_its_act_returns,
            what_was_said_in_a_deleted_conversation_is_not_found,
            only_what_the_reader_is_in_is_found,
            messages_in_threads_are_found,
            from_narrows_to_a_sender,
            in_narrows_to_a_conversation,
            before_and_after_narrow_the_time,
            the_newest_match_comes_first,
            a_full_last_page_of_matches_has_no_cursor,
            matches_after_a_strange_cursor_are_none,
            pages_go_on_while_others_write,
        }
    };
}
