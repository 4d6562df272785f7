-- policy: what is allowed on this planet, and points: a currency of each group, issued against money put in for rewards.
-- Words and invariants: server/policy/README.md, server/points/README.md.
create schema policy;

-- Changes of what is allowed: one operator proposes all values with a reason, another one decides. What holds is the last confirmed; none: the strict pack.
create table policy.change (
  id text primary key check (id ~ '^prp_[0-9a-z]{26}$'),
  values jsonb not null check (jsonb_typeof(values) = 'object'),
  reason text not null check (length(reason) between 3 and 1000),
  proposed_by text not null,
  proposed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'confirmed', 'declined')),
  decided_by text,
  decided_at timestamptz,
  decision text check (length(decision) between 3 and 1000),
  -- 1, 2, 3 … of those that were confirmed.
  version integer unique check (version > 0),
  constraint change_four_eyes check (decided_by is null or decided_by <> proposed_by),
  -- Points are never bought and never sold, and nobody is ranked by what they spend: no pack can say otherwise.
  constraint change_never check (values ->> 'pointsPurchase' = 'never' and values ->> 'pointsTransfer' = 'never' and values ->> 'spendingRanks' = 'never'),
  check ((state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision is null)),
  check ((state = 'confirmed') = (version is not null))
);
create unique index change_one_open on policy.change ((true)) where state = 'open';
create index change_newest on policy.change (proposed_at desc, id desc);
create function policy.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'policy.%: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger change_delete before delete on policy.change for each row execute function policy.refuse();
create trigger change_decided before update on policy.change for each row
  when (old.state <> 'open' or (old.id, old.values, old.reason, old.proposed_by, old.proposed_at)
    is distinct from (new.id, new.values, new.reason, new.proposed_by, new.proposed_at)) execute function policy.refuse();

-- What a person declares of themselves, for rules of age and region. Shown to nobody else.
alter table people.person add column born_on date check (born_on between '1900-01-01' and '2100-01-01'),
  add column region text check (region ~ '^[A-Z]{2}$');
create view people.public_declared as
  select id as person, born_on, region from people.person;

-- Money for rewards can be paid for like an order.
alter table payments.payment drop constraint payment_purpose_check, add constraint payment_purpose_check check (purpose in ('order', 'budget'));

create schema points;

