-- +goose Up

-- A person of the shop who signs in.
CREATE TABLE staff (
	id BIGINT PRIMARY KEY,
	email TEXT NOT NULL,
	email_key TEXT NOT NULL UNIQUE, -- folded, so that the case of letters makes no second person
	name TEXT NOT NULL,
	role TEXT NOT NULL CHECK (role IN ('admin', 'manager', 'support')),
	language TEXT NOT NULL, -- '': what the browser asks for
	password TEXT NOT NULL, -- argon2id; '': invited, not joined yet
	credential BIGINT NOT NULL, -- raised by every change of the password: links made before it are void
	disabled BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	last_seen_at BIGINT
);

-- A browser that is signed in. The cookie has the id, this table its hash.
CREATE TABLE session (
	id_hash BYTEA NOT NULL PRIMARY KEY,
	user_id BIGINT NOT NULL REFERENCES staff (id),
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);
CREATE INDEX session_of ON session (user_id);

-- A single-use link: to join, to set a new password, to set up.
CREATE TABLE account_link (
	token_hash BYTEA NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('join', 'reset', 'setup')),
	user_id BIGINT NOT NULL, -- 0 for setup
	credential BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX account_link_user ON account_link (user_id);

-- Failed attempts to sign in, by a keyed hash of the account or of the network: addresses are not kept.
CREATE TABLE attempt (
	key BYTEA NOT NULL PRIMARY KEY,
	failures BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	blocked_until BIGINT NOT NULL
);

-- Who did what. Rows are only ever added; each hash covers the row and the hash before it.
CREATE TABLE audit (
	seq BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	actor_id BIGINT NOT NULL, -- 0: the program or its operator
	actor TEXT NOT NULL, -- the address at that time
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT NOT NULL,
	hash TEXT NOT NULL
);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_actor ON audit (actor_id, seq);

-- The end of the chain. Its row is locked by every change of the account, so changes happen one after the other on every engine.
CREATE TABLE audit_head (
	id BIGINT PRIMARY KEY,
	seq BIGINT NOT NULL,
	hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- +goose Down
SELECT 1;
