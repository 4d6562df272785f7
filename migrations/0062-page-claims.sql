-- claiming: whose page is this? A page without an owner is claimed with proof, announced, objected to, and given.
create schema claiming;

create table claiming.claim (
  id text primary key check (id like 'pgc\_%'),
  page text not null references people.page,
  person text not null references people.person,
  -- For whom: the person, or an organisation they spoke for.
  organisation text references people.organisation,
  beneficiary text not null generated always as (coalesce(organisation, person)) stored,
  words text not null check (char_length(words) between 20 and 2000),
  -- What is put on one of the linked pages: who can write there is who they say.
  code text not null unique check (code ~ '^planet-[0-9A-Z]{4}-[0-9A-Z]{4}$'),
  -- Digest of what was asked, so that the same again is known as the same.
  request text not null check (length(request) = 64),
  state text not null default 'review' check (state in ('review', 'announced', 'contested', 'granted', 'refused', 'withdrawn')),
  at timestamptz not null,
  announced_by text references people.person,
  announced_at timestamptz,
  ends_at timestamptz,
  contested_at timestamptz,
  -- objection: somebody says no · rival: somebody else claims it too · standing: whoever claims may not do so any more.
  contested_why text check (contested_why in ('objection', 'rival', 'standing')),
  -- Null: by time, or by the claimant.
  decided_by text references people.person,
  closed_at timestamptz,
  -- staff: with words · given: the page went to somebody else.
  refused_why text check (refused_why in ('staff', 'given')),
  -- To the claimant; to those who objected or claim it too.
  reason text check (char_length(reason) between 1 and 2000),
  answer text check (char_length(answer) between 1 and 2000),
  files_gone_at timestamptz,
  check ((announced_at is null) = (announced_by is null) and (announced_at is null) = (ends_at is null)),
  check (ends_at > announced_at),
  check (state not in ('announced', 'contested', 'granted') or announced_at is not null),
  check ((contested_at is null) = (contested_why is null)),
  check (contested_at is null or announced_at is not null),
  check (state <> 'announced' or contested_at is null),
  check (state <> 'contested' or contested_at is not null),
  check ((closed_at is not null) = (state in ('granted', 'refused', 'withdrawn'))),
  check ((refused_why is not null) = (state = 'refused')),
  check (refused_why is distinct from 'staff' or (decided_by is not null and reason is not null)),
  -- Nobody of the staff decides for themselves; what is contested is decided by somebody else than who announced it.
  check (announced_by <> person and decided_by <> person),
  check (contested_at is null or decided_by <> announced_by),
  check (state <> 'granted' or contested_at is null or decided_by is not null)
);
create unique index claim_open_person on claiming.claim (page, person) where state in ('review', 'announced', 'contested');
create unique index claim_open_beneficiary on claiming.claim (page, beneficiary) where state in ('review', 'announced', 'contested');
-- One claim of a page is before the public at a time, and a page is given once.
create unique index claim_public on claiming.claim (page) where state in ('announced', 'contested');
create unique index claim_granted on claiming.claim (page) where state = 'granted';
create index claim_person on claiming.claim (person, at desc, id desc);
create index claim_waiting on claiming.claim (at, id) where state = 'review';
create index claim_contested on claiming.claim (contested_at, id) where state = 'contested';
create index claim_due on claiming.claim (ends_at, id) where state = 'announced';
create index claim_closed on claiming.claim (closed_at desc, id desc) where closed_at is not null;
create index claim_files on claiming.claim (closed_at) where closed_at is not null and files_gone_at is null;

create table claiming.link (
  claim text not null references claiming.claim on delete cascade,
  place smallint not null check (place between 0 and 4),
  url text not null check (length(url) <= 500 and url ~ '^https?://'),
  -- When somebody asked to look, and what was there. elsewhere: it leads to another site.
  asked_at timestamptz,
  outcome text check (outcome in ('found', 'missing', 'unreachable', 'elsewhere')),
  looked_at timestamptz,
  -- The code was seen here once, even if it is gone now.
  found_at timestamptz,
  primary key (claim, place),
  unique (claim, url),
  check ((outcome is null) = (looked_at is null)),
  check (outcome is distinct from 'found' or found_at is not null)
);

create table claiming.file (
  claim text not null references claiming.claim on delete cascade,
  place smallint not null check (place between 0 and 4),
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('picture', 'pdf')),
  bytes integer not null check (bytes between 1 and 10485760),
  key text not null,
  primary key (claim, place)
);

create table claiming.objection (
  id text primary key check (id like 'obj\_%'),
  claim text not null references claiming.claim on delete cascade,
  person text not null references people.person,
  words text not null check (char_length(words) between 20 and 2000),
  links jsonb not null default '[]' check (jsonb_typeof(links) = 'array' and jsonb_array_length(links) <= 5),
  at timestamptz not null,
  unique (claim, person)
);
create index objection_person on claiming.objection (person, at desc);

-- What others read of it: the console how much waits, notices whom to tell.
create view claiming.public_claim as
  select c.id, c.page, c.person, c.beneficiary, c.state, c.at, c.announced_at, c.ends_at, c.contested_at, c.contested_why, c.closed_at, c.refused_why, c.reason, c.answer
  from claiming.claim c;
create view claiming.public_objection as select id, claim, person, at from claiming.objection;
