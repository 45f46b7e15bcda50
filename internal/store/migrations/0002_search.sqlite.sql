-- +goose Up
-- Folded words of comments by response. It keeps no text: a row is removed by giving its words again.
CREATE VIRTUAL TABLE response_search USING fts5 (words, content = '', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 0");

-- +goose Down
SELECT 1;
