-- +goose Up

-- What managers want to reach, in the five fields of SMART. Drafts may lack any of them: '' and NULL are "not told".
-- Values are ten-thousandths of their unit, which for money is the currency's minor one.
CREATE TABLE goal (
	id BIGINT PRIMARY KEY,
	published BOOLEAN NOT NULL,
	specific TEXT NOT NULL,
	achievable TEXT NOT NULL,
	relevant TEXT NOT NULL,
	kind TEXT NOT NULL, -- 'number', 'money', 'yes_no', 'task'
	measured TEXT NOT NULL, -- 'hand', 'score', 'metric'
	survey_id BIGINT, -- of a score
	touchpoint_id BIGINT NOT NULL, -- of a score; -1: all
	metric TEXT NOT NULL,
	variant TEXT NOT NULL,
	currency TEXT NOT NULL, -- of money
	unit TEXT NOT NULL, -- of numbers by hand
	baseline BIGINT,
	target BIGINT,
	start_day BIGINT,
	deadline BIGINT,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	archived_at BIGINT,
	revision BIGINT NOT NULL DEFAULT 1
);

-- What somebody wrote down of a goal that is measured by hand. The last of a day counts; rows are only ever added.
CREATE TABLE goal_value (
	id BIGINT PRIMARY KEY,
	goal_id BIGINT NOT NULL REFERENCES goal (id),
	day BIGINT NOT NULL,
	value BIGINT NOT NULL,
	created_by BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX goal_value_of ON goal_value (goal_id, day, id);
