-- +goose Up

-- Something that happened to a contact: a purchase, or any event that the shop names. The same one told twice is one row.
CREATE TABLE occasion (
	id BIGINT PRIMARY KEY,
	kind TEXT NOT NULL, -- 'purchase', 'delivery', 'ticket.closed' ...
	external_id TEXT NOT NULL, -- the shop's number of it
	contact_id BIGINT NOT NULL REFERENCES contact (id),
	at BIGINT NOT NULL,
	order_ref TEXT NOT NULL DEFAULT '',
	touchpoint_id BIGINT NOT NULL DEFAULT 0,
	properties TEXT NOT NULL DEFAULT '', -- JSON: name -> value, both text
	created_at BIGINT NOT NULL,
	UNIQUE (kind, external_id)
);
CREATE INDEX occasion_contact ON occasion (contact_id, at);
CREATE INDEX occasion_order ON occasion (order_ref) WHERE order_ref <> '';

-- When and how the customers of a survey are asked. Its settings are one JSON text, as with a survey's.
CREATE TABLE ask_rule (
	id BIGINT PRIMARY KEY,
	survey_id BIGINT NOT NULL REFERENCES survey (id),
	name TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	kind TEXT NOT NULL, -- of the occasions that start it
	plan TEXT NOT NULL, -- JSON
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ask_rule_survey ON ask_rule (survey_id);

-- Every decision about asking somebody, with its reason. Rows are only ever added, except by erasing a person.
CREATE TABLE ledger (
	id BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	invitation_id BIGINT NOT NULL,
	contact_id BIGINT,
	survey_id BIGINT NOT NULL,
	decision TEXT NOT NULL, -- see asking.Decision
	reason TEXT NOT NULL DEFAULT '', -- a word of ours that pages translate
	detail TEXT NOT NULL DEFAULT '' -- what a mail server said, cut
);
CREATE INDEX ledger_invitation ON ledger (invitation_id, id);
CREATE INDEX ledger_contact ON ledger (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX ledger_survey ON ledger (survey_id, id);
CREATE INDEX ledger_decision ON ledger (decision, id);

-- A mail on its way out. One about an invitation keeps no text: it is written when it is handed over, so no link is at rest here.
CREATE TABLE mail (
	id BIGINT PRIMARY KEY,
	kind TEXT NOT NULL, -- 'ask', 'reminder', 'test' ...
	invitation_id BIGINT, -- of 'ask' and 'reminder'
	contact_id BIGINT,
	recipient TEXT NOT NULL DEFAULT '', -- '': the contact's address when it is handed over
	content TEXT NOT NULL DEFAULT '', -- JSON, for kinds that are no invitation
	state TEXT NOT NULL, -- see asking.MailState
	due_at BIGINT NOT NULL,
	lease_until BIGINT, -- an instance is about to hand it over
	attempts BIGINT NOT NULL DEFAULT 0,
	handed_at BIGINT, -- committed before the mail server is given the text
	done_at BIGINT,
	message_id TEXT NOT NULL DEFAULT '', -- of the header, without < >
	problem TEXT NOT NULL DEFAULT '', -- what went wrong last
	created_at BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (due_at, id) WHERE state = 'due';
CREATE INDEX mail_handed ON mail (handed_at, id) WHERE state = 'handed';
CREATE INDEX mail_trouble ON mail (state, id) WHERE state IN ('failed', 'uncertain', 'kept');
CREATE INDEX mail_invitation ON mail (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX mail_contact ON mail (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX mail_message ON mail (message_id) WHERE message_id <> '';

-- Addresses that get no survey mail. The key is a keyed hash of the folded address, so that it outlives an erased person.
CREATE TABLE suppression (
	key BYTEA NOT NULL PRIMARY KEY,
	reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained', 'erased', 'manual')),
	email TEXT, -- NULL: erased
	at BIGINT NOT NULL
);
CREATE INDEX suppression_at ON suppression (at);

-- Names that a contact had before: another address, another number of the shop's. Who is told by one of them is still that contact.
CREATE TABLE contact_alias (
	name TEXT NOT NULL PRIMARY KEY, -- '@' and a folded address, or '#' and the shop's number
	contact_id BIGINT NOT NULL
) /* WITHOUT ROWID */;
CREATE INDEX contact_alias_contact ON contact_alias (contact_id);

-- Two that were one person: who went into whom. The names of the one that went are in detail.
CREATE TABLE contact_merge (
	id BIGINT PRIMARY KEY,
	kept_id BIGINT NOT NULL,
	gone_id BIGINT NOT NULL, -- 0: it was never a contact of its own, two numbers of the shop's have one address
	reason TEXT NOT NULL, -- 'address', 'external_id', 'by_hand'
	detail TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX contact_merge_kept ON contact_merge (kept_id);
CREATE INDEX contact_merge_gone ON contact_merge (gone_id);

-- Openings of a personal link that carries a rating, and other signs by which people are told from machines. None of them is an answer.
CREATE TABLE click (
	id BIGINT PRIMARY KEY,
	invitation_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL, -- 'open', 'head', 'trap', 'gesture', 'send', 'restore'
	rating BIGINT, -- that the link carried
	signs BIGINT NOT NULL DEFAULT 0, -- bits, see survey.Sign
	visitor BIGINT NOT NULL DEFAULT 0 -- tells two who opened the same link apart: 16 bits of a keyed hash
);
CREATE INDEX click_invitation ON click (invitation_id, id);

-- Invitations by what became of them, counted by the local day of sending. Shards are summed by readers.
CREATE TABLE funnel (
	survey_id BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL,
	language TEXT NOT NULL,
	day BIGINT NOT NULL,
	shard BIGINT NOT NULL,
	sent BIGINT NOT NULL,
	bounced BIGINT NOT NULL,
	clicked BIGINT NOT NULL, -- opened, and not by what is taken for a program
	unconfirmed BIGINT NOT NULL, -- a rating was clicked, and no answer counts
	answered BIGINT NOT NULL,
	commented BIGINT NOT NULL,
	PRIMARY KEY (survey_id, touchpoint_id, language, day, shard)
) /* WITHOUT ROWID */;

-- A program that may call the API. Only the hash of its key is kept.
CREATE TABLE api_key (
	id BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	prefix TEXT NOT NULL, -- the first characters, to tell keys apart
	key_hash BYTEA NOT NULL UNIQUE,
	scopes TEXT NOT NULL, -- joined by commas
	created_by BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	last_used_at BIGINT,
	revoked_at BIGINT
);

-- What the API answered to an Idempotency-Key, for a day.
CREATE TABLE api_reply (
	api_key_id BIGINT NOT NULL,
	idempotency_key TEXT NOT NULL,
	request_hash BYTEA NOT NULL,
	status BIGINT NOT NULL, -- 0: still working
	body TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (api_key_id, idempotency_key)
) /* WITHOUT ROWID */;
CREATE INDEX api_reply_at ON api_reply (at);

-- +goose Down
SELECT 1;
