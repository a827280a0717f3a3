-- Closing prices: of each interval the last price seen in it.
CREATE TABLE price_points (
    asset_id    TEXT NOT NULL,
    currency    TEXT NOT NULL,
    -- How long the interval is, and when it began.
    interval_s  INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    -- A decimal in plain notation, without trailing zeros: no digit is lost.
    price       TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    provider    TEXT NOT NULL,
    PRIMARY KEY (asset_id, currency, interval_s, at)
) STRICT, WITHOUT ROWID;
-- Old points of an interval are forgotten.
CREATE INDEX price_points_interval_at ON price_points (interval_s, at);

-- The assets that users follow, each in the order of their position.
CREATE TABLE watchlist (
    user_id  BLOB NOT NULL REFERENCES users ON DELETE CASCADE,
    asset_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX watchlist_asset_id ON watchlist (asset_id);

-- Calls to price providers in a month, such as 2026-11.
CREATE TABLE provider_budgets (
    provider TEXT NOT NULL,
    month    TEXT NOT NULL,
    used     INTEGER NOT NULL,
    PRIMARY KEY (provider, month)
) STRICT, WITHOUT ROWID;
