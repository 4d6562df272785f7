-- refunds: money that goes back, from escrow or from those who got it; disputes, shortfalls, the rolling reserve. Words: server/refunds/README.md.
create schema refunds;

-- When a buyer first fetched what was bought: from then on it is no longer as if unsold.
alter table shop.line add column downloaded_at timestamptz;
create view shop.public_downloaded as
  select id as line, downloaded_at as at from shop.line where downloaded_at is not null;

-- A refund of one line. asked: the seller decides (until `until`, then finance) · escalated: finance decides (until `until`, then it is granted) ·
-- short: somebody who should give back cannot; the operator decides · done: booked · declined · withdrawn.
create table refunds.request (
  id text primary key check (id ~ '^rfq_[0-9a-z]{26}$'),
  line text not null references shop.line,
  "order" text not null,
  page text not null,
  buyer text not null,
  currency text not null,
  -- Minor units: what was asked for, and what is given.
  asked bigint not null check (asked > 0),
  amount bigint not null check (amount > 0 and amount <= asked),
  side text not null check (side in ('buyer', 'seller', 'staff')),
  by text not null,
  reason text not null check (reason in ('mistake', 'faulty', 'not_as_described', 'twice', 'goodwill', 'other')),
  note text check (length(note) between 1 and 1000),
  state text not null check (state in ('asked', 'escalated', 'short', 'done', 'declined', 'withdrawn')),
  until timestamptz,
  -- What the buyer is told; `answer_code` when nobody decided (refunded, dispute, timeout, refused).
  answer text check (length(answer) between 1 and 500),
  answer_code text,
  decided_by text,
  decided_at timestamptz,
  created_at timestamptz not null,
  check ((state in ('asked', 'escalated', 'short')) = (until is not null)),
  check ((state in ('done', 'declined', 'withdrawn')) = (decided_at is not null)),
  check (state <> 'declined' or num_nonnulls(answer, answer_code) > 0)
);
create unique index request_open on refunds.request (line) where state in ('asked', 'escalated');
create unique index request_short on refunds.request (line) where state = 'short';
create index request_line on refunds.request (line, created_at);
create index request_page on refunds.request (page, created_at desc, id desc);
create index request_queue on refunds.request (state, created_at desc, id desc);
create index request_until on refunds.request (until) where until is not null;
create table refunds.request_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into refunds.request_step values
  ('asked', 'escalated'), ('asked', 'short'), ('asked', 'done'), ('asked', 'declined'), ('asked', 'withdrawn'), ('escalated', 'short'), ('escalated', 'done'),
  ('escalated', 'declined'), ('escalated', 'withdrawn'), ('short', 'done'), ('short', 'declined');
create function refunds.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from refunds.request_step where from_state = old.state and to_state = new.state) then
    raise exception 'refunds.request: % cannot become %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger request_step before update on refunds.request for each row when (old.state <> new.state) execute function refunds.check_step();

-- What a receiver of a settled line gives back, step by step as it was settled. waiting: set aside for a decision · given: it went back · void: it stays.
create table refunds.give (
  cause text not null check (cause ~ '^(rfq|dsp)_[0-9a-z]{26}$'),
  line text not null,
  owner text not null,
  purpose text not null,
  step text not null,
  amount bigint not null check (amount > 0),
  state text not null check (state in ('waiting', 'given', 'void')),
  primary key (cause, line, owner, purpose, step)
);
create index give_line on refunds.give (line);

-- What could be set aside of it at once (ledger hold); null: nothing was there.
create table refunds.aside (
  cause text not null,
  line text not null,
  owner text not null,
  wanted bigint not null check (wanted > 0),
  hold text unique,
  amount bigint not null check (amount between 0 and wanted),
  primary key (cause, line, owner),
  check ((hold is null) = (amount = 0))
);

