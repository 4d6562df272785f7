-- groups: fan groups: charter, hosts, agency on record, members and their levels by activity, schedule and attendance, letters to the artist.
create schema groups;

-- Levels come from activity, never from spending: 1 … 10.
create function groups.level_of(activity integer) returns smallint language sql immutable parallel safe return (
  case when activity >= 8000 then 10 when activity >= 4000 then 9 when activity >= 2000 then 8 when activity >= 1000 then 7 when activity >= 600 then 6
    when activity >= 300 then 5 when activity >= 150 then 4 when activity >= 60 then 3 when activity >= 20 then 2 else 1 end)::smallint;

create table groups.fan_group (
  id text primary key check (id like 'grp\_%'),
  handle text not null unique check (handle ~ '^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$'),
  name text not null check (length(name) between 1 and 80),
  -- Name and handle as they are searched: words, characters, pinyin, initials; apart by blanks.
  words text not null default '',
  -- official: of an artist's page, opened by its editors; fans: of anyone, perhaps about a page.
  kind text not null check (kind in ('official', 'fans')),
  page text references people.page,
  about text not null default '' check (length(about) <= 2000),
  -- public: anyone reads; members: join to read; invite: found by nobody who was not invited.
  visibility text not null default 'public' check (visibility in ('public', 'members', 'invite')),
  joining text not null default 'open' check (joining in ('open', 'ask', 'invite')),
  -- Asked of whoever wants to join, at most five.
  questions jsonb not null default '[]' check (jsonb_typeof(questions) = 'array' and jsonb_array_length(questions) <= 5),
  -- Days one must have followed the page before joining.
  follow_days smallint not null default 0 check (follow_days between 0 and 365),
  -- Whose day it is: missions, letters and check-ins count days here.
  time_zone text not null default 'Asia/Shanghai' check (length(time_zone) between 2 and 60),
  picture text references media.asset,
  cover text references media.asset,
  -- The charter that holds; 0: none yet.
  charter integer not null default 0 check (charter >= 0),
  -- An organisation that answers for the artist; on record once one of its owners or managers said yes.
  agency text references people.organisation on delete set null,
  agency_asked_at timestamptz,
  agency_confirmed_at timestamptz,
  agency_confirmed_by text references people.person on delete set null,
  letters boolean not null default true,
  state text not null default 'open' check (state in ('open', 'closed')),
  -- Kept with each change, checked by `planet audit`.
  members integer not null default 0 check (members >= 0),
  founder text not null references people.person,
  demo boolean not null default false,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  check (kind = 'fans' or page is not null),
  check (follow_days = 0 or page is not null),
  check (visibility <> 'invite' or joining = 'invite'),
  check (agency_confirmed_at is null or agency is not null),
  check ((state = 'closed') = (closed_at is not null))
);
create unique index fan_group_official on groups.fan_group (page) where kind = 'official' and state = 'open';
create index fan_group_page on groups.fan_group (page, members desc) where page is not null;
create index fan_group_members on groups.fan_group (members desc, id) where state = 'open' and visibility <> 'invite';
create index fan_group_newest on groups.fan_group (created_at desc, id desc) where state = 'open' and visibility <> 'invite';
create index fan_group_words on groups.fan_group using gin (to_tsvector('simple', words));
create index fan_group_agency on groups.fan_group (agency) where agency is not null;
create index fan_group_agency_by on groups.fan_group (agency_confirmed_by) where agency_confirmed_by is not null;
create index fan_group_founder on groups.fan_group (founder);
create index fan_group_picture on groups.fan_group (picture) where picture is not null;
create index fan_group_cover on groups.fan_group (cover) where cover is not null;

create table groups.charter (
  group_id text not null references groups.fan_group on delete cascade,
  version integer not null check (version > 0),
  text text not null check (length(text) between 1 and 10000),
  by text references people.person on delete set null,
  at timestamptz not null,
  primary key (group_id, version)
);
create index charter_by on groups.charter (by) where by is not null;

