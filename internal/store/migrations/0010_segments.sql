-- +goose Up

-- What a job found about customers and their money. A run is written bit by bit while pages show the one before it, and is shown once it is done.
CREATE TABLE segment_run (
	id BIGINT PRIMARY KEY,
	as_of BIGINT NOT NULL,
	basis TEXT NOT NULL, -- how far the records were that it was made from
	done BOOLEAN NOT NULL,
	pictures TEXT NOT NULL -- JSON: see worth.Picture
);

-- Where each customer stands among the others.
CREATE TABLE customer_standing (
	run_id BIGINT NOT NULL,
	contact_id BIGINT NOT NULL,
	currency TEXT NOT NULL,
	last_at BIGINT NOT NULL, -- the newest order that counts
	orders BIGINT NOT NULL,
	net BIGINT NOT NULL, -- minor units, of all orders
	r BIGINT NOT NULL, f BIGINT NOT NULL, m BIGINT NOT NULL, -- 1 to 5
	segment TEXT NOT NULL,
	risk DOUBLE PRECISION, -- of no order in 180 days, 0 to 1; NULL: not known
	band TEXT NOT NULL, -- 'low', 'medium', 'high', 'gone' or ''
	PRIMARY KEY (run_id, contact_id, currency)
) /* WITHOUT ROWID */;
CREATE INDEX customer_standing_segment ON customer_standing (run_id, currency, segment, contact_id);
CREATE INDEX customer_standing_of ON customer_standing (contact_id);

-- The rollups once more, of the customers of one segment. See rollup.
CREATE TABLE segment_rollup (
	run_id BIGINT NOT NULL,
	currency TEXT NOT NULL,
	segment TEXT NOT NULL,
	version_id BIGINT NOT NULL,
	question BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL,
	language TEXT NOT NULL,
	day BIGINT NOT NULL,
	n BIGINT NOT NULL,
	sum BIGINT NOT NULL,
	sumsq BIGINT NOT NULL,
	na BIGINT NOT NULL,
	r0 BIGINT NOT NULL, r1 BIGINT NOT NULL, r2 BIGINT NOT NULL, r3 BIGINT NOT NULL, r4 BIGINT NOT NULL, r5 BIGINT NOT NULL,
	r6 BIGINT NOT NULL, r7 BIGINT NOT NULL, r8 BIGINT NOT NULL, r9 BIGINT NOT NULL, r10 BIGINT NOT NULL,
	PRIMARY KEY (run_id, currency, segment, version_id, question, touchpoint_id, language, day)
) /* WITHOUT ROWID */;

-- +goose Down
SELECT 1;
