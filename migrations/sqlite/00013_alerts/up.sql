-- What users want to be told about prices. Decimal numbers are texts, so that no digit is lost; which of the parts of a
-- rule are there follows from its kind.
CREATE TABLE alerts (
    id               BLOB NOT NULL PRIMARY KEY,
    user_id          BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    kind             TEXT NOT NULL,
    asset_id         TEXT,
    threshold        TEXT,
    percent          TEXT,
    direction        TEXT,
    window_seconds   INTEGER,
    currency         TEXT NOT NULL,
    repeats          INTEGER NOT NULL,
    cooldown_seconds INTEGER NOT NULL,
    hysteresis       TEXT NOT NULL,
    -- Where it is said too; it may be gone.
    conversation_id  BLOB,
    note             TEXT,
    state            TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    last_fired_at    INTEGER,
    judged_at        INTEGER,
    revision         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_user_id ON alerts (user_id, id);
CREATE INDEX alerts_enabled ON alerts (id) WHERE state <> 'disabled';

-- That alerts fired, with all that was so then.
CREATE TABLE alert_firings (
    id             BLOB NOT NULL PRIMARY KEY,
    alert_id       BLOB NOT NULL REFERENCES alerts ON DELETE CASCADE,
    user_id        BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    kind           TEXT NOT NULL,
    asset_id       TEXT,
    threshold      TEXT,
    percent        TEXT,
    direction      TEXT,
    window_seconds INTEGER,
    currency       TEXT NOT NULL,
    price          TEXT NOT NULL,
    base_price     TEXT,
    provider       TEXT NOT NULL,
    observed_at    INTEGER NOT NULL,
    fired_at       INTEGER NOT NULL,
    note           TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_firings_alert_id ON alert_firings (alert_id, fired_at, id);
CREATE INDEX alert_firings_user_id ON alert_firings (user_id);
CREATE INDEX alert_firings_fired_at ON alert_firings (fired_at);

-- Who is to be told of a firing, and how that went. due_at is there as long as it is to be tried.
CREATE TABLE alert_deliveries (
    firing_id  BLOB NOT NULL REFERENCES alert_firings ON DELETE CASCADE,
    -- owner, or conversation:<id>
    target     TEXT NOT NULL,
    state      TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    due_at     INTEGER,
    changed_at INTEGER NOT NULL,
    error      TEXT,
    PRIMARY KEY (firing_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_deliveries_due_at ON alert_deliveries (due_at) WHERE due_at IS NOT NULL;

-- What other parts of the server tell a user, each once. The fields are a JSON array of pairs of name and text.
ALTER TABLE user_events ADD COLUMN notice_id BLOB;
ALTER TABLE user_events ADD COLUMN notice_name TEXT;
ALTER TABLE user_events ADD COLUMN notice_fields TEXT;
CREATE UNIQUE INDEX user_events_notice_id ON user_events (user_id, notice_id) WHERE notice_id IS NOT NULL;
