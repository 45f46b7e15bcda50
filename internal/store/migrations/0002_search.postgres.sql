-- +goose Up
-- Folded words of comments by response.
CREATE TABLE response_search (
	response_id BIGINT PRIMARY KEY,
	words TSVECTOR NOT NULL
);
CREATE INDEX response_search_words ON response_search USING gin (words);
-- Contacts by the beginning of their address, whatever the order of letters in this database.
CREATE INDEX contact_email_prefix ON contact (email_key COLLATE "C");

-- +goose Down
SELECT 1;
