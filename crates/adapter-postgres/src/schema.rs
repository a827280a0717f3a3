//! The tables, as the migrations leave them.

diesel::table! {
    users (id) {
        id -> Uuid,
        username -> Text,
        username_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        display_name -> Text,
        bio -> Text,
        avatar_url -> Nullable<Text>,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    credentials (user_id) {
        user_id -> Uuid,
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        user_agent -> Text,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Uuid,
        session_id -> Uuid,
        digest -> Bytea,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    conversations (id) {
        id -> Uuid,
        kind -> Text,
        name -> Nullable<Text>,
        name_key -> Nullable<Text>,
        topic -> Text,
        visibility -> Text,
        direct_key -> Nullable<Text>,
        created_at -> Timestamptz,
        last_seq -> BigInt,
        last_ordinal -> BigInt,
        last_event_at -> Timestamptz,
        epoch -> Uuid,
    }
}

diesel::table! {
    members (conversation_id, user_id) {
        conversation_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    events (conversation_id, seq) {
        conversation_id -> Uuid,
        seq -> BigInt,
        kind -> Text,
        at -> Timestamptz,
        message_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    messages (conversation_id, seq) {
        conversation_id -> Uuid,
        seq -> BigInt,
        id -> Uuid,
        ordinal -> BigInt,
        sender_id -> Uuid,
        nonce -> Text,
        content -> Text,
        reply_to -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(members -> conversations (conversation_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(messages -> users (sender_id));

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
