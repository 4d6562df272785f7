-- reconciliation: what providers and banks say, against what the ledger says. Words and invariants: server/reconciliation/README.md.
create schema reconciliation;

-- Where money lies: the ledger's owner of its clearing account. Its row is the lock of all that is decided about it.
create table reconciliation.source (
  id text primary key check (id ~ '^(provider|bank):[a-z0-9_-]{1,40}$'),
  -- The first day reported. What the ledger knows from before counts as reported.
  since date,
  -- Up to which day the provider was asked for its books.
  fetched_to date,
  -- So many days something may be on its way before it is missing there.
  patience_days int not null default 2 check (patience_days between 0 and 60),
  -- How its files are read: which column holds what.
  mapping jsonb,
  mapping_by text,
  mapping_at timestamptz
);

-- A provider's books of a day or a file of a bank or provider, once: `digest` is of its content.
create table reconciliation.report (
  id text primary key check (id ~ '^rpt_[0-9a-z]{26}$'),
  source text not null references reconciliation.source,
  first_day date not null,
  last_day date not null,
  origin text not null check (origin in ('fetch', 'file')),
  name text not null check (length(name) between 1 and 200),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  lines int not null check (lines >= 0),
  -- Lines that earlier reports had told already; not stored again.
  repeated int not null default 0 check (repeated >= 0),
  by text,
  at timestamptz not null,
  unique (source, digest),
  check (last_day >= first_day),
  check ((origin = 'file') = (by is not null))
);
create index report_source on reconciliation.report (source, last_day desc, id desc);
create index report_newest on reconciliation.report (at desc, id desc);

