-- +goose Up

-- A file on its way in through the browser. The row says how far it is, so that any instance can go on with it.
CREATE TABLE import_run (
	id BIGINT PRIMARY KEY,
	state TEXT NOT NULL CHECK (state IN ('mapping', 'checking', 'checked', 'queued', 'running', 'done', 'failed', 'cancelled')),
	file TEXT NOT NULL, -- its name
	size BIGINT NOT NULL, -- bytes
	setup TEXT NOT NULL, -- JSON: how the file is written, what its columns are, where it goes
	trial TEXT NOT NULL, -- JSON: what the check found
	counts TEXT NOT NULL, -- JSON: how far the import is, or how it ended
	problem TEXT NOT NULL DEFAULT '', -- why it failed
	cancelled BOOLEAN NOT NULL DEFAULT FALSE, -- somebody asked to stop it
	lease_until BIGINT NOT NULL DEFAULT 0, -- an instance works on it until then
	created_by BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	finished_at BIGINT
);

-- The file, in pieces of 256 KiB. They go when the import has ended.
CREATE TABLE import_chunk (
	run_id BIGINT NOT NULL REFERENCES import_run (id),
	no BIGINT NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (run_id, no)
) /* WITHOUT ROWID */;

-- Rows that were not imported, as CSV, a batch of them a row.
CREATE TABLE import_reject (
	run_id BIGINT NOT NULL REFERENCES import_run (id),
	no BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (run_id, no)
) /* WITHOUT ROWID */;

-- +goose Down
SELECT 1;
