-- +goose Up

-- Facts about the account, one a row: company, languages, zone, brand colour, and 'revision', which every change of what customers see raises.
CREATE TABLE setting (
	key TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- The moment in a customer's journey where a survey is asked. Ids are small, since every answer repeats one.
CREATE TABLE touchpoint (
	id BIGINT PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,
	names TEXT NOT NULL, -- JSON: language -> name
	position BIGINT NOT NULL,
	archived_at BIGINT
);

CREATE TABLE survey (
	id BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('draft', 'live', 'archived')),
	draft TEXT NOT NULL, -- JSON: the definition as edited, and the survey's settings
	version_id BIGINT, -- the published version
	opens_at BIGINT,
	closes_at BIGINT,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	revision BIGINT NOT NULL DEFAULT 1 -- two editors at once: the second is told
);

-- A version holds the questions as they were asked. Its answers are never joined with those of another one.
CREATE TABLE survey_version (
	id BIGINT PRIMARY KEY,
	survey_id BIGINT NOT NULL REFERENCES survey (id),
	number BIGINT NOT NULL,
	definition TEXT NOT NULL, -- JSON
	published_at BIGINT NOT NULL,
	UNIQUE (survey_id, number)
);

-- A public link: anybody who has it may answer.
CREATE TABLE survey_link (
	slug TEXT NOT NULL PRIMARY KEY,
	survey_id BIGINT NOT NULL REFERENCES survey (id),
	touchpoint_id BIGINT NOT NULL DEFAULT 0,
	language TEXT NOT NULL DEFAULT '',
	guessable BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	closed_at BIGINT
);
CREATE INDEX survey_link_survey ON survey_link (survey_id);

CREATE TABLE contact (
	id BIGINT PRIMARY KEY,
	external_id TEXT UNIQUE, -- the shop's number of the customer
	email TEXT,
	email_key TEXT UNIQUE, -- folded, so that the case of letters makes no second person
	bad_email TEXT NOT NULL DEFAULT '', -- the newest text given as an address that is none
	name TEXT NOT NULL DEFAULT '',
	name_key TEXT NOT NULL DEFAULT '', -- its words folded, for search
	language TEXT NOT NULL DEFAULT '',
	zone TEXT NOT NULL DEFAULT '', -- IANA name; '': the account's
	properties TEXT NOT NULL DEFAULT '', -- JSON: name -> value, both text
	consent BIGINT NOT NULL DEFAULT 0, -- 0 not known, 1 given, 2 refused
	asked_at BIGINT, -- when the newest first ask was handed over: what the throttle looks at
	bounced_at BIGINT, -- the address takes no mail
	bounces BIGINT NOT NULL DEFAULT 0, -- soft ones in a row
	created_at BIGINT NOT NULL,
	changed_at BIGINT
);
CREATE INDEX contact_missing ON contact (id) WHERE email IS NULL AND bad_email = '';
CREATE INDEX contact_invalid ON contact (id) WHERE bad_email <> '';
CREATE INDEX contact_bounced ON contact (id) WHERE bounced_at IS NOT NULL;

