DROP TABLE invitations;
DROP TABLE setup_token;
DROP TABLE security_log;
DROP INDEX users_admins;
ALTER TABLE users DROP COLUMN disabled_at;
