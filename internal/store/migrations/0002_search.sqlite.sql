-- +goose Up
-- Folded words of comments by response. It keeps no text: a row is removed by giving its words again.
CREATE VIRTUAL TABLE response_search USING fts5 (words, content = '', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 0");
-- Words that are taken away leave the index at once, rather than when it is next joined: a person may be erased.
INSERT INTO response_search (response_search, rank) VALUES ('secure-delete', 1);
-- Segments are joined sixteen at a time, not four, and a bit with each write: a word is then written again by fewer joins, which were a quarter of a write to a
-- file of ten million answers. All at once, in the middle of somebody's answer, they are joined only when this has fallen far behind.
INSERT INTO response_search (response_search, rank) VALUES ('automerge', 16);
INSERT INTO response_search (response_search, rank) VALUES ('crisismerge', 64);

-- +goose Down
SELECT 1;