-- What the source says it holds for us at the end of a day (UTC, or the source's own day).
create table reconciliation.closing (
  source text not null references reconciliation.source,
  day date not null,
  currency text not null,
  amount bigint not null,
  report text not null references reconciliation.report,
  primary key (source, currency, day)
);

-- A line as it was reported. amount: what it changed in what the source holds for us, before its fee; fee null: not told.
create table reconciliation.line (
  id bigint generated always as identity primary key,
  report text not null references reconciliation.report,
  line int not null check (line > 0),
  source text not null,
  day date not null,
  type text not null check (type in ('payment', 'refund', 'chargeback', 'chargeback_won', 'payout', 'payout_returned', 'sweep', 'fee', 'adjustment')),
  ref text not null check (length(ref) <= 200),
  reference text check (length(reference) between 1 and 200),
  amount bigint not null check (abs(amount) <= 1000000000000000),
  fee bigint check (abs(fee) <= 1000000000000000),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  at timestamptz not null,
  raw jsonb not null,
  -- Of its content, to know it again.
  digest text not null,
  state text not null default 'open' check (state in ('open', 'matched', 'booked')),
  unique (report, line)
);
create index line_open on reconciliation.line (source, id) where state = 'open';
create index line_day on reconciliation.line (source, day);
create index line_digest on reconciliation.line (source, digest);
create index line_ref on reconciliation.line (source, ref) where ref <> '';
create index line_reference on reconciliation.line (source, reference) where reference is not null;

-- One change of a clearing account as the ledger has it: what the source should have told. At most one line tells it.
create table reconciliation.fact (
  account bigint not null,
  version bigint not null,
  source text not null references reconciliation.source,
  transfer bigint not null,
  key text not null,
  type text not null,
  -- Our id, and all names under which the source may tell it.
  reference text,
  names text[] not null,
  amount bigint not null,
  fee bigint not null,
  currency text not null,
  at timestamptz not null,
  payment text,
  state text not null default 'open' check (state in ('open', 'matched', 'booked')),
  line bigint unique references reconciliation.line,
  primary key (account, version),
  check ((state = 'matched') = (line is not null))
);
create index fact_open on reconciliation.fact (source, at) where state = 'open';
create index fact_at on reconciliation.fact (source, at);
create index fact_reference on reconciliation.fact (reference) where reference is not null;
create index fact_refunds on reconciliation.fact (payment) where type = 'refund';

-- What differs. effect: by how much the source holds more (below 0: less) than the ledger says, after fees.
create table reconciliation.exception (
  id text primary key check (id ~ '^exc_[0-9a-z]{26}$'),
  source text not null references reconciliation.source,
  kind text not null check (kind in ('missing_here', 'missing_there', 'amount_differs', 'fee_differs', 'currency_differs', 'duplicate', 'unknown')),
  line bigint references reconciliation.line,
  fact_account bigint,
  fact_version bigint,
  currency text not null,
  effect bigint not null,
  -- open → proposed (to be written off) → booked; explained: known, still listed; matched: nothing differs any more.
  state text not null default 'open' check (state in ('open', 'proposed', 'explained', 'matched', 'booked')),
  reason text,
  -- Who proposed to write it off; another one has to confirm.
  proposed_by text,
  rule text,
  opened_at timestamptz not null,
  closed_at timestamptz,
  foreign key (fact_account, fact_version) references reconciliation.fact,
  check (line is not null or fact_account is not null),
  check ((state in ('matched', 'booked')) = (closed_at is not null)),
  check ((state = 'proposed') <= (proposed_by is not null))
);
create unique index exception_line on reconciliation.exception (line) where line is not null and closed_at is null;
create unique index exception_fact on reconciliation.exception (fact_account, fact_version) where fact_account is not null and closed_at is null;
create index exception_newest on reconciliation.exception (opened_at desc, id desc);
create index exception_open on reconciliation.exception (source, opened_at, id) where closed_at is null;
create index exception_line_all on reconciliation.exception (line);
create index exception_fact_all on reconciliation.exception (fact_account, fact_version);

-- Who decided what and why; nothing is taken back silently.
create table reconciliation.decision (
  id bigint generated always as identity primary key,
  exception text not null references reconciliation.exception,
  action text not null check (action in ('match', 'explain', 'propose', 'confirm', 'decline', 'rule', 'auto')),
  by text,
  reason text not null check (length(reason) between 1 and 500),
  at timestamptz not null,
  check ((action in ('rule', 'auto')) = (by is null))
);
create index decision_exception on reconciliation.decision (exception, id);
create function reconciliation.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'reconciliation.%: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger decision_change before update or delete on reconciliation.decision for each row execute function reconciliation.refuse();
create trigger line_delete before delete on reconciliation.line for each row execute function reconciliation.refuse();
create trigger line_change before update on reconciliation.line for each row
  when ((new.report, new.line, new.type, new.ref, new.reference, new.amount, new.fee, new.currency, new.at, new.raw)
    is distinct from (old.report, old.line, old.type, old.ref, old.reference, old.amount, old.fee, old.currency, old.at, old.raw))
  execute function reconciliation.refuse();

-- What is settled without a person. costs: the planet bears or keeps it · sweep: the money is in the planet's bank account now.
create table reconciliation.rule (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  kind text not null,
  -- Of lines of this type only; null: any.
  type text,
  -- Up to this effect in minor units, either way; null: any.
  most bigint check (most >= 0),
  action text not null check (action in ('costs', 'sweep')),
  active boolean not null default true,
  changed_by text,
  changed_at timestamptz,
  reason text
);
insert into reconciliation.rule (id, kind, type, most, action) values
  ('fee-rounding', 'fee_differs', null, 1, 'costs'), ('sweep-to-bank', 'unknown', 'sweep', null, 'sweep'), ('provider-fee', 'unknown', 'fee', 10000, 'costs');

-- Held = owed, day by day. good: proven · open: something is not reported yet · red: it does not add up.
create table reconciliation.proof (
  day date not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null check (state in ('good', 'open', 'red')),
  custody bigint not null,
  owed bigint not null,
  own bigint not null,
  body jsonb not null,
  computed_at timestamptz not null,
  primary key (day, currency)
);

create view reconciliation.public_exception as
  select id, source, kind, currency, effect, state, opened_at, closed_at from reconciliation.exception;
create view reconciliation.public_proof as
  select day, currency, state, custody, owed, own, computed_at from reconciliation.proof;
create view reconciliation.public_fact as
  select account, version, source, transfer, key, type, reference, amount, fee, currency, at, state, line from reconciliation.fact;
create view reconciliation.public_line as
  select id, report, source, day, type, reference, amount, fee, currency, at, state from reconciliation.line;

-- Of each run of the book checks: how many there were, and what they found ([{name, meaning, findings}]), so that it can be read afterwards.
alter table console.audit_run add column checks int not null default 0 check (checks >= 0), add column findings jsonb not null default '[]';
