-- moderation: what is reported or held, decisions with their reasons, appeals by another person, bans, and the rules of groups and of the planet.
-- A scope is a group's id, or empty for the whole planet. Subjects (posts, comments, pages …) belong to other rooms and are named by kind and id.
create schema moderation;

-- What a person's page says of itself, for those who look at a report of it.
create view people.public_page_words as
  select id as page, bio_zh, bio_en from people.page;
-- How long someone has been here, and whether they are still let in.
create view people.public_since as
  select id as person, created_at as since, banned_at is not null as banned from people.person;
-- The planet's staff: they are not banned while they are it.
create view people.public_staff as
  select id as person, roles from people.person where cardinality(roles) > 0;

create table moderation.setting (
  scope text primary key check (scope = '' or scope like 'grp\_%'),
  -- The first so many contributions of somebody new wait for a host.
  hold_first integer not null default 0 check (hold_first between 0 and 20),
  -- Least seconds between two contributions of one person.
  slow_seconds integer not null default 0 check (slow_seconds between 0 and 86400),
  -- any: all but what a rule refuses · listed: only what a rule allows, others wait · none: only what a rule allows, others are refused.
  links text not null default 'any' check (links in ('any', 'listed', 'none')),
  -- So many distinct reporters of standing hide something until it is decided; 0: never.
  hide_at integer not null default 3 check (hide_at between 0 and 50),
  -- Counts up with each change of a rule: what was prepared of the rules is prepared anew.
  version integer not null default 1,
  changed_by text references people.person,
  changed_at timestamptz not null
);
create index setting_changed_by on moderation.setting (changed_by);

create table moderation.rule (
  scope text not null check (scope = '' or scope like 'grp\_%'),
  kind text not null check (kind in ('word', 'link')),
  -- As it was written; `form` is what it comes to without disguise.
  pattern text not null check (length(pattern) between 1 and 100),
  form text not null check (form <> ''),
  action text not null check (action in ('block', 'hold', 'allow')),
  person text not null references people.person,
  at timestamptz not null,
  primary key (scope, kind, form),
  -- Words are refused or held; only links can be allowed.
  check (kind = 'link' or action <> 'allow')
);
create index rule_person on moderation.rule (person);

-- How fast someone writes: a bucket of tokens for the whole planet (scope empty), and in each group when they last wrote and what became of it.
create table moderation.pace (
  person text not null references people.person on delete cascade,
  scope text not null check (scope = '' or scope like 'grp\_%'),
  tokens real not null default 0,
  at timestamptz not null,
  -- Of the last text, without disguise, and how often it came in a row.
  last_hash text,
  repeats integer not null default 0,
  -- Contributions that were let through: at once, or by a host.
  passed integer not null default 0 check (passed >= 0),
  primary key (person, scope)
);

-- Something reported or held that waits to be looked at. open → decided.
create table moderation.flag (
  id text primary key check (id like 'flg\_%'),
  kind text not null check (kind ~ '^[a-z_]{2,20}$'),
  subject text not null check (length(subject) between 1 and 60),
  -- Null: it is the planet's.
  group_id text check (group_id like 'grp\_%'),
  author text references people.person,
  -- planet: for the planet's staff alone.
  level text not null check (level in ('group', 'planet')),
  escalated_by text references people.person,
  escalated_note text,
  state text not null default 'open' check (state in ('open', 'decided')),
  -- Hidden until it is decided, and why: reports, newcomer, word, link, repeat …
  hold text check (hold <> ''),
  reports integer not null default 0 check (reports >= 0),
  -- Of them by people whose word counts.
  weighty integer not null default 0 check (weighty between 0 and reports),
  opened_at timestamptz not null,
  decided_at timestamptz,
  check ((state = 'decided') = (decided_at is not null)),
  check (group_id is not null or level = 'planet')
);
create unique index flag_open on moderation.flag (kind, subject) where state = 'open';
create index flag_subject on moderation.flag (kind, subject, opened_at desc);
create index flag_group on moderation.flag (group_id, opened_at, id) where state = 'open';
create index flag_waiting on moderation.flag (level, opened_at, id) where state = 'open';
create index flag_opened on moderation.flag (opened_at);
create index flag_author on moderation.flag (author, opened_at desc);
create index flag_escalated_by on moderation.flag (escalated_by) where escalated_by is not null;

-- One person reports one thing once.
create table moderation.report (
  kind text not null,
  subject text not null,
  person text not null references people.person,
  flag text not null references moderation.flag,
  reason text not null check (reason <> ''),
  words text not null default '' check (length(words) <= 1000),
  -- Whether their word counted when they said it.
  weighty boolean not null,
  at timestamptz not null,
  primary key (kind, subject, person)
);
create index report_flag on moderation.report (flag, at);
create index report_person on moderation.report (person, at desc);

