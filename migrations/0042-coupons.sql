-- coupons: codes for less, gift cards of the planet, codes that come with a record. See server/coupons/README.md.
create schema coupons;

create table coupons.coupon (
  id text primary key check (id like 'cpn\_%'),
  page text not null references people.page,
  -- For the seller's own lists; buyers see the code.
  name text not null check (length(name) between 1 and 120),
  -- What buyers type; null: a series of codes (coupons.code), each good once.
  code text check (code ~ '^[0-9A-Z][0-9A-Z-]{2,39}$'),
  -- Less by basis points, or by so many minor units.
  percent_bp integer check (percent_bp between 1 and 10000),
  amount bigint check (amount between 1 and 1000000000000),
  currency text not null,
  -- A percentage takes off at most so much.
  most_off bigint check (most_off between 1 and 1000000000000),
  -- What it is good for must come to at least so much before the discount.
  least bigint not null default 0 check (least between 0 and 1000000000000),
  -- Null: all of the page but sending; kinds of offers, or single offers.
  kinds text[] check (cardinality(kinds) between 1 and 20),
  offers text[] check (cardinality(offers) between 1 and 200),
  opens_at timestamptz,
  closes_at timestamptz,
  uses_most integer check (uses_most between 1 and 1000000),
  each_most integer check (each_most between 1 and 1000),
  -- Only for who never bought from the page; only for its members (services).
  first_only boolean not null default false,
  members_only boolean not null default false,
  -- May be used together with others of the same page that say so too.
  stacks boolean not null default false,
  state text not null default 'open' check (state in ('open', 'closed')),
  -- Uses that count: of orders that did not end unpaid and were not refunded whole.
  used integer not null default 0 check (used >= 0),
  created_by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check ((percent_bp is null) <> (amount is null)),
  check (percent_bp is not null or most_off is null),
  check (uses_most is null or used <= uses_most),
  check (closes_at is null or opens_at is null or closes_at > opens_at),
  unique (id, page)
) with (fillfactor = 80);
create unique index coupon_code on coupons.coupon (page, code) where state = 'open' and code is not null;
create index coupon_page on coupons.coupon (page, created_at desc, id desc);
create index coupon_by on coupons.coupon (created_by);

-- Codes of a series, each good once.
create table coupons.code (
  page text not null,
  code text not null check (code ~ '^[0-9A-Z][0-9A-Z-]{2,39}$'),
  coupon text not null,
  -- The order that uses it now.
  "order" text,
  created_at timestamptz not null,
  primary key (page, code),
  foreign key (coupon, page) references coupons.coupon (id, page)
) with (fillfactor = 80);
create index code_coupon on coupons.code (coupon, code);
create unique index code_order on coupons.code (coupon, "order") where "order" is not null;

-- A coupon used by an order. ended_at: given back, the order ended unpaid or was refunded whole.
create table coupons.use (
  "order" text not null,
  coupon text not null references coupons.coupon,
  code text not null,
  person text not null,
  amount bigint not null check (amount > 0),
  at timestamptz not null,
  ended_at timestamptz,
  primary key ("order", coupon)
);
create index use_coupon on coupons.use (coupon, at desc, "order");
create index use_person on coupons.use (coupon, person) where ended_at is null;

-- One gift card: bought as one piece of an order's line. Its money lies in the ledger under `gift:<id>`; what is there is what it is worth.
create table coupons.gift_card (
  id text primary key check (id like 'gft\_%'),
  line text not null check (line like 'lin\_%'),
  place smallint not null check (place >= 0),
  buyer text not null check (buyer like 'usr\_%'),
  amount bigint not null check (amount > 0),
  currency text not null,
  design text not null check (design ~ '^[a-z]{2,20}$'),
  to_name text not null default '' check (length(to_name) <= 80),
  -- Where the code is mailed; null: whoever bought it hands it over.
  to_mail text check (length(to_mail) between 3 and 254),
  from_name text not null default '' check (length(from_name) <= 80),
  message text not null default '' check (length(message) <= 1000),
  deliver_at timestamptz,
  delivered_at timestamptz,
  -- SHA-256 of the code; the code itself is kept nowhere.
  code_hash text unique check (length(code_hash) = 64),
  code_tail text check (length(code_tail) = 4),
  -- Who keeps it in their account: the code is no good to anyone else from then on.
  owner text check (owner like 'usr\_%'),
  owned_at timestamptz,
  -- waiting: its money is not settled yet · active · void: taken back.
  state text not null default 'waiting' check (state in ('waiting', 'active', 'void')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (line, place),
  check ((code_hash is null) = (code_tail is null)),
  check ((owner is null) = (owned_at is null))
);
create index gift_card_buyer on coupons.gift_card (buyer, created_at desc, id desc);
create index gift_card_owner on coupons.gift_card (owner, created_at desc, id desc) where owner is not null;
create index gift_card_due on coupons.gift_card (deliver_at) where state = 'active' and to_mail is not null and delivered_at is null;
create index gift_card_new on coupons.gift_card (created_at desc, id desc);

-- What an order set aside of a card, and what of it came back to the card (the order ended, or lines of it were refunded).
create table coupons.gift_spend (
  "order" text not null,
  card text not null references coupons.gift_card,
  amount bigint not null check (amount > 0),
  back bigint not null default 0,
  at timestamptz not null,
  primary key ("order", card),
  check (back between 0 and amount)
);
create index gift_spend_card on coupons.gift_spend (card, at desc);

-- Codes printed on what comes with a record: a series for a release, each code good once.
create table coupons.release_series (
  id text primary key check (id like 'rdc\_%'),
  release text not null references catalogue.release,
  page text not null references people.page,
  name text not null check (length(name) between 1 and 120),
  until timestamptz,
  made integer not null default 0 check (made between 0 and 100000),
  used integer not null default 0 check (used between 0 and made),
  stopped_at timestamptz,
  created_by text not null references people.person,
  created_at timestamptz not null
) with (fillfactor = 80);
create index release_series_page on coupons.release_series (page, created_at desc, id desc);
create index release_series_release on coupons.release_series (release);
create index release_series_by on coupons.release_series (created_by);
create table coupons.release_code (
  id text primary key check (id like 'rdc\_%'),
  series text not null references coupons.release_series,
  code text not null unique check (code ~ '^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$'),
  person text check (person like 'usr\_%'),
  used_at timestamptz,
  check ((person is null) = (used_at is null))
) with (fillfactor = 80);
create index release_code_series on coupons.release_code (series, id);
create index release_code_person on coupons.release_code (person) where person is not null;

create view coupons.public_gift_card as
  select id, line, buyer, owner, amount, currency, state, to_mail, to_name, from_name, message, deliver_at, delivered_at, code_tail, created_at from coupons.gift_card;
create view coupons.public_release_code as
  select c.id, c.series, s.release, s.page, c.person, c.used_at from coupons.release_code c join coupons.release_series s on s.id = c.series;

-- Nothing is kept of a gift card: whoever holds it has all of it.
insert into settlement.commission_plan (id, version, name, category, commission_bp, valid_from, everyone)
  values ('gift-card', 1, 'Gift card', 'gift_card', 0, '2020-01-01', true);

-- A code of a record makes its owner, too.
alter table shop.ownership drop constraint ownership_line_check;
alter table shop.ownership add constraint ownership_line_check check (line ~ '^(lin|xch|rdc)_');