-- What a receiver should have given back and could not. open: the operator decides until `until` · receivable: they owe it to the planet · borne: the planet
-- bears it · refused: the refund is off · covered: it was there in the end.
create table refunds.shortfall (
  id text primary key check (id ~ '^sht_[0-9a-z]{26}$'),
  kind text not null check (kind in ('refund', 'dispute')),
  cause text not null,
  line text not null,
  owner text not null check (owner like 'usr\_%' or owner like 'org\_%'),
  currency text not null,
  amount bigint not null check (amount > 0),
  state text not null check (state in ('open', 'receivable', 'borne', 'refused', 'covered')),
  recovered bigint not null default 0,
  reason text check (length(reason) between 1 and 500),
  by text,
  created_at timestamptz not null,
  until timestamptz,
  decided_at timestamptz,
  unique (cause, line, owner),
  check (recovered between 0 and amount),
  check (recovered = 0 or state = 'receivable'),
  check ((state = 'open') = (until is not null)),
  check ((state = 'open') = (decided_at is null)),
  check (state not in ('receivable', 'borne', 'refused') or (by is not null and reason is not null))
);
create index shortfall_open on refunds.shortfall (until) where state = 'open';
create index shortfall_owed on refunds.shortfall (owner, currency, id) where state = 'receivable' and recovered < amount;
create index shortfall_list on refunds.shortfall (created_at desc, id desc);

-- A payer's bank took money back (payments.dispute has the provider's side). `parts` is what of it falls on lines; the rest (`excess`) had been refunded before.
create table refunds.dispute (
  id text primary key check (id ~ '^dsp_[0-9a-z]{26}$'),
  payment text not null,
  "order" text not null,
  provider text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  parts bigint not null check (parts >= 0),
  excess bigint not null check (excess >= 0),
  fee bigint not null check (fee >= 0),
  reason text not null,
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  opened_at timestamptz not null,
  ended_at timestamptz,
  check (parts + excess = amount),
  check ((state = 'open') = (ended_at is null))
);
create index dispute_order on refunds.dispute ("order");
create index dispute_list on refunds.dispute (opened_at desc, id desc);
-- escrow: the line was not settled, it is frozen · given: settled, set aside with those who got it.
create table refunds.dispute_part (
  dispute text not null references refunds.dispute,
  line text not null references shop.line,
  amount bigint not null check (amount > 0),
  mode text not null check (mode in ('escrow', 'given')),
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  primary key (dispute, line)
);
create index dispute_part_line on refunds.dispute_part (line);
create table refunds.evidence (
  id bigint generated always as identity primary key,
  dispute text not null references refunds.dispute,
  by text not null,
  text text not null check (length(text) between 1 and 4000),
  at timestamptz not null,
  unique (dispute, by, text)
);

-- The rolling reserve: this share of a party's income rests for so many days. The newest row counts; 0 ends it.
create table refunds.reserve_policy (
  party text not null check (party like 'usr\_%' or party like 'org\_%'),
  share_bp int not null check (share_bp between 0 and 10000),
  days int not null check (days between 1 and 730),
  reason text not null check (length(reason) between 1 and 500),
  by text not null,
  at timestamptz not null,
  primary key (party, at)
);
-- How far a party's income was looked at: the version of its account, with the part of a minor unit that is carried on (in 1/10000).
create table refunds.reserve_mark (
  party text not null,
  currency text not null,
  version bigint not null check (version >= 0),
  carried int not null default 0 check (carried between 0 and 9999),
  primary key (party, currency)
);
create table refunds.tranche (
  id bigint generated always as identity primary key,
  party text not null,
  currency text not null,
  version bigint not null,
  income bigint not null check (income > 0),
  amount bigint not null check (amount > 0),
  -- Refunds and disputes took this of it; the rest is released.
  taken bigint not null default 0 check (taken >= 0),
  released bigint not null default 0 check (released >= 0),
  release_at timestamptz not null,
  created_at timestamptz not null,
  unique (party, currency, version),
  check (taken + released <= amount)
);
create index tranche_due on refunds.tranche (release_at) where taken + released < amount;
create index tranche_party on refunds.tranche (party, currency, release_at, id) where taken + released < amount;

-- The doors for SQL of others.
create view refunds.public_refund as
  select id, line, "order", page, buyer, currency, amount, side, reason, state, created_at, decided_at from refunds.request;
create view refunds.public_dispute as
  select id, payment, "order", provider, currency, amount, parts, excess, reason, state, opened_at, ended_at from refunds.dispute;
create view refunds.public_shortfall as
  select id, kind, cause, line, owner, currency, amount, state, recovered, reason, created_at, decided_at from refunds.shortfall;
