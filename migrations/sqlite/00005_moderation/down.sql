DROP TABLE audit_log;
DROP TABLE reports;
DROP TABLE bans;
DROP TABLE mutes;
