-- +goose Up
-- Folded words of comments by response.
CREATE TABLE response_search (
	response_id BIGINT PRIMARY KEY,
	words TSVECTOR NOT NULL
);
CREATE INDEX response_search_words ON response_search USING gin (words);

-- +goose Down
SELECT 1;