-- One contact asked once, or the decision not to ask. Its answer has the invitation's id, so a second answer cannot exist.
CREATE TABLE invitation (
	id BIGINT PRIMARY KEY,
	survey_id BIGINT NOT NULL REFERENCES survey (id),
	contact_id BIGINT REFERENCES contact (id),
	rule_id BIGINT, -- NULL: made by hand
	occasion_id BIGINT, -- what happened; with rule_id: a purchase is asked about once by a rule
	touchpoint_id BIGINT NOT NULL,
	language TEXT NOT NULL DEFAULT '',
	order_ref TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL DEFAULT 'link', -- the newest decision of the ledger; 'link': made by hand for the shop's own mail
	nonce BYTEA NOT NULL,
	key_id BIGINT NOT NULL,
	token_hash BYTEA UNIQUE, -- NULL once revoked
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	sent_at BIGINT, -- the first mail was accepted by the mail server, or the link was given out
	reminded_at BIGINT,
	bounced_at BIGINT,
	opened_at BIGINT, -- somebody, or a program, first opened the link
	answered_at BIGINT, -- with an answer that counts, or would if staff had not marked it
	click_rating BIGINT, -- that an opened link carried last; NULL: none did
	machine BIGINT NOT NULL DEFAULT 0, -- bits, see survey.Reason: why whoever opened it is taken for a program; 0: it is not
	UNIQUE (rule_id, occasion_id)
);
CREATE INDEX invitation_survey ON invitation (survey_id, id);
CREATE INDEX invitation_unconfirmed ON invitation (survey_id, id) WHERE click_rating IS NOT NULL AND answered_at IS NULL;
CREATE INDEX invitation_contact ON invitation (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX invitation_running ON invitation (expires_at) WHERE state = 'sent';

-- One submission. Columns that are mostly empty stand last; there is no index over ratings, since rollup carries the scores.
CREATE TABLE response (
	id BIGINT PRIMARY KEY,
	survey_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL, -- 0: none given
	language TEXT NOT NULL, -- '': not known
	answered_at BIGINT NOT NULL, -- first given; an edit keeps it
	rating BIGINT, -- of the first question on a scale; NULL: none given, or three questions of a CLI
	class BIGINT NOT NULL, -- 1 worst, 2 middle, 3 best, 0 none
	status BIGINT NOT NULL, -- 0 counts, 1 test, 2 spam, 3 deleted, 4 held: taken for a program's
	channel BIGINT NOT NULL, -- 0 public link, 1 personal link, 2 import
	flags BIGINT NOT NULL, -- 1: can't say, 2: not finished, 4: scale shown in two rows, 8: in one row, 16: time of day not known
	revision BIGINT NOT NULL, -- 0: as first given
	comment TEXT,
	order_ref TEXT,
	external_id TEXT,
	contact_id BIGINT
);
CREATE INDEX response_contact ON response (contact_id, id /* ROWID */) WHERE contact_id IS NOT NULL;
CREATE INDEX response_comment ON response (survey_id, answered_at, id /* ROWID */) WHERE comment IS NOT NULL;

-- The other questions' parts of a response.
CREATE TABLE answer (
	response_id BIGINT NOT NULL,
	question BIGINT NOT NULL,
	rating BIGINT, -- on the question's scale
	options BIGINT NOT NULL, -- a bit for each option chosen
	cant_say BOOLEAN NOT NULL,
	text TEXT,
	PRIMARY KEY (response_id, question)
) /* WITHOUT ROWID */;

-- What makes a repeated import harmless: a hash of the row's own id.
CREATE TABLE response_key (
	key BIGINT PRIMARY KEY,
	response_id BIGINT NOT NULL
);

-- What an answer was before somebody changed it.
CREATE TABLE response_history (
	response_id BIGINT NOT NULL,
	revision BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by BIGINT, -- a user; NULL: the customer
	before TEXT NOT NULL, -- JSON
	PRIMARY KEY (response_id, revision)
) /* WITHOUT ROWID */;

-- The scores' ground: answers counted by version, question, touchpoint, language and local day. Question 0 is a CLI respondent (sum of the three questions'
-- points; r1..r3 count its classes). touchpoint_id -1 with language '*' is the row over all touchpoints and languages. Shards are summed by readers.
CREATE TABLE rollup (
	version_id BIGINT NOT NULL,
	question BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL,
	language TEXT NOT NULL,
	day BIGINT NOT NULL, -- days since 1970-01-01 in the account's zone
	shard BIGINT NOT NULL,
	n BIGINT NOT NULL,
	sum BIGINT NOT NULL,
	sumsq BIGINT NOT NULL,
	na BIGINT NOT NULL, -- can't say
	r0 BIGINT NOT NULL, r1 BIGINT NOT NULL, r2 BIGINT NOT NULL, r3 BIGINT NOT NULL, r4 BIGINT NOT NULL, r5 BIGINT NOT NULL,
	r6 BIGINT NOT NULL, r7 BIGINT NOT NULL, r8 BIGINT NOT NULL, r9 BIGINT NOT NULL, r10 BIGINT NOT NULL,
	PRIMARY KEY (version_id, question, touchpoint_id, language, day, shard)
) /* WITHOUT ROWID */;

-- How far the answers of a period are by customers who answered more than once, as a job found it; periods without such answers have no row.
CREATE TABLE repeat_count (
	version_id BIGINT NOT NULL,
	first_day BIGINT NOT NULL, -- -1: of all time
	last_day BIGINT NOT NULL,
	answers BIGINT NOT NULL,
	repeated BIGINT NOT NULL, -- of the answers, those by customers with more than one of them
	widening DOUBLE PRECISION NOT NULL, -- how many times wider the interval is, counted by customer; 0: not known
	as_of BIGINT NOT NULL,
	PRIMARY KEY (version_id, first_day, last_day)
) /* WITHOUT ROWID */;

-- A dated note that charts show.
CREATE TABLE event (
	id BIGINT PRIMARY KEY,
	day BIGINT NOT NULL,
	title TEXT NOT NULL,
	created_by BIGINT,
	created_at BIGINT NOT NULL
);

-- Numbers of writers: ids made by two processes at once never meet. Number 0 is serve on SQLite and is not leased.
CREATE TABLE writer_lease (
	bucket BIGINT PRIMARY KEY,
	holder TEXT NOT NULL,
	expires_at BIGINT NOT NULL
);

-- +goose Down
SELECT 1;
