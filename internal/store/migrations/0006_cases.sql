-- +goose Up

-- A person who was unhappy, until somebody has dealt with it. One case a person: a new low answer joins it while it is open and opens it again after that.
-- An answer of nobody known has a case of its own.
CREATE TABLE followup_case (
	id BIGINT PRIMARY KEY,
	person TEXT NOT NULL UNIQUE, -- 'c' and the contact's id, or 'r' and the response's
	contact_id BIGINT,
	response_id BIGINT NOT NULL, -- the newest answer that opened or joined it
	survey_id BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL,
	language TEXT NOT NULL,
	cause TEXT NOT NULL, -- of the newest opening: 'class', 'keyword', 'contact', 'drop'
	status TEXT NOT NULL CHECK (status IN ('new', 'in_progress', 'waiting', 'resolved')),
	owner_id BIGINT, -- a user; NULL: nobody
	reason_id BIGINT, -- of the resolution
	permission BIGINT NOT NULL DEFAULT 0, -- to get back to the person about the last opening: 0 not said, 1 yes, 2 no
	phone TEXT NOT NULL DEFAULT '', -- where the person asked to be called
	created_at BIGINT NOT NULL, -- first opened
	opened_at BIGINT NOT NULL, -- last opened
	due_at BIGINT NOT NULL, -- of the first reply to the last opening
	replied_at BIGINT, -- first reply to the last opening
	resolved_at BIGINT, -- last
	reopened BIGINT NOT NULL DEFAULT 0,
	rounds BIGINT NOT NULL DEFAULT 1, -- the newest row in case_round
	excluded BOOLEAN NOT NULL DEFAULT FALSE, -- its answers turned out to be tests or spam
	alerted BIGINT NOT NULL DEFAULT 0, -- 1: the owner was reminded, 2: the owner and the lead were told that it is overdue
	happened TEXT NOT NULL DEFAULT '', -- what the newest answer did: 'opened', 'joined', 'reopened'
	search_text TEXT NOT NULL DEFAULT '', -- folded words of comments, names, order numbers and notes
	changed_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1 -- two editors at once: the second is told
);
-- The lists of the inbox: those without a reply by when it is due, then the others.
CREATE INDEX case_due ON followup_case (replied_at, due_at, id) WHERE status <> 'resolved' AND NOT excluded;
CREATE INDEX case_owner ON followup_case (owner_id, replied_at, due_at, id) WHERE status <> 'resolved' AND NOT excluded;
CREATE INDEX case_touchpoint ON followup_case (touchpoint_id, replied_at, due_at, id) WHERE status <> 'resolved' AND NOT excluded;
CREATE INDEX case_waiting ON followup_case (replied_at, due_at, id) WHERE status = 'waiting' AND NOT excluded;
CREATE INDEX case_resolved ON followup_case (resolved_at, id) WHERE status = 'resolved' AND NOT excluded;
CREATE INDEX case_created ON followup_case (created_at, id);
CREATE INDEX case_contact ON followup_case (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX case_late ON followup_case (due_at, id) WHERE status <> 'resolved' AND replied_at IS NULL AND NOT excluded AND alerted < 2;

-- The answers of a case.
CREATE TABLE case_response (
	case_id BIGINT NOT NULL,
	response_id BIGINT NOT NULL UNIQUE,
	round BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('stands', 'raised', 'marked')), -- raised by its person out of what opens a case, or marked as test, spam or deleted
	PRIMARY KEY (case_id, response_id)
) /* WITHOUT ROWID */;

-- A case from one opening to its resolution: what the 48 hours are counted on.
CREATE TABLE case_round (
	case_id BIGINT NOT NULL,
	no BIGINT NOT NULL, -- from 1
	ticket BIGINT NOT NULL, -- the no of the round that an answer opened. Rounds that staff opened again after it go on with its ticket
	opened_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	touchpoint_id BIGINT NOT NULL, -- of the answer that opened it
	declined BOOLEAN NOT NULL DEFAULT FALSE, -- the customer wants no reply
	replied_at BIGINT,
	replied_by BIGINT,
	resolved_at BIGINT,
	resolved_by BIGINT,
	reason_id BIGINT,
	excluded BOOLEAN NOT NULL DEFAULT FALSE, -- all answers of its ticket turned out to be tests or spam
	PRIMARY KEY (case_id, no)
) /* WITHOUT ROWID */;
CREATE INDEX case_round_opened ON case_round (opened_at);
CREATE INDEX case_round_resolved ON case_round (resolved_at) WHERE resolved_at IS NOT NULL;