-- A decision with its reasons. It stands until an appeal reverses it, and is never changed.
create table moderation.decision (
  id text primary key check (id like 'dcn\_%'),
  flag text references moderation.flag,
  kind text not null,
  subject text not null,
  group_id text check (group_id like 'grp\_%'),
  -- group: by a host, another one may look at it again · planet: by the planet's staff.
  level text not null check (level in ('group', 'planet')),
  -- Whom it is about.
  author text references people.person,
  -- keep: it stays (shown again when it was held) · warn: it stays, its author is told · hide: it is taken away · ban: the person may not take part.
  action text not null check (action in ('keep', 'warn', 'hide', 'ban')),
  reason text not null check (reason <> ''),
  words text not null check (length(words) <= 2000),
  -- What it was about, as it was then: { text, pictures, url, hold, reports }.
  facts jsonb not null,
  decided_by text not null references people.person,
  -- The second person of a ban of the planet; else empty.
  second_by text not null default '',
  at timestamptz not null,
  unique (id, decided_by, second_by),
  -- Nobody decides about their own.
  check (author is null or (decided_by <> author and second_by <> author)),
  check (action = 'keep' or words <> '')
);
create unique index decision_flag_once on moderation.decision (flag) where flag is not null and action <> 'ban';
create index decision_flag on moderation.decision (flag) where flag is not null;
create index decision_author on moderation.decision (author, at desc, id desc);
create index decision_group on moderation.decision (group_id, at desc, id desc);
create index decision_at on moderation.decision (at desc, id desc);
create index decision_by on moderation.decision (decided_by);
create function moderation.never_changes() returns trigger language plpgsql as $$ begin raise exception 'a decision is never changed'; end $$;
create trigger decision_stands before update on moderation.decision for each row execute function moderation.never_changes();

-- The author asks once for another pair of eyes. open → upheld | reversed.
create table moderation.appeal (
  id text primary key check (id like 'ape\_%'),
  decision text not null unique,
  -- Who decided first: held to the decision by the key, so that the check below cannot be got around.
  first_by text not null,
  second_by text not null,
  person text not null references people.person,
  words text not null check (length(words) between 1 and 2000),
  state text not null default 'open' check (state in ('open', 'upheld', 'reversed')),
  at timestamptz not null,
  decided_by text references people.person,
  answer text check (answer <> ''),
  decided_at timestamptz,
  foreign key (decision, first_by, second_by) references moderation.decision (id, decided_by, second_by),
  check ((state = 'open') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (answer is null)),
  -- Another person than who decided, and not the one who appeals.
  constraint appeal_by_another check (decided_by not in (first_by, second_by, person))
);
create index appeal_waiting on moderation.appeal (at, id) where state = 'open';
create index appeal_person on moderation.appeal (person, at desc);
create index appeal_first_by on moderation.appeal (first_by);
create index appeal_decided_by on moderation.appeal (decided_by) where decided_by is not null;
create index appeal_at on moderation.appeal (at);

-- Who may not take part. Of a group: by its hosts, at once. Of the planet: proposed by one of the staff, confirmed by another; before that it holds nothing.
create table moderation.ban (
  id text primary key check (id like 'ban\_%'),
  person text not null references people.person,
  scope text not null check (scope = '' or scope like 'grp\_%'),
  reason text not null check (reason <> ''),
  words text not null check (length(words) between 1 and 2000),
  -- Also cannot sign in. Only of the planet.
  locks boolean not null default false,
  -- How many seconds from when it holds; null: until it is lifted.
  seconds bigint check (seconds > 0),
  proposed_by text not null references people.person,
  proposed_at timestamptz not null,
  confirmed_by text references people.person,
  -- When it began to hold, and when it ends.
  from_at timestamptz,
  until_at timestamptz check (until_at > from_at),
  decision text unique references moderation.decision,
  -- Lifted, taken back before it was confirmed, or followed by another one.
  ended_by text references people.person,
  ended_at timestamptz,
  ended_words text,
  check (proposed_by <> person and confirmed_by <> person),
  -- Four eyes for the whole planet; a group's holds at once.
  constraint ban_four_eyes check (scope <> '' or from_at is null or (confirmed_by is not null and confirmed_by <> proposed_by)),
  check (scope = '' or (from_at is not null and confirmed_by is null and not locks)),
  check ((confirmed_by is not null) <= (from_at is not null)),
  check ((from_at is null) = (decision is null)),
  check (ended_at is not null or ended_by is null)
);
-- One at a time.
create unique index ban_one on moderation.ban (person, scope) where ended_at is null;
create index ban_scope on moderation.ban (scope, proposed_at desc, id desc);
create index ban_proposed_by on moderation.ban (proposed_by);
create index ban_confirmed_by on moderation.ban (confirmed_by) where confirmed_by is not null;
create index ban_ended_by on moderation.ban (ended_by) where ended_by is not null;

-- For those above and below: who may not take part where, by now.
create view moderation.public_ban as
  select person, nullif(scope, '') as group_id, from_at, until_at, reason from moderation.ban where from_at is not null and ended_at is null;
