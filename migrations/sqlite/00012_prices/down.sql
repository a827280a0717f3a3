DROP TABLE provider_budgets;
DROP TABLE watchlist;
DROP TABLE price_points;
