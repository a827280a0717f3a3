-- How far a way into the server, for whose clients messages wait, has told a member what happened in a conversation.
CREATE TABLE deliveries (
    conversation_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    way             text NOT NULL,
    seq             bigint NOT NULL,
    PRIMARY KEY (conversation_id, user_id, way),
    FOREIGN KEY (conversation_id, user_id) REFERENCES members (conversation_id, user_id) ON DELETE CASCADE
);
CREATE INDEX deliveries_of_user ON deliveries (user_id, way);
