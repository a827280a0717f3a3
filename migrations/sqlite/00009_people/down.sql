DROP INDEX reactions_of_user;
DROP TABLE account_deletions;
DROP TABLE blocks;
DROP TABLE avatars;
DROP TABLE user_words;
ALTER TABLE users DROP COLUMN deleted_at;
ALTER TABLE users DROP COLUMN presence_hidden;
