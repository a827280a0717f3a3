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
        presence_hidden -> Bool,
        deleted_at -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    user_words (word, user_id) {
        word -> Text,
        user_id -> Uuid,
    }
}

diesel::table! {
    avatars (user_id) {
        user_id -> Uuid,
        kind -> Text,
        bytes -> Bytea,
        at -> Timestamptz,
    }
}

diesel::table! {
    blocks (blocker_id, blocked_id) {
        blocker_id -> Uuid,
        blocked_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    account_deletions (user_id) {
        user_id -> Uuid,
        erase_messages -> Bool,
        at -> Timestamptz,
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
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Uuid,
        session_id -> Uuid,
        digest -> Bytea,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        retry_key -> Nullable<Bytea>,
        replaced_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    password_resets (digest) {
        digest -> Bytea,
        user_id -> Uuid,
        email_key -> Text,
        created_at -> Timestamptz,
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
        archived_at -> Nullable<Timestamptz>,
        slowmode_s -> Integer,
        guests_may_write -> Bool,
        receipts -> Bool,
        change_number -> BigInt,
    }
}

diesel::table! {
    members (conversation_id, user_id) {
        conversation_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        joined_at -> Timestamptz,
        read_ordinal -> BigInt,
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
        emoji -> Nullable<Text>,
    }
}

// `terms` is not among them: Diesel does not know its type, and only statements in plain SQL touch it.
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
        thread_root -> Nullable<Uuid>,
        edited_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        pinned_at -> Nullable<Timestamptz>,
        mentions_all -> Bool,
        mentions_here -> Bool,
    }
}

