-- Small whole numbers for what has a UUID, for clients that know no other ids. Counted from 1 for each kind (1 users,
-- 2 conversations, 3 messages) and never given twice: a number outlives what it names.
CREATE TABLE numbers (
    kind   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id     BLOB NOT NULL,
    PRIMARY KEY (kind, number),
    UNIQUE (kind, id)
) STRICT, WITHOUT ROWID;
