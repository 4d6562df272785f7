-- payouts: how money leaves, and what a month came to. Words and invariants: server/payouts/README.md.
create schema payouts;

-- Where a party's money of one currency is sent. What it names never changes: another account is another row. asked: an operator must look first (a dispute is
-- open) · active · check: a payout came back, its owner must look at it · refused · closed.
create table payouts.method (
  id text primary key check (id like 'pym\_%'),
  party text not null check (party ~ '^(usr|org)_'),
  currency text not null,
  -- `bank`, or the id of a provider that can pay out.
  route text not null check (route ~ '^[a-z]{2,20}$'),
  -- The account's number, or how the provider knows the receiver. Shown masked; whole only in the bank file and to the provider.
  account text not null check (length(account) between 3 and 100),
  holder text not null check (length(holder) between 1 and 140),
  bank text check (length(bank) between 1 and 140),
  branch text check (length(branch) between 1 and 140),
  country text not null check (country ~ '^[A-Z]{2}$'),
  state text not null check (state in ('asked', 'active', 'check', 'refused', 'closed')),
  -- Nothing is paid to it before: a new account cools for some days.
  usable_from timestamptz not null,
  problem text,
  made_by text not null,
  made_at timestamptz not null,
  closed_at timestamptz,
  check ((route = 'bank') = (bank is not null)),
  check ((state in ('refused', 'closed')) = (closed_at is not null)),
  check (usable_from >= made_at)
);
create unique index method_open on payouts.method (party, currency) where state in ('active', 'check');
create unique index method_asked on payouts.method (party, currency) where state = 'asked';
create index method_of on payouts.method (party, made_at desc, id);

-- When a party is paid: with the first batch of each month, or when it asks.
create table payouts.preference (
  party text primary key check (party ~ '^(usr|org)_'),
  schedule text not null check (schedule in ('monthly', 'on_demand')),
  changed_by text not null,
  changed_at timestamptz not null
);
-- Asked to be paid with the next batch; gone when it is.
create table payouts.ask (
  party text not null check (party ~ '^(usr|org)_'),
  currency text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  primary key (party, currency)
);

