DROP INDEX conversations_changed;
ALTER TABLE conversations DROP COLUMN change_number;
DROP TABLE user_events;
DROP TABLE user_streams;
DROP TABLE thread_followers;
DROP INDEX messages_to_all;
DROP INDEX messages_uncounted;
DROP INDEX messages_own;
ALTER TABLE members DROP COLUMN read_ordinal;
