-- notices: what a person is told of, on the page, by mail and by push, each thing once.

-- Whom and where mails go.
create view people.public_reachable as
  select id as person, name, email, locale, banned_at is not null as banned from people.person;
-- Followers of a page one after the other, in batches.
create index follow_page_person on people.follow (page, person);
drop index people.follow_page;
-- Since when a release is here.
create view catalogue.public_release_since as
  select id as release, created_at as since from catalogue.release;

-- What others have to say of things that happened.
create view moderation.public_statement as
  select id, kind, subject, group_id, author, action, reason, at from moderation.decision;
create view moderation.public_appeal_end as
  select a.id, a.decision, a.person, a.state, d.group_id from moderation.appeal a join moderation.decision d on d.id = a.decision;
create view groups.public_request as
  select id, group_id, person, state, reason from groups.request;
create view groups.public_event_version as
  select id as event, version from groups.event;

create schema notices;

-- How somebody wants to be told. No row: as below.
create table notices.person (
  person text primary key references people.person on delete cascade,
  digest text not null default 'weekly' check (digest in ('daily', 'weekly', 'never')),
  digest_day smallint not null default 5 check (digest_day between 1 and 7),
  digest_hour smallint not null default 18 check (digest_hour between 0 and 23),
  time_zone text not null default 'Asia/Shanghai' check (length(time_zone) between 1 and 60),
  -- Minutes of the day in that zone; push waits until the second. Null: never.
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_until smallint check (quiet_until between 0 and 1439),
  -- Something waits for a digest, which is made then.
  digest_at timestamptz,
  -- The address that a mail server refused for good: none is sent there any more.
  refused_email text,
  -- All mails are off but those about money and decisions.
  mail_off boolean not null default false,
  -- Stands in every mail: whoever has it can turn mails off.
  token text unique check (length(token) >= 20),
  changed_at timestamptz not null default now(),
  check ((quiet_from is null) = (quiet_until is null))
);
create index person_digest on notices.person (digest_at) where digest_at is not null;

-- What differs from the usual (shared/notices.ts), by kind and channel.
create table notices.choice (
  person text not null references people.person on delete cascade,
  kind text not null check (kind ~ '^[a-z]{2,20}$'),
  channel text not null check (channel in ('app', 'mail', 'push')),
  wanted boolean not null,
  primary key (person, kind, channel)
);

-- Nothing about this group, page, post or person.
create table notices.mute (
  person text not null references people.person on delete cascade,
  thing text not null check (thing ~ '^(grp|pag|pst|usr)_[0-9a-z]{26}$'),
  at timestamptz not null,
  primary key (person, thing)
);

create table notices.mail (
  id text primary key check (id like 'eml\_%'),
  person text not null references people.person on delete cascade,
  kind text not null check (kind in ('digest', 'once')),
  -- What it is about: a mail of one cause is made once.
  key text not null unique,
  -- unsure: the server was asked to take it and the answer did not come. It is not sent again: nobody gets anything twice.
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'dropped', 'failed', 'unsure')),
  made_at timestamptz not null,
  tried_at timestamptz,
  ended_at timestamptz,
  problem text,
  check ((state in ('waiting', 'sending')) = (ended_at is null))
);
create index mail_person on notices.mail (person, made_at desc);
create index mail_open on notices.mail (made_at) where ended_at is null;
create index mail_ended on notices.mail (ended_at) where ended_at is not null;

