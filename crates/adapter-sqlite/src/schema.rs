//! The tables, as `migrations/sqlite` makes them.

diesel::table! {
    users (id) {
        id -> Binary,
        username -> Text,
        username_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        display_name -> Text,
        bio -> Text,
        avatar_url -> Nullable<Text>,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    credentials (user_id) {
        user_id -> Binary,
        password_hash -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Binary,
        user_id -> Binary,
        user_agent -> Text,
        address -> Nullable<Text>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Binary,
        session_id -> Binary,
        digest -> Binary,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    conversations (id) {
        id -> Binary,
        kind -> Text,
        name -> Nullable<Text>,
        name_key -> Nullable<Text>,
        topic -> Text,
        visibility -> Text,
        direct_key -> Nullable<Text>,
        created_at -> BigInt,
        last_seq -> BigInt,
        last_ordinal -> BigInt,
        last_event_at -> BigInt,
        epoch -> Binary,
    }
}

diesel::table! {
    members (conversation_id, user_id) {
        conversation_id -> Binary,
        user_id -> Binary,
        role -> Text,
        joined_at -> BigInt,
    }
}

diesel::table! {
    events (conversation_id, seq) {
        conversation_id -> Binary,
        seq -> BigInt,
        kind -> Text,
        at -> BigInt,
        message_id -> Nullable<Binary>,
        user_id -> Nullable<Binary>,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    messages (conversation_id, seq) {
        conversation_id -> Binary,
        seq -> BigInt,
        id -> Binary,
        ordinal -> BigInt,
        sender_id -> Binary,
        nonce -> Text,
        content -> Text,
        reply_to -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(members -> conversations (conversation_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(events -> users (user_id));
diesel::joinable!(messages -> users (sender_id));
diesel::joinable!(messages -> conversations (conversation_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    credentials,
    sessions,
    refresh_tokens,
    conversations,
    members,
    events,
    messages,
);