diesel::table! {
    message_revisions (message_id, number) {
        message_id -> Uuid,
        number -> Integer,
        content -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    reactions (message_id, emoji, user_id) {
        message_id -> Uuid,
        emoji -> Text,
        user_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    mentions (message_id, user_id) {
        message_id -> Uuid,
        user_id -> Uuid,
        conversation_id -> Uuid,
        ordinal -> BigInt,
        thread_root -> Nullable<Uuid>,
        position -> Nullable<Integer>,
    }
}

diesel::table! {
    threads (root_id) {
        root_id -> Uuid,
        conversation_id -> Uuid,
        replies -> BigInt,
        last_ordinal -> BigInt,
        last_reply_at -> Timestamptz,
    }
}

diesel::table! {
    thread_followers (root_id, user_id) {
        root_id -> Uuid,
        user_id -> Uuid,
        conversation_id -> Uuid,
        read_ordinal -> BigInt,
    }
}

diesel::table! {
    user_streams (user_id) {
        user_id -> Uuid,
        epoch -> Uuid,
        last_seq -> BigInt,
    }
}

diesel::table! {
    user_events (user_id, seq) {
        user_id -> Uuid,
        seq -> BigInt,
        kind -> Text,
        at -> Timestamptz,
        conversation_id -> Nullable<Uuid>,
        thread_root -> Nullable<Uuid>,
        ordinal -> Nullable<BigInt>,
        last_ordinal -> Nullable<BigInt>,
        unread -> Nullable<BigInt>,
        mentions -> Nullable<BigInt>,
        notice_id -> Nullable<Uuid>,
        notice_name -> Nullable<Text>,
        notice_fields -> Nullable<Text>,
    }
}

diesel::table! {
    mutes (conversation_id, user_id) {
        conversation_id -> Uuid,
        user_id -> Uuid,
        until -> Timestamptz,
    }
}

diesel::table! {
    bans (conversation_id, user_id) {
        conversation_id -> Uuid,
        user_id -> Uuid,
        by_id -> Uuid,
        reason -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    reports (id) {
        id -> Uuid,
        conversation_id -> Uuid,
        message_id -> Uuid,
        sender_id -> Uuid,
        content -> Nullable<Text>,
        reporter_id -> Uuid,
        reason -> Text,
        created_at -> Timestamptz,
        outcome -> Nullable<Text>,
        closed_by -> Nullable<Uuid>,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        conversation_id -> Uuid,
        at -> Timestamptz,
        actor_id -> Uuid,
        action -> Text,
        user_id -> Nullable<Uuid>,
        message_id -> Nullable<Uuid>,
        detail -> Text,
    }
}

diesel::table! {
    security_log (id) {
        id -> BigInt,
        at -> Timestamptz,
        act -> Text,
        actor_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        session_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        detail -> Text,
    }
}

diesel::table! {
    setup_token (id) {
        id -> Integer,
        digest -> Bytea,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        digest -> Bytea,
        note -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        max_uses -> Nullable<BigInt>,
        uses -> BigInt,
    }
}

diesel::table! {
    deliveries (conversation_id, user_id, way) {
        conversation_id -> Uuid,
        user_id -> Uuid,
        way -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    numbers (kind, number) {
        kind -> BigInt,
        number -> BigInt,
        id -> Uuid,
    }
}

diesel::joinable!(blocks -> users (blocked_id));
diesel::table! {
    api_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        digest -> Bytea,
        name -> Text,
        scopes -> Text,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(api_tokens -> users (user_id));
diesel::table! {
    totp (user_id) {
        user_id -> Uuid,
        secret -> Bytea,
        offered_at -> Timestamptz,
        enabled_at -> Nullable<Timestamptz>,
        last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (user_id, digest) {
        user_id -> Uuid,
        digest -> Bytea,
    }
}

diesel::table! {
    price_points (asset_id, currency, interval_s, at) {
        asset_id -> Text,
        currency -> Text,
        interval_s -> Integer,
        at -> Timestamptz,
        price -> Numeric,
        observed_at -> Timestamptz,
        provider -> Text,
    }
}

diesel::table! {
    watchlist (user_id, asset_id) {
        user_id -> Uuid,
        asset_id -> Text,
        position -> BigInt,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    provider_budgets (provider, month) {
        provider -> Text,
        month -> Text,
        used -> BigInt,
    }
}

diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(password_resets -> users (user_id));
diesel::joinable!(members -> conversations (conversation_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(messages -> users (sender_id));
diesel::joinable!(mentions -> users (user_id));
diesel::joinable!(user_streams -> users (user_id));
diesel::joinable!(bans -> users (user_id));
diesel::joinable!(audit_log -> users (actor_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    account_deletions,
    api_tokens,
    avatars,
    blocks,
    user_words,
    credentials,
    sessions,
    refresh_tokens,
    password_resets,
    conversations,
    members,
    events,
    messages,
    message_revisions,
    reactions,
    mentions,
    threads,
    thread_followers,
    user_streams,
    user_events,
    mutes,
    bans,
    reports,
    audit_log,
);

diesel::table! {
    alerts (id) {
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        asset_id -> Nullable<Text>,
        threshold -> Nullable<Text>,
        percent -> Nullable<Text>,
        direction -> Nullable<Text>,
        window_seconds -> Nullable<BigInt>,
        currency -> Text,
        repeats -> Bool,
        cooldown_seconds -> BigInt,
        hysteresis -> Text,
        conversation_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        state -> Text,
        created_at -> Timestamptz,
        last_fired_at -> Nullable<Timestamptz>,
        judged_at -> Nullable<Timestamptz>,
        revision -> BigInt,
    }
}

diesel::table! {
    alert_firings (id) {
        id -> Uuid,
        alert_id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        asset_id -> Nullable<Text>,
        threshold -> Nullable<Text>,
        percent -> Nullable<Text>,
        direction -> Nullable<Text>,
        window_seconds -> Nullable<BigInt>,
        currency -> Text,
        price -> Text,
        base_price -> Nullable<Text>,
        provider -> Text,
        observed_at -> Timestamptz,
        fired_at -> Timestamptz,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    alert_deliveries (firing_id, target) {
        firing_id -> Uuid,
        target -> Text,
        state -> Text,
        attempts -> BigInt,
        due_at -> Nullable<Timestamptz>,
        changed_at -> Timestamptz,
        error -> Nullable<Text>,
    }
}

diesel::joinable!(alerts -> users (user_id));
diesel::joinable!(alert_deliveries -> alert_firings (firing_id));
diesel::allow_tables_to_appear_in_same_query!(alerts, users);
diesel::allow_tables_to_appear_in_same_query!(alert_firings, alert_deliveries);