-- Everything that happened to a case. Rows are only ever added, except by erasing a person.
CREATE TABLE case_log (
	id BIGINT PRIMARY KEY,
	case_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	user_id BIGINT, -- NULL: the program or the customer
	kind TEXT NOT NULL, -- 'opened', 'joined', 'reopened', 'raised', 'marked', 'restored', 'permission', 'status', 'owner', 'tags', 'note', 'reply', 'incoming', 'reminder', 'undo' ...
	response_id BIGINT, -- of an answer
	before TEXT NOT NULL DEFAULT '',
	after TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL DEFAULT '', -- of a note, a reply or an incoming mail
	mail_id BIGINT -- of a reply
);
CREATE INDEX case_log_case ON case_log (case_id, id);
CREATE INDEX case_log_at ON case_log (at, id);

CREATE TABLE case_tag (
	case_id BIGINT NOT NULL,
	tag TEXT NOT NULL,
	PRIMARY KEY (case_id, tag)
) /* WITHOUT ROWID */;
CREATE INDEX case_tag_tag ON case_tag (tag, case_id);

-- Who is looking, and what they have typed but not sent.
CREATE TABLE case_presence (
	case_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	since_at BIGINT NOT NULL, -- when they came
	seen_at BIGINT NOT NULL, -- the last sign of them
	PRIMARY KEY (case_id, user_id)
) /* WITHOUT ROWID */;
CREATE TABLE case_draft (
	case_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('reply', 'note')),
	body TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (case_id, user_id, kind)
) /* WITHOUT ROWID */;

-- Whom a note names.
CREATE TABLE case_mention (
	case_id BIGINT NOT NULL,
	log_id BIGINT NOT NULL, -- of the note
	user_id BIGINT NOT NULL,
	PRIMARY KEY (case_id, log_id, user_id)
) /* WITHOUT ROWID */;
CREATE INDEX case_mention_user ON case_mention (user_id, case_id);

-- Why a case was closed. Administrators edit the list.
CREATE TABLE case_reason (
	id BIGINT PRIMARY KEY,
	names TEXT NOT NULL, -- JSON: language -> name
	position BIGINT NOT NULL,
	archived_at BIGINT
);
INSERT INTO case_reason (id, names, position) VALUES
	(1, '{"en":"The customer changed the answer","ru":"Клиент изменил ответ","pl":"Klient zmienił odpowiedź","bg":"Клиентът промени отговора си"}', 6),
	(2, '{"en":"Put right","ru":"Проблема решена","pl":"Problem rozwiązany","bg":"Проблемът е решен"}', 1),
	(3, '{"en":"Refunded or replaced","ru":"Возврат денег или замена","pl":"Zwrot pieniędzy lub wymiana","bg":"Върнати пари или замяна"}', 2),
	(4, '{"en":"Explained and apologised","ru":"Объяснили и извинились","pl":"Wyjaśniono i przeproszono","bg":"Обяснено и поднесено извинение"}', 3),
	(5, '{"en":"No answer from the customer","ru":"Клиент не ответил","pl":"Brak odpowiedzi klienta","bg":"Клиентът не отговори"}', 4),
	(6, '{"en":"Nothing could be done","ru":"Ничего нельзя было сделать","pl":"Nic nie dało się zrobić","bg":"Нищо не можеше да се направи"}', 5);

-- When a case opens, and to whom it goes ('assign', the first that fits). Settings are one JSON text.
CREATE TABLE case_rule (
	id BIGINT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('class', 'keyword', 'contact', 'drop', 'assign')),
	active BOOLEAN NOT NULL,
	plan TEXT NOT NULL,
	position BIGINT NOT NULL
);
INSERT INTO case_rule (id, kind, active, plan, position) VALUES
	(1, 'class', TRUE, '{}', 1),
	(2, 'keyword', TRUE, '{"words":["complaint*","lawyer*","жалоб*","обман*","reklamacj*","oszust*","рекламаци*","измам*"]}', 2),
	(3, 'contact', TRUE, '{}', 3),
	(4, 'drop', TRUE, '{"points":4}', 4);

