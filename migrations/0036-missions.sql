-- missions: what members of a group do for points. A mission is data; progress is counted anew from what truly happened, day by day of the group.
create schema missions;

-- Events for listeners that take what gathers within a second: telling adds a row and waits for nobody; a worker makes jobs of them.
create table house.gathered (
  id bigint generated always as identity primary key,
  task text not null,
  shard smallint not null,
  payload jsonb not null
);

-- Whoever calls from outside about members (a café, a karaoke house): its secret signs its calls.
create table missions.partner (
  id text primary key check (id like 'ptn\_%'),
  group_id text not null references groups.fan_group on delete cascade,
  name text not null check (length(name) between 1 and 80),
  -- The signing secret under a key made of the planet's own (AES-256-GCM), bound to the id.
  sealed bytea not null,
  -- Rises with each new secret.
  version integer not null default 1 check (version > 0),
  by text not null references people.person,
  created_at timestamptz not null,
  secret_at timestamptz not null,
  called_at timestamptz,
  ended_at timestamptz
);
create index partner_group on missions.partner (group_id, created_at desc, id desc);
create index partner_by on missions.partner (by);

create table missions.mission (
  id text primary key check (id like 'msn\_%'),
  group_id text not null references groups.fan_group on delete cascade,
  event text not null check (event in ('listen_minutes', 'check_in', 'attend', 'lyric', 'outside_listens', 'partner_call', 'proof')),
  name_zh text not null check (length(name_zh) <= 80),
  name_en text not null check (length(name_en) <= 80),
  note_zh text not null default '' check (length(note_zh) <= 1000),
  note_en text not null default '' check (length(note_en) <= 1000),
  -- Minutes of listening, else how many.
  target integer not null check (target between 1 and 100000),
  points integer not null check (points between 0 and 100000),
  -- So much of a day counts at most; in the units of target.
  day_cap integer check (day_cap between 1 and 100000),
  every text not null check (every in ('once', 'daily', 'weekly', 'monthly')),
  -- The group's at its opening: a later change of the group's zone moves no day that was counted.
  zone text not null check (length(zone) between 2 and 60),
  starts_at timestamptz not null,
  ends_at timestamptz,
  level smallint not null default 1 check (level between 1 and 10),
  member_days smallint not null default 0 check (member_days between 0 and 3650),
  -- Music of a page, or of a release; lyrics of a language or kind; an event of the schedule; a partner.
  page text references people.page,
  release text references catalogue.release on delete set null,
  language text check (language ~ '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  kind text check (kind in ('main', 'translation', 'romanisation')),
  happening text references groups.event on delete set null,
  partner text references missions.partner,
  place integer not null default 0,
  -- SHA-256 of what was asked for: the same id with another content is refused.
  request text not null check (length(request) = 64),
  by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  opened_at timestamptz,
  check (name_zh <> '' or name_en <> ''),
  check (ends_at is null or ends_at > starts_at),
  check (opened_at is null or starts_at >= opened_at),
  check (page is null or event in ('listen_minutes', 'outside_listens')),
  check (release is null or event in ('listen_minutes', 'outside_listens')),
  check (kind is null or event = 'lyric'),
  check (language is null or event = 'lyric'),
  check (happening is null or event = 'attend'),
  check ((partner is not null) = (event = 'partner_call')),
  check (event <> 'check_in' or every <> 'daily' or target = 1)
);
create index mission_group on missions.mission (group_id, place, created_at, id);
create index mission_live on missions.mission (group_id, event) where opened_at is not null;
create index mission_page on missions.mission (page) where page is not null;
create index mission_release on missions.mission (release) where release is not null;
create index mission_happening on missions.mission (happening) where happening is not null;
create index mission_partner on missions.mission (partner) where partner is not null;
create index mission_by on missions.mission (by);

-- What truly happened on a day of the group, before the day's cap: milliseconds for listening, else how many. Written anew, never added to.
create table missions.day (
  mission text not null references missions.mission on delete cascade,
  person text not null references people.person on delete cascade,
  day date not null,
  amount bigint not null check (amount >= 0),
  primary key (mission, person, day)
) with (fillfactor = 70);
create index day_person on missions.day (person, day);

-- A window (named by its first day) of a mission for a person: days in it, each up to its cap.
create table missions.progress (
  mission text not null references missions.mission on delete cascade,
  person text not null references people.person on delete cascade,
  win date not null,
  -- From then on the person's doings count; who leaves and comes back keeps the earlier moment within the window.
  since timestamptz not null,
  amount bigint not null check (amount >= 0),
  done boolean not null default false,
  -- How often the target was reached: more than once only when plays were taken out of the counts meanwhile.
  rounds smallint not null default 0 check (rounds >= 0),
  changed_at timestamptz not null,
  primary key (mission, person, win)
) with (fillfactor = 70);
create index progress_person on missions.progress (person, win);

-- A target reached: paid once by its key `msn_…:usr_…:window:round`. Taken back: what stood behind it does not count any more.
create table missions.completion (
  key text primary key,
  mission text not null,
  person text not null,
  win date not null,
  round smallint not null check (round > 0),
  at timestamptz not null,
  points integer not null check (points >= 0),
  granted integer not null check (granted between 0 and points),
  why text check (why in ('cap_day', 'budget_empty', 'not_member', 'repeated')),
  taken_at timestamptz,
  constraint completion_round unique (mission, person, win, round),
  foreign key (mission, person, win) references missions.progress on delete cascade,
  check (key = mission || ':' || person || ':' || win || ':' || round)
);
-- Of one window only one completion stands.
create unique index completion_standing on missions.completion (mission, person, win) where taken_at is null;
create index completion_person on missions.completion (person, at desc);
create index completion_mission on missions.completion (mission, at desc);
create index completion_waiting on missions.completion (mission, at) where taken_at is null and why = 'budget_empty';

-- One a day of the group; a streak is a query.
create table missions.check_in (
  group_id text not null references groups.fan_group on delete cascade,
  person text not null references people.person on delete cascade,
  day date not null,
  at timestamptz not null,
  primary key (group_id, person, day)
);
create index check_in_person on missions.check_in (person, at desc);

-- A picture that shows what someone did, looked at by a host.
create table missions.proof (
  id text primary key check (id like 'prf\_%'),
  mission text not null references missions.mission on delete cascade,
  person text not null references people.person on delete cascade,
  -- SHA-256 of the file as it came; what is kept of it is drawn anew and has no name, place or camera in it.
  picture text not null check (length(picture) = 64),
  note text not null default '' check (length(note) <= 500),
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'refused', 'withdrawn')),
  at timestamptz not null,
  reviewer text references people.person,
  reason text check (length(reason) between 1 and 500),
  decided_at timestamptz,
  check ((state = 'waiting') = (decided_at is null)),
  check ((state in ('accepted', 'refused')) = (reviewer is not null)),
  check (state <> 'refused' or reason is not null),
  check (reviewer <> person)
);
-- The same picture is taken once per mission, whoever brings it; refused ones may be brought again.
create unique index proof_picture on missions.proof (mission, picture) where state in ('waiting', 'accepted');
create unique index proof_waiting_one on missions.proof (mission, person) where state = 'waiting';
create index proof_queue on missions.proof (mission, at, id) where state = 'waiting';
create index proof_person on missions.proof (person, mission, at desc, id desc);
create index proof_reviewer on missions.proof (reviewer) where reviewer is not null;

