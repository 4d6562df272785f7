-- door: who went in, by several devices that may be offline; deals: how a show's money is divided, signed by both sides. See server/door/README.md, server/deals/README.md.

create schema door;

-- Changes of one show's admissions are counted under this row: a device that knows all up to `seq` misses nothing.
create table door.state (show text primary key, seq bigint not null default 0);

create table door.door (
  id text primary key,
  show text not null,
  name text not null check (length(name) between 1 and 60),
  created_by text not null references people.person (id),
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index door_name on door.door (show, name) where removed_at is null;
create index door_created_by on door.door (created_by);

-- A browser that checks tickets: of someone who works for the page (person), or let in by a code that such a person made.
create table door.device (
  id text primary key,
  show text not null,
  door text references door.door (id),
  name text not null check (length(name) between 1 and 60),
  person text references people.person (id),
  made_by text not null references people.person (id),
  code_hash text unique,
  code_until timestamptz,
  -- Which browser used the code: its own random word, hashed.
  browser_hash text,
  token_hash text not null unique,
  created_at timestamptz not null,
  entered_at timestamptz,
  seen_at timestamptz,
  -- The device's clock is so many milliseconds behind ours.
  offset_ms bigint not null default 0,
  waiting int not null default 0,
  revoked_at timestamptz,
  check ((code_hash is null) = (code_until is null))
);
create index device_show on door.device (show);
create index device_door on door.device (door) where door is not null;
create index device_person on door.device (person) where person is not null;
create index device_made_by on door.device (made_by);

-- Everything a device ever saw, said by it; never changed.
create table door.scan (
  id text primary key,
  show text not null,
  device text not null references door.device (id),
  door text,
  kind text not null check (kind in ('admit', 'undo', 'exit', 'refused')),
  -- A ticket or a guest; empty when nobody knows what it was.
  subject text not null default '',
  slot int not null default 0 check (slot between 0 and 100),
  how text not null check (how in ('camera', 'code', 'name', 'list')),
  why text not null default '' check (length(why) <= 200),
  -- Which scan an undo takes back.
  of text,
  -- By the device's clock, and by ours.
  said_at timestamptz not null,
  at timestamptz not null,
  received_at timestamptz not null,
  verdict text not null check (verdict in ('admitted', 'double', 'undone', 'left', 'refused', 'void', 'unknown', 'nothing', 'old_code'))
);
create index scan_show on door.scan (show, received_at desc);
create index scan_subject on door.scan (subject, at) where subject <> '';
create index scan_device on door.scan (device);
create function door.only_added() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger scan_fixed before update or delete on door.scan for each row execute function door.only_added();

-- Who is in: one for each ticket, one for each place of a guest. The earliest scan stands.
create table door.admission (
  scan text primary key references door.scan (id),
  show text not null,
  subject text not null,
  slot int not null,
  device text not null references door.device (id),
  door text,
  at timestamptz not null,
  seq bigint not null,
  ended text check (ended in ('undone', 'left', 'beaten')),
  ended_at timestamptz,
  check ((ended is null) = (ended_at is null))
);
create unique index admission_once on door.admission (subject, slot) where ended is null;
create index admission_seq on door.admission (show, seq);
create index admission_device on door.admission (device);

-- Two devices let the same one in while they could not hear each other: both are told.
create table door.conflict (
  id bigint generated always as identity primary key,
  show text not null,
  subject text not null,
  won text not null references door.scan (id),
  lost text not null unique references door.scan (id),
  seq bigint not null,
  at timestamptz not null
);
create index conflict_seq on door.conflict (show, seq);
create index conflict_won on door.conflict (won);

create view door.public_admission as select scan, show, subject, slot, device, door, at, ended, ended_at from door.admission;

create schema deals;

-- A paper both sides sign: terms before the show, the settlement after it. Each change is a new version; what is signed is its text, by its hash.
create table deals.deal (
  id text primary key,
  show text not null,
  kind text not null check (kind in ('terms', 'settlement')),
  version int not null check (version > 0),
  organiser text not null,
  artist text not null,
  currency text not null check (length(currency) = 3),
  -- Terms: guarantee, percentage, costs …; settlement: the worksheet, to the minor unit.
  body jsonb not null,
  text text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  state text not null default 'open' check (state in ('open', 'signed', 'declined', 'withdrawn', 'replaced', 'paid')),
  created_by text not null references people.person (id),
  created_at timestamptz not null,
  closed_at timestamptz,
  reason text not null default '' check (length(reason) <= 500),
  check (organiser <> artist),
  check (state <> 'paid' or kind = 'settlement'),
  check ((state = 'open') = (closed_at is null)),
  unique (show, kind, version)
);
create unique index deal_open on deals.deal (show, kind) where state = 'open';
create unique index deal_in_force on deals.deal (show, kind) where state in ('signed', 'paid');
create index deal_artist on deals.deal (artist, created_at desc);
create index deal_organiser on deals.deal (organiser, created_at desc);
create index deal_created_by on deals.deal (created_by);

create table deals.answer (
  deal text not null references deals.deal (id),
  party text not null,
  person text not null references people.person (id),
  answer text not null check (answer in ('signed', 'declined')),
  hash text not null,
  at timestamptz not null,
  primary key (deal, party)
);
create index answer_person on deals.answer (person);

create table deals.cost (
  id text primary key,
  show text not null,
  name text not null check (length(name) between 1 and 120),
  amount bigint not null check (amount > 0 and amount <= 1000000000000),
  currency text not null check (length(currency) = 3),
  -- Who laid it out and gets it back: one of the two sides, or another party.
  payee text not null,
  receipt text,
  note text not null default '' check (length(note) <= 500),
  created_by text not null references people.person (id),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  removed_at timestamptz
);
create index cost_show on deals.cost (show) where removed_at is null;
create index cost_created_by on deals.cost (created_by);

-- Money that left a show's pot: to whom it went, and what came back for late refunds.
create table deals.payment (
  id text primary key,
  show text not null,
  deal text references deals.deal (id),
  kind text not null check (kind in ('settlement', 'rest', 'cover')),
  amount bigint not null check (amount > 0),
  currency text not null,
  parts jsonb not null,
  at timestamptz not null
);
create unique index payment_once on deals.payment (deal) where deal is not null;
create index payment_show on deals.payment (show, at);

create view deals.public_deal as select id, show, kind, version, organiser, artist, currency, state, created_at, closed_at from deals.deal;
create view deals.public_payment as select id, show, deal, kind, amount, currency, at from deals.payment;