create table groups.member (
  group_id text not null references groups.fan_group on delete cascade,
  person text not null references people.person on delete cascade,
  role text not null default 'member' check (role in ('owner', 'host', 'member')),
  since timestamptz not null,
  -- The charter they accepted last; 0: there was none.
  charter integer not null default 0 check (charter >= 0),
  activity integer not null default 0 check (activity >= 0),
  level smallint generated always as (groups.level_of(activity)) stored,
  active_at timestamptz not null,
  -- open, ask, invite, founded, demo, or `enrolment:enr_…` of a fan club that moved here.
  how text not null default 'open' check (length(how) between 1 and 80),
  primary key (group_id, person)
);
create unique index member_owner on groups.member (group_id) where role = 'owner';
create index member_person on groups.member (person, since desc, group_id);
create index member_list on groups.member (group_id, since desc, person);
create index member_active on groups.member (group_id, activity desc, person);
create index member_staff on groups.member (group_id, role) where role <> 'member';

-- Who came, went, was removed or became what: append only. What a level was stays with who comes back.
create table groups.member_log (
  id bigint generated always as identity primary key,
  group_id text not null references groups.fan_group on delete cascade,
  person text not null references people.person on delete cascade,
  what text not null check (what in ('joined', 'left', 'removed', 'host', 'member', 'owner')),
  by text references people.person on delete set null,
  reason text not null default '' check (length(reason) <= 500),
  at timestamptz not null
);
create index member_log_group on groups.member_log (group_id, at desc, id desc);
create index member_log_person on groups.member_log (person, group_id, at desc);
create index member_log_by on groups.member_log (by) where by is not null;

create table groups.request (
  id text primary key check (id like 'jrq\_%'),
  group_id text not null references groups.fan_group on delete cascade,
  person text not null references people.person on delete cascade,
  answers jsonb not null default '[]' check (jsonb_typeof(answers) = 'array' and jsonb_array_length(answers) <= 5),
  charter integer not null default 0 check (charter >= 0),
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'refused', 'withdrawn', 'expired')),
  at timestamptz not null,
  decided_at timestamptz,
  decided_by text references people.person on delete set null,
  reason text not null default '' check (length(reason) <= 500),
  check ((state = 'waiting') = (decided_at is null)),
  check (decided_by is null or decided_by <> person or state = 'withdrawn')
);
create unique index request_waiting on groups.request (group_id, person) where state = 'waiting';
create index request_queue on groups.request (group_id, at, id) where state = 'waiting';
create index request_person on groups.request (person, at desc);
create index request_old on groups.request (at) where state = 'waiting';
create index request_decided_by on groups.request (decided_by) where decided_by is not null;

-- An address that invites: for so many people, until then.
create table groups.invite (
  token text primary key check (length(token) >= 20),
  group_id text not null references groups.fan_group on delete cascade,
  by text not null references people.person on delete cascade,
  at timestamptz not null,
  ends_at timestamptz,
  most_uses integer check (most_uses > 0),
  uses integer not null default 0 check (uses >= 0 and (most_uses is null or uses <= most_uses)),
  ended_at timestamptz
);
create index invite_group on groups.invite (group_id, at desc);
create index invite_by on groups.invite (by);

-- What a member did, once per key; `amount` counts towards the level.
create table groups.activity (
  group_id text not null,
  person text not null,
  key text not null check (length(key) between 1 and 200),
  amount smallint not null check (amount between 1 and 100),
  -- In the group's time zone.
  day date not null,
  at timestamptz not null,
  primary key (group_id, person, key),
  foreign key (group_id) references groups.fan_group on delete cascade,
  foreign key (person) references people.person on delete cascade
);
create index activity_person on groups.activity (person, group_id, day) include (amount);
create index activity_day on groups.activity (group_id, day);

create table groups.event (
  id text primary key check (id like 'gev\_%'),
  group_id text not null references groups.fan_group on delete cascade,
  kind text not null check (kind in ('show', 'broadcast', 'release', 'meet', 'birthday', 'other')),
  title text not null check (length(title) between 1 and 120),
  note text not null default '' check (length(note) <= 2000),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  all_day boolean not null default false,
  -- Where it takes place: its times are shown in this zone as well as in the reader's.
  time_zone text not null check (length(time_zone) between 2 and 60),
  place text not null default '' check (length(place) <= 200),
  link text not null default '' check (link = '' or link ~ '^https?://' and length(link) <= 500),
  -- members: only members see it, whatever the group's visibility.
  audience text not null default 'group' check (audience in ('group', 'members')),
  -- Members may sign in at it by a code that changes.
  attendance boolean not null default false,
  attend_secret text not null check (length(attend_secret) >= 20),
  state text not null default 'planned' check (state in ('planned', 'cancelled')),
  -- One more with each change: what calendars go by.
  version integer not null default 0 check (version >= 0),
  going integer not null default 0 check (going >= 0),
  attended integer not null default 0 check (attended >= 0),
  by text references people.person on delete set null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (ends_at >= starts_at)
);
create index event_schedule on groups.event (group_id, starts_at, id);
create index event_by on groups.event (by) where by is not null;