-- How a partner calls a member: a code of this partner only, which the member shows there.
create table missions.member_code (
  partner text not null references missions.partner on delete cascade,
  person text not null references people.person on delete cascade,
  code text not null check (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
  at timestamptz not null,
  primary key (partner, person),
  constraint member_code_code unique (partner, code)
);
create index member_code_person on missions.member_code (person);

-- Calls of partners that were taken, each message once.
create table missions.call (
  partner text not null references missions.partner on delete cascade,
  message text not null check (length(message) between 1 and 200),
  person text not null references people.person on delete cascade,
  at timestamptz not null,
  -- SHA-256 of the body: the same message with another body is refused.
  body text not null check (length(body) = 64),
  primary key (partner, message)
);
create index call_person on missions.call (person, partner, at);

-- The doors of this room for SQL of others.
create view missions.public_mission as
  select id, group_id, event, name_zh, name_en, target, points, every, starts_at, ends_at, opened_at from missions.mission;
create view missions.public_completion as
  select c.key, m.group_id, c.mission, c.person, c.at, c.points, c.granted, c.why, c.taken_at from missions.completion c join missions.mission m on m.id = c.mission;
create view missions.public_check_in as
  select group_id, person, day, at from missions.check_in;
create view missions.public_proof as
  select p.id, m.group_id, p.mission, p.person, p.state, p.at, p.decided_at, p.reason from missions.proof p join missions.mission m on m.id = p.mission;

-- What missions ask of other rooms.
create view lyrics.public_contribution as
  select id, person, recording, track, kind, language, state, created_at, decided_at from lyrics.contribution;

-- A play may be taken out of the counts by an operator, with a reason: what counted was no listening.
alter table listening.play drop constraint play_check1;
alter table listening.play add constraint play_uncounted
  check (uncounted is null or (heard and not counted and uncounted in ('maker', 'draft', 'near', 'often', 'elsewhere', 'address', 'outside', 'undelivered', 'withdrawn')));
create table listening.withdrawal (
  id text primary key check (id like 'evt\_%'),
  person text not null references people.person on delete cascade,
  from_at timestamptz not null,
  until_at timestamptz not null,
  plays integer not null check (plays > 0),
  by text not null references people.person,
  reason text not null check (length(reason) between 3 and 500),
  at timestamptz not null,
  check (until_at > from_at),
  check (by <> person)
);
create index withdrawal_person on listening.withdrawal (person, at desc);
create index withdrawal_by on listening.withdrawal (by);