create table payouts.tax_profile (
  party text primary key check (party ~ '^(usr|org)_'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  kind text not null check (kind in ('person', 'business')),
  tax_id text check (length(tax_id) between 2 and 40),
  changed_by text not null,
  changed_at timestamptz not null
);
-- What is withheld of a payout, by country and kind; the newest that began applies. None at first: nothing is withheld.
create table payouts.tax_rule (
  country text not null check (country ~ '^[A-Z]{2}$'),
  kind text not null check (kind in ('person', 'business')),
  valid_from timestamptz not null,
  code text not null check (code ~ '^[a-z][a-z0-9_]{1,30}$'),
  -- Below 100 %: something is always left to pay.
  rate_bp int not null check (rate_bp between 0 and 9999),
  made_by text not null,
  primary key (country, kind, valid_from)
);

-- Payouts of one currency made together. draft: composed, nothing moved · submitted · approved (money set aside) → done when each has ended · cancelled.
create table payouts.batch (
  id text primary key check (id like 'bat\_%'),
  currency text not null,
  day date not null,
  state text not null default 'draft' check (state in ('draft', 'submitted', 'approved', 'done', 'cancelled')),
  made_by text not null,
  made_at timestamptz not null,
  submitted_by text,
  submitted_at timestamptz,
  approved_by text,
  approved_at timestamptz,
  cancelled_by text,
  cancelled_at timestamptz,
  done_at timestamptz,
  check (num_nulls(submitted_by, submitted_at) in (0, 2)),
  check (num_nulls(approved_by, approved_at) in (0, 2)),
  check (num_nulls(cancelled_by, cancelled_at) in (0, 2)),
  check ((state in ('approved', 'done')) = (approved_by is not null)),
  check ((state = 'cancelled') = (cancelled_by is not null)),
  check ((state = 'done') = (done_at is not null)),
  -- Four eyes: who composed or submitted it cannot approve it.
  constraint batch_four_eyes check (approved_by is null or (submitted_by is not null and approved_by <> submitted_by and approved_by <> made_by))
);
-- One at a time: two that wait would promise the same money.
create unique index batch_open on payouts.batch (currency) where state in ('draft', 'submitted');
create index batch_newest on payouts.batch (made_at desc, id desc);

-- One party's part of a batch. `amount` leaves its balance, `withheld` of it goes to the tax account, `net` is sent. listed → dropped (at the approval) |
-- cancelled | paying (on its way) → paid | returned; what was paid can still come back.
create table payouts.payout (
  id text primary key check (id like 'pyo\_%'),
  batch text not null references payouts.batch,
  party text not null,
  currency text not null,
  method text not null references payouts.method,
  route text not null,
  amount bigint not null check (amount > 0),
  withheld bigint not null default 0 check (withheld >= 0 and withheld < amount),
  net bigint generated always as (amount - withheld) stored,
  tax_code text,
  -- The least that was paid out then.
  threshold bigint not null check (threshold > 0),
  state text not null default 'listed' check (state in ('listed', 'dropped', 'cancelled', 'paying', 'paid', 'returned')),
  -- Why it was dropped or came back: a code, and what the bank or provider said.
  reason text,
  note text,
  -- The bank's or provider's name for it.
  ref text,
  -- What the party had available just before, and the ledger's transfer: they say which income it paid out.
  balance_before bigint,
  transfer bigint,
  made_at timestamptz not null,
  approved_at timestamptz,
  paid_at timestamptz,
  ended_at timestamptz,
  unique (batch, party),
  check ((withheld > 0) <= (tax_code is not null)),
  check ((state in ('paying', 'paid', 'returned')) = (transfer is not null)),
  check (num_nulls(balance_before, transfer, approved_at) in (0, 3)),
  check (balance_before >= amount),
  check ((state in ('dropped', 'cancelled', 'paid', 'returned')) = (ended_at is not null)),
  check (state <> 'paid' or paid_at is not null),
  check ((state in ('dropped', 'returned')) = (reason is not null)),
  constraint payout_threshold check (amount >= threshold)
) with (fillfactor = 70);
create index payout_of on payouts.payout (party, id desc);
create index payout_open on payouts.payout (batch) where state = 'paying';
create unique index payout_transfer on payouts.payout (transfer) where transfer is not null;

-- Who had money and got nothing in a batch, and why.
create table payouts.left_out (
  batch text not null references payouts.batch,
  party text not null,
  amount bigint not null,
  reason text not null,
  until timestamptz,
  primary key (batch, party)
);

-- The files a batch makes for the bank. What they hold follows from the batch, so their sums are known before anyone fetches them.
create table payouts.bank_file (
  batch text not null references payouts.batch,
  format text not null check (format in ('csv', 'pain.001')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes int not null,
  payouts int not null,
  total bigint not null,
  -- Who paid, as the bank knows it, when it was approved.
  debtor jsonb not null,
  made_at timestamptz not null,
  fetched_by text,
  fetched_at timestamptz,
  primary key (batch, format)
);

-- What people decided here, and why.
create table payouts.decision (
  id bigint generated always as identity primary key,
  subject text not null,
  act text not null,
  reason text not null check (length(reason) between 1 and 500),
  by text not null,
  at timestamptz not null
);
create index decision_of on payouts.decision (subject, id);

-- A month that is closed: nothing is posted into it any more. One proposes, another closes; it never opens again.
create table payouts.period (
  month text primary key check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  proposed_by text not null,
  proposed_at timestamptz not null,
  closed_by text,
  closed_at timestamptz,
  check (num_nulls(closed_by, closed_at) in (0, 2)),
  constraint period_four_eyes check (closed_by is null or closed_by <> proposed_by)
);
-- What each party had at its end, and a digest of all that changed it. Written when the month is closed.
create table payouts.period_statement (
  month text not null references payouts.period,
  party text not null,
  currency text not null,
  opening bigint not null,
  available bigint not null,
  held bigint not null,
  reserve bigint not null,
  paying bigint not null,
  receivable bigint not null,
  closing bigint generated always as (available + held + reserve + paying + receivable) stored,
  postings int not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  primary key (month, party, currency)
);
create index period_statement_of on payouts.period_statement (party, month);

create table payouts.step (what text not null, from_state text not null, to_state text not null, primary key (what, from_state, to_state));
insert into payouts.step values
  ('method', 'asked', 'active'), ('method', 'asked', 'refused'), ('method', 'asked', 'closed'), ('method', 'active', 'check'), ('method', 'active', 'closed'),
  ('method', 'check', 'active'), ('method', 'check', 'closed'),
  ('batch', 'draft', 'submitted'), ('batch', 'draft', 'cancelled'), ('batch', 'submitted', 'approved'), ('batch', 'submitted', 'cancelled'), ('batch', 'approved', 'done'),
  ('payout', 'listed', 'dropped'), ('payout', 'listed', 'cancelled'), ('payout', 'listed', 'paying'), ('payout', 'paying', 'paid'), ('payout', 'paying', 'returned'),
  ('payout', 'paid', 'returned');
create function payouts.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from payouts.step where what = tg_argv[0] and from_state = old.state and to_state = new.state) then
    raise exception 'payouts.%: % cannot become %', tg_argv[0], old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger method_step before update on payouts.method for each row when (old.state <> new.state) execute function payouts.check_step('method');
create trigger batch_step before update on payouts.batch for each row when (old.state <> new.state) execute function payouts.check_step('batch');
create trigger payout_step before update on payouts.payout for each row when (old.state <> new.state) execute function payouts.check_step('payout');

create function payouts.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'payouts.%: % refused: %', tg_table_name, lower(tg_op), tg_argv[0] using errcode = 'restrict_violation';
end $$;
create trigger method_stays before update on payouts.method for each row
  when ((old.id, old.party, old.currency, old.route, old.account, old.holder, old.bank, old.branch, old.country, old.made_at) is distinct from
    (new.id, new.party, new.currency, new.route, new.account, new.holder, new.bank, new.branch, new.country, new.made_at) or new.usable_from < old.usable_from)
  execute function payouts.refuse('another account is another method');
create trigger payout_stays before update on payouts.payout for each row
  when ((old.id, old.batch, old.party, old.currency, old.method, old.route, old.amount, old.withheld) is distinct from
    (new.id, new.batch, new.party, new.currency, new.method, new.route, new.amount, new.withheld)
    or (old.transfer is not null and (old.transfer, old.balance_before) is distinct from (new.transfer, new.balance_before)))
  execute function payouts.refuse('a payout stays as it was listed');
create trigger method_delete before delete on payouts.method for each row execute function payouts.refuse('methods stay');
create trigger batch_delete before delete on payouts.batch for each row execute function payouts.refuse('batches stay');
create trigger payout_delete before delete on payouts.payout for each row execute function payouts.refuse('payouts stay');
create trigger decision_change before update or delete on payouts.decision for each row execute function payouts.refuse('decisions stay');
create trigger period_reopen before update on payouts.period for each row when (old.closed_at is not null) execute function payouts.refuse('a closed month stays closed');
create trigger period_delete before delete on payouts.period for each row when (old.closed_at is not null) execute function payouts.refuse('a closed month stays closed');
create trigger period_statement_change before update or delete on payouts.period_statement for each row execute function payouts.refuse('figures of a closed month stay');

-- The doors for SQL of others: what each party was paid; every payout without its account.
create view payouts.public_paid as
  select party, currency as asset, sum(net)::bigint as amount from payouts.payout where state = 'paid' group by party, currency;
create view payouts.public_payout as
  select id, batch, party, currency, route, amount, withheld, net, state, reason, ref, transfer, made_at, approved_at, paid_at, ended_at from payouts.payout;
