-- +goose Up

-- What the shop tells about its customers' money. A customer is a contact; the shop's own number of each row makes a repeated file harmless.
-- Amounts are integers in the currency's minor unit, and are never added across currencies.
CREATE TABLE customer_order (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT NOT NULL, -- stays when the person is erased: the figures of the shop go on
	at BIGINT NOT NULL, -- paid or ordered
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	refund_told BIGINT NOT NULL, -- what the order itself told of its refunds
	refunded BIGINT NOT NULL DEFAULT 0, -- that, or what its rows in customer_refund add up to, whichever is more: both may tell of the same money
	status BIGINT NOT NULL, -- 0 paid, 1 cancelled, 2 test
	kind TEXT NOT NULL -- '', 'upgrade', 'addon', 'cross_sell'
);
CREATE INDEX customer_order_of ON customer_order (contact_id, at, id, currency, amount, refunded, status, kind);
CREATE INDEX customer_order_at ON customer_order (at);

CREATE TABLE customer_refund (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	order_id BIGINT NOT NULL REFERENCES customer_order (id),
	at BIGINT NOT NULL,
	amount BIGINT NOT NULL
);
CREATE INDEX customer_refund_order ON customer_refund (order_id);

-- Since when a contact is a customer, where no order or subscription says it.
CREATE TABLE customer_since (
	contact_id BIGINT PRIMARY KEY,
	acquired_at BIGINT NOT NULL
);

CREATE TABLE subscription (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	ended_at BIGINT, -- NULL: goes on
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL, -- of one interval, without tax
	span TEXT NOT NULL, -- 'week', 'month', 'quarter', 'year'
	spans BIGINT NOT NULL, -- how many of them one payment covers
	trial BOOLEAN NOT NULL
);
CREATE INDEX subscription_of ON subscription (contact_id, started_at, id /* ROWID */);

-- A term that ends, and may be renewed.
CREATE TABLE contract (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT NOT NULL,
	term_ends_at BIGINT NOT NULL,
	renewed_at BIGINT
);
CREATE INDEX contract_ends ON contract (term_ends_at);
CREATE INDEX contract_of ON contract (contact_id);

CREATE TABLE cost (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	at BIGINT NOT NULL,
	category TEXT NOT NULL, -- 'marketing' and 'sales' win customers; any other word does not count
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL
);
CREATE INDEX cost_at ON cost (at);

CREATE TABLE opportunity (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT, -- NULL: not a customer yet
	agent TEXT NOT NULL,
	created_at BIGINT, -- NULL: not told; counted where only the closing matters
	closed_at BIGINT,
	outcome BIGINT NOT NULL, -- 0 open, 1 won, 2 lost
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL
);
CREATE INDEX opportunity_closed ON opportunity (closed_at);
CREATE INDEX opportunity_of ON opportunity (contact_id);

-- A visit of an opportunity to a stage. Coming back is another stay.
CREATE TABLE stage_stay (
	opportunity_id BIGINT NOT NULL REFERENCES opportunity (id),
	entered_at BIGINT NOT NULL,
	stage TEXT NOT NULL,
	position BIGINT NOT NULL, -- of the stage in the pipeline: a move to a higher one is forward
	left_at BIGINT,
	PRIMARY KEY (opportunity_id, entered_at, stage)
) /* WITHOUT ROWID */;

CREATE TABLE quota (
	agent TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	by_hand BOOLEAN NOT NULL, -- typed in, until a feed tells of the same
	PRIMARY KEY (agent, from_at, to_at, currency)
) /* WITHOUT ROWID */;

-- A question to the shop's own help desk; the cases of the inbox are counted by themselves.
CREATE TABLE ticket (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT,
	agent TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	resolved_at BIGINT, -- the last time
	excluded BOOLEAN NOT NULL, -- spam, merged, a test
	untimed BOOLEAN NOT NULL DEFAULT FALSE -- only days are known: how long it took counts in no figure
);
CREATE INDEX ticket_resolved ON ticket (resolved_at);
CREATE INDEX ticket_of ON ticket (contact_id);

CREATE TABLE membership (
	contact_id BIGINT NOT NULL, -- of the loyalty programme
	joined_at BIGINT NOT NULL, -- who comes back is a member a second time
	left_at BIGINT,
	PRIMARY KEY (contact_id, joined_at)
) /* WITHOUT ROWID */;

CREATE TABLE reward (
	id BIGINT PRIMARY KEY,
	external_id TEXT NOT NULL UNIQUE,
	contact_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL, -- 'earned' (points), 'issued', 'redeemed'
	count BIGINT NOT NULL
);
CREATE INDEX reward_at ON reward (at);
CREATE INDEX reward_of ON reward (contact_id);

-- Counts typed in by hand, for a metric whose records the shop does not have.
CREATE TABLE manual_figure (
	id BIGINT PRIMARY KEY,
	metric TEXT NOT NULL,
	variant TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT NOT NULL,
	currency TEXT NOT NULL,
	inputs TEXT NOT NULL, -- JSON: name -> whole number
	note TEXT NOT NULL,
	entered_by BIGINT NOT NULL,
	entered_at BIGINT NOT NULL
);
CREATE INDEX manual_figure_of ON manual_figure (metric, variant, from_at);

-- Every kind of feed, and how often it was changed: a figure made from an older revision is out of date.
CREATE TABLE feed (
	kind TEXT NOT NULL PRIMARY KEY,
	revision BIGINT NOT NULL,
	records BIGINT NOT NULL,
	changed_at BIGINT NOT NULL
);

-- The currencies that a feed has: there are few, and pages ask for them.
CREATE TABLE feed_currency (
	kind TEXT NOT NULL,
	currency TEXT NOT NULL,
	PRIMARY KEY (kind, currency)
) /* WITHOUT ROWID */;

-- Figures that were computed, so that a page costs the same whatever the feeds hold.
CREATE TABLE figure (
	metric TEXT NOT NULL,
	variant TEXT NOT NULL,
	currency TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT NOT NULL,
	result TEXT NOT NULL, -- JSON
	basis TEXT NOT NULL, -- the revisions of the feeds and the settings it was made from
	as_of BIGINT NOT NULL,
	PRIMARY KEY (metric, variant, currency, from_at, to_at)
) /* WITHOUT ROWID */;

-- +goose Down
SELECT 1;
