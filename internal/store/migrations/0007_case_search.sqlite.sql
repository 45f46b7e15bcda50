-- +goose Up
-- Folded words of cases. The text is that of the case's own row, which the triggers follow.
CREATE VIRTUAL TABLE case_search USING fts5 (search_text, content = 'followup_case', content_rowid = 'id', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 0");
-- Words that are taken away leave the index at once: a person may be erased.
INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1);

-- +goose StatementBegin
CREATE TRIGGER case_search_added AFTER INSERT ON followup_case BEGIN
	INSERT INTO case_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_search_changed AFTER UPDATE OF search_text ON followup_case WHEN old.search_text <> new.search_text BEGIN
	INSERT INTO case_search (case_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
	INSERT INTO case_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_search_gone AFTER DELETE ON followup_case BEGIN
	INSERT INTO case_search (case_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
