-- Closing prices: of each interval the last price seen in it.
CREATE TABLE price_points (
    asset_id    text COLLATE "C" NOT NULL,
    currency    text COLLATE "C" NOT NULL,
    -- How long the interval is, and when it began.
    interval_s  integer NOT NULL,
    at          timestamptz NOT NULL,
    price       numeric(38, 18) NOT NULL,
    observed_at timestamptz NOT NULL,
    provider    text NOT NULL,
    PRIMARY KEY (asset_id, currency, interval_s, at)
);
-- Old points of an interval are forgotten.
CREATE INDEX price_points_interval_at ON price_points (interval_s, at);

-- The assets that users follow, each in the order of their position.
CREATE TABLE watchlist (
    user_id  uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    asset_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, asset_id)
);
CREATE INDEX watchlist_asset_id ON watchlist (asset_id);

-- Calls to price providers in a month, such as 2026-11.
CREATE TABLE provider_budgets (
    provider text NOT NULL,
    month    text NOT NULL,
    used     bigint NOT NULL,
    PRIMARY KEY (provider, month)
);
