DROP INDEX user_events_notice_id;
-- Without its fields a notice cannot be shown, and a number must stay: clients have seen it.
UPDATE user_events SET kind = 'conversation.left', conversation_id = user_id WHERE kind = 'notified';
ALTER TABLE user_events DROP COLUMN notice_fields;
ALTER TABLE user_events DROP COLUMN notice_name;
ALTER TABLE user_events DROP COLUMN notice_id;
DROP TABLE alert_deliveries;
DROP TABLE alert_firings;
DROP TABLE alerts;