create table notices.notice (
  id text primary key check (id like 'ntf\_%'),
  person text not null references people.person on delete cascade,
  kind text not null check (kind ~ '^[a-z]{2,20}$'),
  what text not null check (what ~ '^[a-z_]{2,40}$'),
  -- Each cause is told once to each person.
  cause text not null check (length(cause) between 1 and 200),
  -- While unread, what happens of the same bundle joins it: "Lin and 4 others".
  bundle text check (length(bundle) between 1 and 200),
  facts jsonb not null default '{}',
  link text not null check (link like '/%'),
  -- The latest first, at most three.
  actors text[] not null default '{}' check (cardinality(actors) <= 3),
  -- Distinct persons who did it.
  people integer not null default 0 check (people >= 0),
  -- Adds up in a bundle (points).
  amount bigint,
  -- Seen on the page, else only sent.
  shown boolean not null,
  mail_how text not null check (mail_how in ('no', 'digest', 'once')),
  mail text references notices.mail on delete set null,
  made_at timestamptz not null,
  at timestamptz not null,
  read_at timestamptz,
  unique (person, cause)
);
create unique index notice_bundle on notices.notice (person, bundle) where bundle is not null and read_at is null;
create index notice_newest on notices.notice (person, at desc, id desc) where shown;
create index notice_unread on notices.notice (person, at desc, id desc) where shown and read_at is null;
create index notice_waiting on notices.notice (person, at) where mail_how = 'digest' and mail is null and read_at is null;
create index notice_mail on notices.notice (mail) where mail is not null;
create index notice_old on notices.notice (at);

-- What joined a bundle, each cause once.
create table notices.part (
  person text not null references people.person on delete cascade,
  cause text not null check (length(cause) between 1 and 200),
  notice text not null references notices.notice on delete cascade,
  actor text,
  at timestamptz not null,
  primary key (person, cause)
);
create index part_notice on notices.part (notice, actor);

-- A browser that takes pushes. It goes with the session it was made in: who signs out hears nothing more there.
create table notices.device (
  id text primary key check (id like 'psh\_%'),
  person text not null references people.person on delete cascade,
  session text not null references people.session on delete cascade,
  endpoint text not null unique check (endpoint ~ '^https?://' and length(endpoint) <= 1000),
  p256dh text not null check (length(p256dh) between 80 and 100),
  auth text not null check (length(auth) between 20 and 40),
  agent text not null default '' check (length(agent) <= 300),
  made_at timestamptz not null,
  used_at timestamptz,
  failures integer not null default 0
);
create index device_person on notices.device (person);
create index device_session on notices.device (session);

create table notices.push (
  notice text not null references notices.notice on delete cascade,
  device text not null references notices.device on delete cascade,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'dropped', 'failed', 'unsure')),
  due_at timestamptz not null,
  tries integer not null default 0,
  at timestamptz not null,
  primary key (notice, device)
);
create index push_device on notices.push (device);
create index push_due on notices.push (due_at) where state = 'waiting';
create index push_sending on notices.push (at) where state = 'sending';

-- Telling many (followers of a page, members of a group) goes in batches; how far it came.
create table notices.spread (
  cause text primary key check (length(cause) between 1 and 200),
  audience text not null check (audience ~ '^(page|group|raffle):'),
  body jsonb not null,
  -- The last person told.
  after text not null default '',
  told integer not null default 0,
  made_at timestamptz not null,
  done_at timestamptz
);
create index spread_open on notices.spread (made_at) where done_at is null;

-- The next moment of a digest, in its reader's own time.
create function notices.next_digest(digest text, day int, hour int, zone text, now timestamptz) returns timestamptz language sql stable as $$
  select case when digest = 'never' then null else (
    select min(slot) from (
      select (date_trunc('day', now at time zone zone) + make_interval(days => d, hours => hour)) at time zone zone as slot,
        extract(isodow from date_trunc('day', now at time zone zone) + make_interval(days => d)) as dow
      from generate_series(0, 8) d) s
    where slot > now and (digest = 'daily' or dow = day)) end
$$;

-- When a push may ring: now, or when the quiet hours end.
create function notices.may_ring(quiet_from int, quiet_until int, zone text, now timestamptz) returns timestamptz language sql stable as $$
  select case when quiet_from is null or quiet_from = quiet_until then now
    when (case when quiet_from < quiet_until then m >= quiet_from and m < quiet_until else m >= quiet_from or m < quiet_until end)
      then (date_trunc('day', l) + make_interval(mins => quiet_until) + case when m >= quiet_until then interval '1 day' else interval '0' end) at time zone zone
    else now end
  from (select now at time zone zone as l, (extract(hour from now at time zone zone) * 60 + extract(minute from now at time zone zone))::int as m) t
$$;
