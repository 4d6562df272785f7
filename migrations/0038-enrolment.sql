-- enrolment: fan clubs that move in with their members.
create schema enrolment;

create table enrolment.list (
  id text primary key check (id like 'enr\_%'),
  group_id text not null check (group_id like 'grp\_%'),
  file text not null check (length(file) between 1 and 200),
  digest text not null check (length(digest) = 64),
  columns jsonb not null,
  state text not null check (state in ('ready', 'applying', 'applied', 'undone', 'discarded')),
  by text not null references people.person on delete cascade,
  at timestamptz not null,
  -- Who said that those on it agreed to be written to, and when.
  declared_by text references people.person on delete set null,
  applied_at timestamptz,
  check ((state in ('applying', 'applied', 'undone')) = (applied_at is not null))
);
create index list_group on enrolment.list (group_id, at desc);
create index list_by on enrolment.list (by);
create index list_declared on enrolment.list (declared_by) where declared_by is not null;

-- A line of a list. Name and address are forgotten when it is answered, withdrawn or sixty days old.
create table enrolment.line (
  list text not null references enrolment.list on delete cascade,
  n integer not null check (n > 0),
  group_id text not null,
  name text not null check (length(name) <= 200),
  email text check (length(email) <= 200),
  -- SHA-256 over group and address: knows an address again without keeping it.
  mark text check (length(mark) = 64),
  since date,
  points integer not null default 0 check (points between 0 and 1000000),
  outcome text not null check (outcome in ('invite', 'no_consent', 'no_address', 'double', 'asked', 'declined')),
  state text check (state in ('waiting', 'sent', 'joined', 'declined', 'withdrawn')),
  sent_at timestamptz,
  answered_at timestamptz,
  -- Who joined by it. Hosts are not told.
  person text references people.person on delete set null,
  primary key (list, n),
  check (state is null or outcome = 'invite'),
  check (state <> 'joined' or answered_at is not null)
);
-- One open invitation of a group for an address; and whoever said no is not asked again.
create unique index line_open on enrolment.line (group_id, mark) where state in ('waiting', 'sent', 'declined');
create index line_waiting on enrolment.line (list, n) where state = 'waiting';
create index line_person on enrolment.line (person) where person is not null;
-- A person joins by one line of a list.
create unique index line_joined on enrolment.line (list, person) where person is not null;