create table groups.going (
  event text not null references groups.event on delete cascade,
  person text not null references people.person on delete cascade,
  at timestamptz not null,
  primary key (event, person)
);
create index going_person on groups.going (person, event);

create table groups.attendance (
  event text not null references groups.event on delete cascade,
  person text not null references people.person on delete cascade,
  how text not null check (how in ('code', 'host')),
  by text references people.person on delete set null,
  at timestamptz not null,
  primary key (event, person),
  check (how = 'code' or by is not null),
  -- No host vouches for themselves.
  check (by is null or by <> person)
);
create index attendance_person on groups.attendance (person, at desc);
create index attendance_by on groups.attendance (by) where by is not null;

-- Secret addresses of calendars: of all groups one is in, or of one.
create table groups.calendar (
  token text primary key check (length(token) >= 20),
  person text not null references people.person on delete cascade,
  group_id text references groups.fan_group on delete cascade,
  at timestamptz not null,
  constraint calendar_one unique nulls not distinct (person, group_id)
);
create index calendar_group on groups.calendar (group_id) where group_id is not null;

-- A letter to the artist: one per person and day of the group. Private between writer and artist, unless both say it may be shown.
create table groups.letter (
  id text primary key check (id like 'ltr\_%'),
  group_id text not null references groups.fan_group on delete cascade,
  person text not null references people.person on delete cascade,
  day date not null,
  text text not null check (length(text) between 1 and 3000),
  -- The writer's yes.
  may_show boolean not null default false,
  at timestamptz not null,
  read_at timestamptz,
  read_by text references people.person on delete set null,
  answer text check (length(answer) between 1 and 3000),
  answered_at timestamptz,
  answered_by text references people.person on delete set null,
  -- The artist's yes.
  shown_at timestamptz,
  pinned_at timestamptz,
  hidden_at timestamptz,
  taken_back_at timestamptz,
  constraint letter_day unique (group_id, person, day),
  check ((answer is null) = (answered_at is null)),
  check (shown_at is null or may_show),
  check (pinned_at is null or shown_at is not null)
);
create index letter_inbox on groups.letter (group_id, at desc, id desc) where taken_back_at is null;
create index letter_shown on groups.letter (group_id, shown_at desc, id desc) where shown_at is not null and taken_back_at is null and hidden_at is null;
create index letter_person on groups.letter (person, at desc, id desc);
create index letter_read_by on groups.letter (read_by) where read_by is not null;
create index letter_answered_by on groups.letter (answered_by) where answered_by is not null;

-- The doors of this room for SQL of others.
create view groups.public_group as
  select id, handle, name, kind, page, state, visibility, picture, demo, time_zone, members, created_at, cover, agency, agency_confirmed_at from groups.fan_group;
create view groups.public_member as
  select m.group_id, m.person, m.role, m.level, m.since, m.activity, m.active_at from groups.member m;
create view groups.public_member_log as
  select id, group_id, person, what, by, at from groups.member_log;
create view groups.public_activity as
  select group_id, person, day, amount, at from groups.activity;
create view groups.public_event as
  select id, group_id, kind, title, starts_at, ends_at, time_zone, audience, attendance, state, going, attended from groups.event;
create view groups.public_attendance as
  select a.event, e.group_id, a.person, a.at from groups.attendance a join groups.event e on e.id = a.event;
create view groups.public_letter as
  select id, group_id, person, at, read_at, answered_at, shown_at, hidden_at from groups.letter where taken_back_at is null;
-- Who speaks for the artist in a group: editors of an official group's page.
create view groups.public_artist as
  select g.id as group_id, e.person from groups.fan_group g join people.public_page_editor e on e.page = g.page where g.kind = 'official';
