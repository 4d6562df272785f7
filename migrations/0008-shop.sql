-- shop: offers, orders, settlement, commission plans, what is owned. Words and invariants: server/shop/README.md.
create schema shop;

create table shop.offer (
  id text primary key check (id like 'off\_%'),
  kind text not null default 'digital' check (kind in ('digital')),
  release text not null references catalogue.release,
  -- The page that sells it.
  page text not null references people.page,
  pricing text not null check (pricing in ('fixed', 'name_your_price', 'free')),
  -- The price; the lowest one when the buyer names it.
  amount bigint not null check (amount between 0 and 1000000000000),
  currency text not null,
  formats text[] not null default '{original,mp3}',
  state text not null default 'open' check (state in ('open', 'closed')),
  sold int not null default 0 check (sold >= 0),
  created_by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check ((pricing = 'free' and amount = 0) or (pricing = 'fixed' and amount > 0) or pricing = 'name_your_price')
) with (fillfactor = 80);
create unique index offer_once on shop.offer (release, kind) where state = 'open';
create index offer_release on shop.offer (release);
create index offer_new on shop.offer (created_at desc, id desc) where state = 'open';
create index offer_popular on shop.offer (sold desc, id desc) where state = 'open';
create index offer_page on shop.offer (page, created_at desc, id desc);

-- Commission: plans with versions by date; a seller (usr_…, org_…) without terms of their own has `standard`.
create table shop.commission_plan (
  id text not null check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  version int not null check (version > 0),
  name text not null,
  category text not null check (category in ('all', 'digital')),
  commission_bp int not null check (commission_bp between 0 and 10000),
  valid_from timestamptz not null,
  primary key (id, version),
  unique (id, valid_from)
);
insert into shop.commission_plan values ('standard', 1, 'Standard', 'all', 500, '2020-01-01'), ('partner', 1, 'Partner', 'all', 300, '2020-01-01');
create table shop.partner_term (
  seller text not null check (seller like 'usr\_%' or seller like 'org\_%'),
  plan text not null,
  valid_from timestamptz not null,
  valid_until timestamptz,
  primary key (seller, valid_from),
  check (valid_until is null or valid_until > valid_from)
);

-- The waterfall: steps in order, each taking from what is left; a version is a whole set, from its date on. rate_bp: provider_fee has none here (the
-- provider's own fee); commission has none here (the seller's plan); split: how much of a track goes to the work when the work has a sheet.
create table shop.waterfall_step (
  version int not null check (version > 0),
  position smallint not null check (position > 0),
  step text not null check (step in ('provider_fee', 'commission', 'split')),
  rate_bp int check (rate_bp between 0 and 10000),
  valid_from timestamptz not null,
  primary key (version, position),
  unique (version, step),
  check ((step = 'split') = (rate_bp is not null))
);
insert into shop.waterfall_step values (1, 1, 'provider_fee', null, '2020-01-01'), (1, 2, 'commission', null, '2020-01-01'), (1, 3, 'split', 1500, '2020-01-01');

create table shop."order" (
  id text primary key check (id like 'ord\_%'),
  serial bigint generated always as identity,
  -- For people: the serial, scrambled (61803399 has no factor in common with 10^8), so that neither neighbours nor sales can be read from it.
  number text not null generated always as (
    case when serial >= 100000000 then (serial / 100000000)::text || '-' else '' end
    || lpad(((serial % 100000000) * 61803399 % 100000000 / 10000)::text, 4, '0') || '-' || lpad(((serial % 100000000) * 61803399 % 10000)::text, 4, '0')) stored,
  -- No foreign key here and below: each order would write a lock onto the buyer's row; people are never deleted.
  buyer text not null check (buyer like 'usr\_%'),
  state text not null default 'placed' check (state in ('placed', 'paid', 'settled', 'cancelled', 'expired', 'refunded')),
  currency text not null,
  total bigint not null check (total between 0 and 1000000000000000),
  -- SHA-256 of what was asked for: the same id with other lines is refused.
  request text not null check (length(request) = 64),
  payment text,
  problem text,
  created_at timestamptz not null,
  expires_at timestamptz,
  paid_at timestamptz,
  closed_at timestamptz,
  check ((state in ('paid', 'settled')) <= (paid_at is not null)),
  check (state = 'placed' or expires_at is null),
  check ((total = 0) or (payment is not null))
) with (fillfactor = 70);
-- By the serial, which grows, rather than by the number, which jumps: the number is found by it.
create unique index order_serial on shop."order" (serial);
create index order_buyer on shop."order" (buyer, created_at desc, id desc);
-- Only orders that wait have an end; not by state, so that later changes of state touch no index (HOT).
create index order_waiting on shop."order" (expires_at) where expires_at is not null;

