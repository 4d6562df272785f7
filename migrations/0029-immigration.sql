-- immigration: archives that were read, what would become of each piece, and what became of it.
create schema immigration;

create table immigration.archive (
  id text primary key check (id like 'imm\_%'),
  person text not null references people.person on delete cascade,
  -- Whose music and followers these are; null: pages by the names of the artists.
  page text references people.page,
  uploads text[] not null check (cardinality(uploads) between 1 and 500),
  -- Their names as they came.
  files text[] not null,
  formats text[] not null default '{}',
  state text not null check (state in ('reading', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed', 'discarded')),
  problem jsonb,
  started_at timestamptz not null,
  applied_at timestamptz,
  ended_at timestamptz,
  check ((state = 'failed') = (problem is not null)),
  check ((state in ('applied', 'undoing', 'undone')) = (applied_at is not null))
);
create index archive_person on immigration.archive (person, started_at desc, id desc);
-- One at a time per person is read or applied.
create unique index archive_open on immigration.archive (person) where state in ('reading', 'applying', 'undoing');

create table immigration.piece (
  archive text not null references immigration.archive on delete cascade,
  n integer not null check (n >= 0),
  kind text not null check (kind in ('release', 'files', 'playlist', 'favourite', 'follow', 'plays', 'followers')),
  title text not null,
  detail text not null default '',
  file text not null,
  outcome text not null check (outcome in ('new', 'duplicate', 'conflict', 'partly', 'missing', 'refused')),
  count integer not null default 1 check (count >= 0),
  usable integer not null default 1 check (usable >= 0 and usable <= count),
  take boolean not null,
  notes jsonb not null default '[]',
  -- What it needs to be applied.
  data jsonb not null,
  result text check (result in ('done', 'failed', 'left', 'undone')),
  made text,
  -- What must be known to take it out again.
  undo jsonb,
  primary key (archive, n),
  check (not (take and outcome in ('duplicate', 'refused')))
);
create index piece_shown on immigration.piece (archive, kind, outcome, n);
create index piece_open on immigration.piece (archive, n) where take and result is null;

-- Followers of a page from elsewhere, by a keyed hash of their address: asked when someone with that address is here. Nobody follows unasked, and no address is kept.
create table immigration.invitation (
  page text not null references people.page on delete cascade,
  address text not null check (length(address) = 43),
  archive text not null references immigration.archive on delete cascade,
  at timestamptz not null,
  answered_at timestamptz,
  primary key (page, address)
);
create index invitation_address on immigration.invitation (address) where answered_at is null;
create index invitation_archive on immigration.invitation (archive);

-- Sheets of any state: whoever drew one up has a word in whether a release goes.
create view rights.public_sheet as select id, subject, release, kind, state from rights.sheet;
create view catalogue.public_upc as select id as release, upc from catalogue.release where upc is not null;
