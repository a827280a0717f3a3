-- What users want to be told about prices. Decimal numbers are texts, so that no digit is lost; which of the parts of a
-- rule are there follows from its kind.
CREATE TABLE alerts (
    id               uuid PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind             text NOT NULL,
    asset_id         text,
    threshold        text,
    percent          text,
    direction        text,
    window_seconds   bigint,
    currency         text NOT NULL,
    repeats          boolean NOT NULL,
    cooldown_seconds bigint NOT NULL,
    hysteresis       text NOT NULL,
    -- Where it is said too; it may be gone.
    conversation_id  uuid,
    note             text,
    state            text NOT NULL,
    created_at       timestamptz NOT NULL,
    last_fired_at    timestamptz,
    judged_at        timestamptz,
    revision         bigint NOT NULL
);
CREATE INDEX alerts_user_id ON alerts (user_id, id);
CREATE INDEX alerts_enabled ON alerts (id) WHERE state <> 'disabled';

-- That alerts fired, with all that was so then.
CREATE TABLE alert_firings (
    id             uuid PRIMARY KEY,
    alert_id       uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    user_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind           text NOT NULL,
    asset_id       text,
    threshold      text,
    percent        text,
    direction      text,
    window_seconds bigint,
    currency       text NOT NULL,
    price          text NOT NULL,
    base_price     text,
    provider       text NOT NULL,
    observed_at    timestamptz NOT NULL,
    fired_at       timestamptz NOT NULL,
    note           text
);
CREATE INDEX alert_firings_alert_id ON alert_firings (alert_id, fired_at, id);
CREATE INDEX alert_firings_user_id ON alert_firings (user_id);
CREATE INDEX alert_firings_fired_at ON alert_firings (fired_at);

-- Who is to be told of a firing, and how that went. due_at is there as long as it is to be tried.
CREATE TABLE alert_deliveries (
    firing_id  uuid NOT NULL REFERENCES alert_firings ON DELETE CASCADE,
    -- owner, or conversation:<id>
    target     text NOT NULL,
    state      text NOT NULL,
    attempts   bigint NOT NULL,
    due_at     timestamptz,
    changed_at timestamptz NOT NULL,
    error      text,
    PRIMARY KEY (firing_id, target)
);
CREATE INDEX alert_deliveries_due_at ON alert_deliveries (due_at) WHERE due_at IS NOT NULL;

-- What other parts of the server tell a user, each once. The fields are a JSON array of pairs of name and text.
ALTER TABLE user_events ADD COLUMN notice_id uuid;
ALTER TABLE user_events ADD COLUMN notice_name text;
ALTER TABLE user_events ADD COLUMN notice_fields text;
CREATE UNIQUE INDEX user_events_notice_id ON user_events (user_id, notice_id) WHERE notice_id IS NOT NULL;