create table shop.order_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into shop.order_step values
  ('placed', 'paid'), ('placed', 'cancelled'), ('placed', 'expired'), ('paid', 'settled'), ('paid', 'refunded'), ('settled', 'refunded'),
  -- Paid too late: taken if it can still be sold, else sent back.
  ('cancelled', 'paid'), ('expired', 'paid'), ('cancelled', 'refunded'), ('expired', 'refunded');

-- One thing sold: its own escrow, fulfilment, settlement and refund. Title and artists are as they were then.
-- No foreign key to the offer: each order would write a lock onto a popular offer's row, and offers are never deleted.
create table shop.line (
  id text primary key check (id like 'lin\_%'),
  "order" text not null references shop."order",
  position smallint not null check (position >= 0),
  offer text not null,
  kind text not null,
  release text,
  page text not null,
  title text not null,
  artists text not null,
  quantity int not null check (quantity between 1 and 1000),
  unit_amount bigint not null check (unit_amount between 0 and 1000000000000),
  amount bigint not null check (amount = unit_amount * quantity),
  currency text not null,
  -- Its part of what the provider kept of the payment.
  fee bigint not null default 0 check (fee between 0 and amount),
  state text not null default 'waiting' check (state in ('waiting', 'held', 'settled', 'refunded', 'cancelled')),
  -- When held: from when on it may be settled.
  due_at timestamptz,
  -- The terms it was settled by; the amounts of each step stand in the ledger's entries.
  plan text,
  plan_version int,
  waterfall_version int,
  -- Settling did not work: why, and how often.
  problem text,
  attempts int not null default 0,
  paid_at timestamptz,
  settled_at timestamptz,
  refunded_at timestamptz,
  unique ("order", position),
  check (state not in ('held', 'settled') or paid_at is not null),
  check ((state = 'settled') <= (settled_at is not null)),
  check ((settled_at is null) = (plan is null)),
  check ((state = 'refunded') = (refunded_at is not null)),
  check ((state = 'held') = (due_at is not null))
) with (fillfactor = 70);
create index line_due on shop.line (due_at) where due_at is not null;
create index line_page on shop.line (page, id desc);

create table shop.line_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into shop.line_step values
  ('waiting', 'held'), ('waiting', 'cancelled'), ('cancelled', 'held'), ('held', 'settled'), ('held', 'refunded'), ('settled', 'refunded');

create function shop.check_step() returns trigger language plpgsql as $$
declare
  known boolean;
begin
  if tg_table_name = 'line' then
    known := exists (select from shop.line_step where from_state = old.state and to_state = new.state);
  else
    known := exists (select from shop.order_step where from_state = old.state and to_state = new.state);
  end if;
  if not known then
    raise exception 'shop.%: % cannot become %', tg_table_name, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
-- The everyday steps pass by the condition alone, which costs nothing; any other is looked up.
create trigger order_step before update on shop."order" for each row
  when (old.state <> new.state and not (old.state = 'placed' and new.state = 'paid' or old.state = 'paid' and new.state = 'settled')) execute function shop.check_step();
create trigger line_step before update on shop.line for each row
  when (old.state <> new.state and not (old.state = 'waiting' and new.state = 'held' or old.state = 'held' and new.state = 'settled')) execute function shop.check_step();

-- Who owns which release, by which line.
create table shop.ownership (
  person text not null,
  release text not null,
  line text not null check (line like 'lin\_%'),
  at timestamptz not null,
  primary key (person, release)
);

create view shop.public_offer as
  select id, release, kind, pricing, amount, currency, formats, state from shop.offer;
create view shop.public_ownership as
  select person, release, line, at from shop.ownership;
create view shop.public_order as
  select o.id, o.number, o.created_at as at, o.buyer, p.name as buyer_name, o.total, o.currency, o.state
  from shop."order" o left join people.public_party p on p.id = o.buyer;
create view shop.public_line as
  select l.id, l."order", l.offer, l.kind, l.release, l.page, l.title, l.artists, l.quantity, l.amount, l.currency, l.fee, l.state, l.paid_at, l.settled_at, l.refunded_at
  from shop.line l;