-- The budget of a group. Its row is the lock of all that changes how many points there may be. The money itself lies in the ledger: `reward_budget` of the group.
create table points.budget (
  group_id text primary key check (group_id ~ '^grp_[0-9a-z]{26}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- So many points are worth one unit (not minor unit) of the currency. Fixed for good: earned points keep their worth.
  per_unit integer not null check (per_unit between 1 and 10000),
  -- The group's own limit per person and day; the planet's policy is the other one.
  most_per_day integer check (most_per_day > 0),
  -- How long points of this group live; null: as long as policy says.
  lot_days integer check (lot_days between 30 and 1830),
  opened_by text not null,
  opened_at timestamptz not null
);
create function points.budget_stays() returns trigger language plpgsql as $$
begin
  raise exception 'points.budget: % refused: what points are worth stays', lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger budget_change before update on points.budget for each row
  when ((old.group_id, old.currency, old.per_unit) is distinct from (new.group_id, new.currency, new.per_unit)) execute function points.budget_stays();
create trigger budget_delete before delete on points.budget for each row execute function points.budget_stays();

-- Money put in: from what a party has (`party`), or by a payment.
create table points.funding (
  id text primary key check (id ~ '^fnd_[0-9a-z]{26}$'),
  group_id text not null references points.budget,
  by text not null,
  party text,
  payment text unique check (payment ~ '^pay_[0-9a-z]{26}$'),
  -- Minor units; fee: what the provider keeps of them.
  amount bigint not null check (amount > 0),
  fee bigint not null default 0 check (fee >= 0 and fee <= amount),
  -- What the payer's bank took back of it and the budget still had.
  charged_back bigint not null default 0 check (charged_back >= 0 and charged_back <= amount),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null check (state in ('asked', 'paid', 'closed')),
  note text check (length(note) between 1 and 200),
  request text not null check (length(request) = 64),
  problem text,
  at timestamptz not null,
  paid_at timestamptz,
  check (num_nonnulls(party, payment) = 1),
  check ((state = 'paid') = (paid_at is not null))
);
create index funding_group on points.funding (group_id, at desc, id desc);
create index funding_payment_open on points.funding (at) where state = 'asked';

-- What a person has of a group's points. Its row is the lock of all their lots. debt: taken back, but spent before; the next grants pay it.
create table points.wallet (
  group_id text not null references points.budget,
  person text not null,
  balance bigint not null default 0 check (balance >= 0),
  debt bigint not null default 0 check (debt >= 0),
  primary key (group_id, person),
  -- Who has points owes none.
  check (debt = 0 or balance = 0)
);
create index wallet_person on points.wallet (person, group_id);
create index wallet_balance on points.wallet (group_id, balance desc, person) where balance > 0;

-- Points that were given: a lot. `key` once for all. What is in it is always accounted for.
create table points.granted (
  id text primary key check (id ~ '^grt_[0-9a-z]{26}$'),
  -- The order in which they were given: of lots that end together the older is spent first.
  n bigint generated always as identity,
  key text not null unique check (length(key) between 1 and 200),
  group_id text not null,
  person text not null,
  points bigint not null check (points > 0),
  -- What was asked for; more than points: the rest was above a limit of the day.
  asked bigint not null check (asked >= points),
  -- Spent and not given back · ended unused · taken: taken back, or paid a debt.
  used bigint not null default 0 check (used >= 0),
  ended bigint not null default 0 check (ended >= 0),
  taken bigint not null default 0 check (taken >= 0),
  remaining bigint not null check (remaining >= 0),
  cause text not null check (length(cause) between 1 and 200),
  note text check (length(note) between 1 and 200),
  -- The day it counts for, in the group's time zone.
  day date not null,
  at timestamptz not null,
  ends_at timestamptz not null,
  taken_back_at timestamptz,
  taken_back_reason text check (length(taken_back_reason) between 1 and 500),
  -- When it was said that it ends soon: 1: two weeks before, 2: three days before.
  warned smallint not null default 0,
  foreign key (group_id, person) references points.wallet,
  check (points = used + ended + taken + remaining),
  check (ends_at > at),
  check ((taken_back_at is null) = (taken_back_reason is null))
);
create index granted_lots on points.granted (group_id, person, ends_at, n) where remaining > 0;
create index granted_day on points.granted (group_id, person, day);
create index granted_ending on points.granted (ends_at, id) where remaining > 0;
-- What ends soon in a group.
create index granted_group_ending on points.granted (group_id, ends_at) where remaining > 0;
create index granted_group on points.granted (group_id, at desc, id desc);
create index granted_person on points.granted (person, at desc);
create index granted_cause on points.granted (group_id, cause, at desc);

-- Points that were spent. open: may still come back · returned · settled: what they were for was paid from the budget.
create table points.spent (
  id text primary key check (id ~ '^spd_[0-9a-z]{26}$'),
  key text not null unique check (length(key) between 1 and 200),
  group_id text not null,
  person text not null,
  points bigint not null check (points > 0),
  cause text not null check (length(cause) between 1 and 200),
  note text check (length(note) between 1 and 200),
  state text not null default 'open' check (state in ('open', 'returned', 'settled')),
  at timestamptz not null,
  ended_at timestamptz,
  reason text check (length(reason) between 1 and 500),
  foreign key (group_id, person) references points.wallet,
  check ((state = 'open') = (ended_at is null))
);
create index spent_group on points.spent (group_id, at desc, id desc);
create index spent_person on points.spent (group_id, person, at desc);
create index spent_open on points.spent (group_id) where state = 'open';

-- Of which lots.
create table points.spent_part (
  spend text not null references points.spent,
  lot text not null references points.granted,
  points bigint not null check (points > 0),
  primary key (spend, lot)
);
create index spent_part_lot on points.spent_part (lot);

-- Money that left the budget: a reward's stated cost, to whoever provides it.
create table points.paid_out (
  key text primary key check (length(key) between 1 and 200),
  group_id text not null references points.budget,
  amount bigint not null check (amount >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Points settled with it.
  points bigint not null check (points >= 0),
  party text check (length(party) between 1 and 100),
  note text check (length(note) between 1 and 200),
  at timestamptz not null,
  -- Came back into the budget.
  returned_at timestamptz,
  check ((amount = 0) = (party is null))
);
create index paid_out_group on points.paid_out (group_id, at desc, key);

create function points.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'points.%: % refused: it stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger granted_delete before delete on points.granted for each row execute function points.refuse();
create trigger spent_delete before delete on points.spent for each row execute function points.refuse();
create trigger paid_out_delete before delete on points.paid_out for each row execute function points.refuse();
create trigger funding_delete before delete on points.funding for each row execute function points.refuse();
create trigger wallet_delete before delete on points.wallet for each row execute function points.refuse();
create trigger granted_change before update on points.granted for each row
  when ((old.id, old.key, old.group_id, old.person, old.points, old.asked, old.cause, old.at) is distinct from
    (new.id, new.key, new.group_id, new.person, new.points, new.asked, new.cause, new.at) or (old.taken_back_at is not null and new.taken_back_at is distinct from old.taken_back_at))
  execute function points.refuse();
create trigger spent_change before update on points.spent for each row
  when (old.state <> 'open' and not (old.state = 'settled' and new.state = 'returned') or (old.id, old.key, old.group_id, old.person, old.points, old.cause, old.at)
    is distinct from (new.id, new.key, new.group_id, new.person, new.points, new.cause, new.at)) execute function points.refuse();

create view points.public_budget as select group_id, currency, per_unit, most_per_day, lot_days, opened_at from points.budget;
create view points.public_wallet as select group_id, person, balance, debt from points.wallet;
create view points.public_grant as
  select id, key, group_id, person, points, used, ended, taken, remaining, cause, note, day, at, ends_at, taken_back_at, taken_back_reason from points.granted;
create view points.public_spend as select id, key, group_id, person, points, cause, note, state, at, ended_at from points.spent;
create view points.public_funding as select id, group_id, amount, fee, charged_back, currency, state, at, paid_at from points.funding;
create view points.public_paid_out as select key, group_id, amount, currency, points, party, note, at, returned_at from points.paid_out;