-- A named address of the inbox.
CREATE TABLE saved_view (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL, -- who made it
	shared BOOLEAN NOT NULL, -- everybody sees it
	name TEXT NOT NULL,
	query TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX saved_view_user ON saved_view (user_id);

-- A text to begin a reply with.
CREATE TABLE reply_template (
	id BIGINT PRIMARY KEY,
	names TEXT NOT NULL, -- JSON: language of staff -> name
	texts TEXT NOT NULL, -- JSON: language of customers -> text with {name} {order} {company}
	position BIGINT NOT NULL
);
INSERT INTO reply_template (id, names, texts, position) VALUES
	(1, '{"en":"We are looking into it","ru":"Мы разбираемся","pl":"Sprawdzamy sprawę","bg":"Проверяваме случая"}', '{"en":"Hello {name},\n\nthank you for telling us about your order {order}, and please accept our apologies. We are looking into it and will write to you by tomorrow.\n\nThe {company} team","ru":"Здравствуйте, {name}!\n\nСпасибо, что рассказали нам о заказе {order}. Простите нас, пожалуйста. Мы разбираемся и напишем вам до завтра.\n\nКоманда магазина {company}","pl":"Dzień dobry,\n\ndziękujemy za wiadomość o zamówieniu {order} i bardzo przepraszamy. Sprawdzamy sprawę i odezwiemy się do jutra.\n\nZespół sklepu {company}","bg":"Здравейте, {name},\n\nблагодарим Ви, че ни писахте за поръчка {order}, и се извиняваме. Проверяваме случая и ще Ви пишем до утре.\n\nЕкипът на магазин {company}"}', 1),
	(2, '{"en":"A new product at our cost","ru":"Новый товар за наш счёт","pl":"Nowy produkt na nasz koszt","bg":"Нов продукт за наша сметка"}', '{"en":"Hello {name},\n\nwe are sorry about your order {order}. We are sending you a new product at our cost; you need not send anything back.\n\nThe {company} team","ru":"Здравствуйте, {name}!\n\nПростите нас за то, что случилось с заказом {order}. Мы отправляем вам новый товар за наш счёт, возвращать ничего не нужно.\n\nКоманда магазина {company}","pl":"Dzień dobry,\n\nbardzo przepraszamy za to, co stało się z zamówieniem {order}. Wysyłamy nowy produkt na nasz koszt; nie trzeba niczego odsyłać.\n\nZespół sklepu {company}","bg":"Здравейте, {name},\n\nизвиняваме се за случилото се с поръчка {order}. Изпращаме Ви нов продукт за наша сметка; не е нужно да връщате нищо.\n\nЕкипът на магазин {company}"}', 2),
	(3, '{"en":"Please tell us more","ru":"Просим рассказать подробнее","pl":"Prosimy o szczegóły","bg":"Молим за подробности"}', '{"en":"Hello {name},\n\nthank you for your answer. We would like to put this right. What exactly went wrong, and what would help you? You can simply answer this email.\n\nThe {company} team","ru":"Здравствуйте, {name}!\n\nСпасибо за ваш ответ. Мы хотим всё исправить. Что именно пошло не так и чем мы можем помочь? Можно просто ответить на это письмо.\n\nКоманда магазина {company}","pl":"Dzień dobry,\n\ndziękujemy za odpowiedź. Chcielibyśmy to naprawić. Co dokładnie poszło nie tak i jak możemy pomóc? Wystarczy odpowiedzieć na tę wiadomość.\n\nZespół sklepu {company}","bg":"Здравейте, {name},\n\nблагодарим Ви за отговора. Искаме да поправим това. Какво точно се обърка и с какво можем да помогнем? Достатъчно е да отговорите на този имейл.\n\nЕкипът на магазин {company}"}', 3);

-- What a user wants to be told.
CREATE TABLE alert_choice (
	user_id BIGINT PRIMARY KEY,
	cases TEXT NOT NULL CHECK (cases IN ('at_once', 'daily', 'off')),
	digest BOOLEAN NOT NULL,
	digest_day BIGINT NOT NULL DEFAULT 0, -- the Monday of the last digest that was due
	empty_weeks BIGINT NOT NULL DEFAULT 0
);

-- Lines of the log that nobody was told of yet.
CREATE TABLE case_news (
	log_id BIGINT NOT NULL PRIMARY KEY
) /* WITHOUT ROWID */;

-- What users are told with their next mail.
CREATE TABLE case_alert (
	user_id BIGINT NOT NULL,
	log_id BIGINT NOT NULL,
	what TEXT NOT NULL, -- see telling.What
	at BIGINT NOT NULL,
	PRIMARY KEY (user_id, log_id)
) /* WITHOUT ROWID */;

-- +goose Down
SELECT 1;
