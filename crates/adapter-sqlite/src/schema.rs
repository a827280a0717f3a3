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
        presence_hidden -> Bool,
        deleted_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    user_words (word, user_id) {
        word -> Text,
        user_id -> Binary,
    }
}

diesel::table! {
    avatars (user_id) {
        user_id -> Binary,
        kind -> Text,
        bytes -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    blocks (blocker_id, blocked_id) {
        blocker_id -> Binary,
        blocked_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    account_deletions (user_id) {
        user_id -> Binary,
        erase_messages -> Bool,
        at -> BigInt,
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
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Binary,
        session_id -> Binary,
        digest -> Binary,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        retry_key -> Nullable<Binary>,
        replaced_by -> Nullable<Binary>,
    }
}

diesel::table! {
    password_resets (digest) {
        digest -> Binary,
        user_id -> Binary,
        email_key -> Text,
        created_at -> BigInt,
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
        archived_at -> Nullable<BigInt>,
        slowmode_s -> BigInt,
        guests_may_write -> Bool,
        receipts -> Bool,
        change_number -> BigInt,
    }
}

diesel::table! {
    members (conversation_id, user_id) {
        conversation_id -> Binary,
        user_id -> Binary,
        role -> Text,
        joined_at -> BigInt,
        read_ordinal -> BigInt,
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
        emoji -> Nullable<Text>,
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
        thread_root -> Nullable<Binary>,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        pinned_at -> Nullable<BigInt>,
        mentions_all -> Bool,
        mentions_here -> Bool,
    }
}

diesel::table! {
    message_revisions (message_id, number) {
        message_id -> Binary,
        number -> BigInt,
        content -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    reactions (message_id, emoji, user_id) {
        message_id -> Binary,
        emoji -> Text,
        user_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    mentions (message_id, user_id) {
        message_id -> Binary,
        user_id -> Binary,
        conversation_id -> Binary,
        ordinal -> BigInt,
        thread_root -> Nullable<Binary>,
        position -> Nullable<BigInt>,
    }
}

diesel::table! {
    threads (root_id) {
        root_id -> Binary,
        conversation_id -> Binary,
        replies -> BigInt,
        last_ordinal -> BigInt,
        last_reply_at -> BigInt,
    }
}

diesel::table! {
    thread_followers (root_id, user_id) {
        root_id -> Binary,
        user_id -> Binary,
        conversation_id -> Binary,
        read_ordinal -> BigInt,
    }
}

diesel::table! {
    user_streams (user_id) {
        user_id -> Binary,
        epoch -> Binary,
        last_seq -> BigInt,
    }
}

diesel::table! {
    user_events (user_id, seq) {
        user_id -> Binary,
        seq -> BigInt,
        kind -> Text,
        at -> BigInt,
        conversation_id -> Nullable<Binary>,
        thread_root -> Nullable<Binary>,
        ordinal -> Nullable<BigInt>,
        last_ordinal -> Nullable<BigInt>,
        unread -> Nullable<BigInt>,
        mentions -> Nullable<BigInt>,
        notice_id -> Nullable<Binary>,
        notice_name -> Nullable<Text>,
        notice_fields -> Nullable<Text>,
    }
}

diesel::table! {
    change_counter (id) {
        id -> BigInt,
        value -> BigInt,
    }
}

diesel::table! {
    mutes (conversation_id, user_id) {
        conversation_id -> Binary,
        user_id -> Binary,
        until -> BigInt,
    }
}

diesel::table! {
    bans (conversation_id, user_id) {
        conversation_id -> Binary,
        user_id -> Binary,
        by_id -> Binary,
        reason -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> Binary,
        conversation_id -> Binary,
        message_id -> Binary,
        sender_id -> Binary,
        content -> Nullable<Text>,
        reporter_id -> Binary,
        reason -> Text,
        created_at -> BigInt,
        outcome -> Nullable<Text>,
        closed_by -> Nullable<Binary>,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        conversation_id -> Binary,
        at -> BigInt,
        actor_id -> Binary,
        action -> Text,
        user_id -> Nullable<Binary>,
        message_id -> Nullable<Binary>,
        detail -> Text,
    }
}

// With `message_search` beside it, which is no table that Diesel knows.
diesel::table! {
    message_terms (docid) {
        docid -> BigInt,
        message_id -> Binary,
        conversation_id -> Binary,
    }
}

diesel::table! {
    security_log (id) {
        id -> BigInt,
        at -> BigInt,
        act -> Text,
        actor_id -> Nullable<Binary>,
        user_id -> Nullable<Binary>,
        session_id -> Nullable<Binary>,
        address -> Nullable<Text>,
        detail -> Text,
    }
}

diesel::table! {
    setup_token (id) {
        id -> Integer,
        digest -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> Binary,
        digest -> Binary,
        note -> Text,
        created_by -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        max_uses -> Nullable<BigInt>,
        uses -> BigInt,
    }
}

diesel::table! {
    deliveries (conversation_id, user_id, way) {
        conversation_id -> Binary,
        user_id -> Binary,
        way -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    numbers (kind, number) {
        kind -> BigInt,
        number -> BigInt,
        id -> Binary,
    }
}

diesel::joinable!(blocks -> users (blocked_id));
diesel::table! {
    api_tokens (id) {
        id -> Binary,
        user_id -> Binary,
        digest -> Binary,
        name -> Text,
        scopes -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(api_tokens -> users (user_id));
diesel::table! {
    totp (user_id) {
        user_id -> Binary,
        secret -> Binary,
        offered_at -> BigInt,
        enabled_at -> Nullable<BigInt>,
        last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (user_id, digest) {
        user_id -> Binary,
        digest -> Binary,
    }
}

diesel::table! {
    price_points (asset_id, currency, interval_s, at) {
        asset_id -> Text,
        currency -> Text,
        interval_s -> BigInt,
        at -> BigInt,
        price -> Text,
        observed_at -> BigInt,
        provider -> Text,
    }
}

diesel::table! {
    watchlist (user_id, asset_id) {
        user_id -> Binary,
        asset_id -> Text,
        position -> BigInt,
        added_at -> BigInt,
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
diesel::joinable!(events -> users (user_id));
diesel::joinable!(messages -> users (sender_id));
diesel::joinable!(messages -> conversations (conversation_id));
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
    change_counter,
    mutes,
    bans,
    reports,
    audit_log,
    message_terms,
);

diesel::table! {
    alerts (id) {
        id -> Binary,
        user_id -> Binary,
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
        conversation_id -> Nullable<Binary>,
        note -> Nullable<Text>,
        state -> Text,
        created_at -> BigInt,
        last_fired_at -> Nullable<BigInt>,
        judged_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}

diesel::table! {
    alert_firings (id) {
        id -> Binary,
        alert_id -> Binary,
        user_id -> Binary,
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
        observed_at -> BigInt,
        fired_at -> BigInt,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    alert_deliveries (firing_id, target) {
        firing_id -> Binary,
        target -> Text,
        state -> Text,
        attempts -> BigInt,
        due_at -> Nullable<BigInt>,
        changed_at -> BigInt,
        error -> Nullable<Text>,
    }
}

diesel::joinable!(alerts -> users (user_id));
diesel::joinable!(alert_deliveries -> alert_firings (firing_id));
diesel::allow_tables_to_appear_in_same_query!(alerts, users);
diesel::allow_tables_to_appear_in_same_query!(alert_firings, alert_deliveries);
