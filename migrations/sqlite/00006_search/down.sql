DROP TABLE message_search;
DROP TABLE message_terms;
