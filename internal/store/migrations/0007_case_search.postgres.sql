-- +goose Up
-- Folded words of cases. A text of words has a bound in PostgreSQL, and what is behind it is not worth refusing the case.
CREATE INDEX case_search ON followup_case USING gin (array_to_tsvector(array_remove(string_to_array(left(search_text, 200000), ' '), '')));

-- +goose Down
SELECT 1;
