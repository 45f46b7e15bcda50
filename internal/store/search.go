package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// indexWords makes the search index hold words for the response in place of the old ones.
func (s *Store) indexWords(ctx context.Context, id survey.ID, old, words string) error {
	if old == words {
		return nil
	}
	if old != "" {
		remove, args := `INSERT INTO response_search (response_search, rowid, words) VALUES ('delete', $1, $2)`, []any{s.searchID(id), old}
		if s.engine == Postgres {
			remove, args = `DELETE FROM response_search WHERE response_id = $1`, args[:1]
		}
		if _, err := s.execTx(ctx, remove, args...); err != nil {
			return fmt.Errorf("take words from the index: %w", err)
		}
	}
	if words == "" {
		return nil
	}
	if _, err := s.execTx(ctx, s.addWordsSQL(), s.searchID(id), words); err != nil {
		return fmt.Errorf("put words in the index: %w", err)
	}
	return nil
}

// searchID is the number under which the index knows a response. On SQLite the writer's number, which is nearly always 0, goes from the middle of the id to
// its front: the index keeps the differences between neighbours, and those are 4,096 times smaller then, a fifth of the whole index.
func (s *Store) searchID(id survey.ID) int64 {
	if s.engine == Postgres {
		return int64(id)
	}
	const seqBits, bucketBits, msBits = 10, 12, 41
	n := int64(id)
	seq, bucket, ms := n&(1<<seqBits-1), n>>seqBits&(1<<bucketBits-1), n>>(seqBits+bucketBits)
	return bucket<<(msBits+seqBits) | ms<<seqBits | seq
}

// responseOfSearchID turns searchID back into the response's id. SQLite's operators on bits all bind alike, hence the brackets.
const responseOfSearchID = `((((rowid >> 10) & 2199023255551) << 22) | ((rowid >> 51) << 10) | (rowid & 1023))`

func (s *Store) addWordsSQL() string {
	if s.engine == Postgres {
		return `INSERT INTO response_search (response_id, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))`
	}
	return `INSERT INTO response_search (rowid, words) VALUES ($1, $2)`
}

// matching is the condition that the response r holds every word of text, or a word that begins with it, with its argument as $n. It is empty when text has no words.
func (s *Store) matching(text string, n int) (condition string, arg any) {
	words := strings.Fields(survey.Fold(text))
	if len(words) == 0 {
		return "", nil
	}
	if s.engine == Postgres {
		for i, w := range words {
			words[i] = "'" + w + "':*"
		}
		return fmt.Sprintf(`r.id IN (SELECT response_id FROM response_search WHERE words @@ CAST($%d AS tsquery))`, n), strings.Join(words, " & ")
	}
	for i, w := range words {
		words[i] = `"` + w + `"*`
	}
	return fmt.Sprintf(`r.id IN (SELECT `+responseOfSearchID+` FROM response_search WHERE response_search MATCH $%d)`, n), strings.Join(words, " ")
}
