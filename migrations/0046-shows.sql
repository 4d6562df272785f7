-- shows: concerts and how their tickets are sold. What is scarce (places, seats) is seating's hall; what was bought becomes tickets of the room tickets. See server/shows/README.md.
create schema shows;

create table shows.show (
  id text primary key check (id like 'sho\_%'),
  -- Who puts it on (an artist, a venue, a label): its owner gets what is left of the money.
  page text not null references people.page,
  title text not null check (length(title) between 1 and 160),
  -- Shows of one page under one name: a tour, a season.
  series text check (length(series) between 1 and 120),
  about text not null default '' check (length(about) <= 8000),
  -- What to know before coming: bags, photographs, the way in.
  rules text not null default '' check (length(rules) <= 4000),
  picture text references media.asset,
  -- A venue with its address and maps (room seating), or none; the words stand for themselves either way.
  venue text check (venue like 'ven\_%'),
  place text not null check (length(place) between 1 and 160),
  address text not null default '' check (length(address) <= 300),
  city text not null check (length(city) between 1 and 80),
  country text not null check (country ~ '^[A-Z]{2}$'),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  -- IANA zone of the place: times are shown in it.
  zone text not null check (length(zone) between 2 and 60),
  doors_at timestamptz,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  min_age smallint not null default 0 check (min_age between 0 and 21),
  -- announced: seen, not sold · on_sale · postponed: waits for answers (and perhaps for a date) · over: past.
  state text not null default 'draft' check (state in ('draft', 'announced', 'on_sale', 'postponed', 'cancelled', 'over')),
  -- direct: who comes first · lottery: asked for until a moment, then drawn by a committed seed.
  sale text not null default 'direct' check (sale in ('direct', 'lottery')),
  currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$'),
  -- A version of a venue's map, once chosen; and the capacity of this show, once it was opened for sale.
  map text check (map like 'map\_%'),
  map_version integer check (map_version > 0),
  hall text unique check (hall like 'hal\_%'),
  most_each smallint not null default 6 check (most_each between 1 and 100),
  -- none · name: each ticket carries one · id: and the last four signs of an identity card.
  real_name text not null default 'none' check (real_name in ('none', 'name', 'id')),
  -- What a buyer gets back: [{"days": 30, "percent": 100}, …], the first step whose days are left holds; nothing after the last.
  ladder jsonb not null default '[{"days": 30, "percent": 100}, {"days": 7, "percent": 50}]'::jsonb check (jsonb_typeof(ladder) = 'array' and jsonb_array_length(ladder) <= 10),
  waiting_list boolean not null default true,
  -- Whether a ticket may be handed on, sold on at face value, used again after going out; until so many hours before the start names can be changed.
  transfer boolean not null default true,
  resale boolean not null default true,
  reentry boolean not null default false,
  rename_hours smallint not null default 24 check (rename_hours between 0 and 720),
  -- Groups whose schedule carries it.
  groups text[] not null default '{}' check (cardinality(groups) <= 20),
  -- What it was put off from; until when holders may give back for all their money. No date yet: starts_at is only a guess.
  was_at timestamptz,
  date_open boolean not null default false,
  ask_until timestamptz,
  reason text not null default '' check (length(reason) <= 1000),
  -- Who cancelled it.
  closed_by text references people.person on delete set null,
  hidden boolean not null default false,
  -- Title, line-up, place and city in the letters and in pinyin, for finding.
  words text not null default '',
  version integer not null default 0,
  created_by text references people.person on delete set null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (ends_at > starts_at and (doors_at is null or doors_at <= starts_at)),
  check ((latitude is null) = (longitude is null)),
  check ((map is null) = (map_version is null)),
  check (state not in ('on_sale') or hall is not null),
  check (state <> 'cancelled' or reason <> '')
) with (fillfactor = 80);
create index show_when on shows.show (starts_at, id) where state <> 'draft' and not hidden;
create index show_city on shows.show (city, starts_at) where state <> 'draft' and not hidden;
create index show_page on shows.show (page, starts_at desc, id desc);
create index show_venue on shows.show (venue, starts_at desc) where venue is not null;
create index show_picture on shows.show (picture) where picture is not null;
create index show_by on shows.show (created_by) where created_by is not null;
create index show_closed_by on shows.show (closed_by) where closed_by is not null;
create index show_due on shows.show (ends_at) where state in ('announced', 'on_sale', 'postponed');

create table shows.show_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into shows.show_step values
  ('draft', 'announced'), ('draft', 'on_sale'), ('announced', 'draft'), ('announced', 'on_sale'), ('announced', 'postponed'), ('announced', 'cancelled'), ('announced', 'over'),
  ('on_sale', 'announced'), ('on_sale', 'postponed'), ('on_sale', 'cancelled'), ('on_sale', 'over'),
  ('postponed', 'announced'), ('postponed', 'on_sale'), ('postponed', 'cancelled'), ('postponed', 'over');
create function shows.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from shows.show_step where from_state = old.state and to_state = new.state) then
    raise exception 'show % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger show_step before update of state on shows.show for each row when (old.state is distinct from new.state) execute function shows.check_step();

-- Who plays: a page of this planet, or only a name.
create table shows.act (
  show text not null references shows.show on delete cascade,
  place smallint not null check (place between 1 and 60),
  page text references people.page,
  name text not null check (length(name) between 1 and 120),
  primary key (show, place)
);
create index act_page on shows.act (page) where page is not null;

create table shows.tier (
  id text primary key check (id like 'tir\_%'),
  show text not null references shows.show on delete cascade,
  place smallint not null check (place between 1 and 60),
  name text not null check (length(name) between 1 and 80),
  about text not null default '' check (length(about) <= 1000),
  -- All fees are in it.
  price bigint not null check (price between 0 and 100000000),
  -- Standing or free seating: so many. Null: the seats (or else the standing places) of these categories of the map.
  capacity integer check (capacity between 0 and 200000),
  sections text[] check (cardinality(sections) between 1 and 300),
  colour text check (colour ~ '^#[0-9a-f]{6}$'),
  opens_at timestamptz,
  closes_at timestamptz,
  most_each smallint check (most_each between 1 and 100),
  -- Only who knows a code sees it.
  secret boolean not null default false,
  -- Earlier than opens_at for members of these groups.
  early_at timestamptz,
  early_groups text[] not null default '{}' check (cardinality(early_groups) <= 20),
  state text not null default 'open' check (state in ('open', 'closed')),
  offer text unique check (offer like 'off\_%'),
  check ((capacity is null) = (sections is not null)),
  check (closes_at is null or opens_at is null or closes_at > opens_at),
  check (early_at is null or (opens_at is not null and early_at < opens_at and cardinality(early_groups) > 0)),
  unique (show, place) deferrable initially deferred
);

-- Words that open secret tiers; counted when a hold is made with them.
create table shows.promo (
  show text not null references shows.show on delete cascade,
  code text not null check (code ~ '^[A-Z0-9\-]{3,30}$'),
  note text not null default '' check (length(note) <= 200),
  tiers text[] not null check (cardinality(tiers) between 1 and 60),
  -- Tickets that may be had with it.
  most integer check (most between 1 and 200000),
  used integer not null default 0 check (used >= 0 and (most is null or used <= most)),
  closes_at timestamptz,
  created_at timestamptz not null,
  primary key (show, code)
);

-- What one person has of a show, for the limit per person: reserved and sold, less what was given back.
create table shows.buyer (
  show text not null references shows.show on delete cascade,
  person text not null references people.person,
  tickets integer not null check (tickets >= 0),
  primary key (show, person)
) with (fillfactor = 70);
create index buyer_person on shows.buyer (person);

-- A line of an order and the hold it stands on. One hold is bought once.
create table shows.reservation (
  line text primary key check (line like 'lin\_%'),
  "order" text not null,
  show text not null references shows.show,
  tier text not null references shows.tier,
  hold text not null check (hold like 'sth\_%'),
  buyer text not null references people.person,
  quantity integer not null check (quantity between 1 and 100),
  -- Of one ticket.
  unit bigint not null check (unit >= 0),
  code text,
  -- Names for a show under real names, until the tickets carry them (then forgotten here).
  names jsonb check (jsonb_typeof(names) = 'array'),
  -- reserved: waits for payment · sold · released: gave its places back unpaid · returned: every ticket of it is refunded.
  state text not null default 'reserved' check (state in ('reserved', 'sold', 'released', 'returned')),
  -- Tickets of it whose places went back.
  back integer not null default 0 check (back between 0 and quantity),
  at timestamptz not null,
  sold_at timestamptz,
  check ((state in ('sold', 'returned')) <= (sold_at is not null)),
  check (state <> 'returned' or back = quantity)
) with (fillfactor = 70);
create unique index reservation_hold on shows.reservation (hold, tier) where state in ('reserved', 'sold');
create index reservation_show on shows.reservation (show, state, line);
create index reservation_tier on shows.reservation (tier);
create index reservation_buyer on shows.reservation (buyer, show);

-- A ticket given back by its holder: once, whatever is pressed.
create table shows.refund (
  ticket text primary key check (ticket like 'tkt\_%'),
  -- Whose money it is: of the ticket's line (a ticket that was sold on has another one than its place).
  line text not null check (line like 'lin\_%'),
  show text not null references shows.show,
  percent smallint not null check (percent between 0 and 100),
  amount bigint not null check (amount >= 0),
  by text references people.person on delete set null,
  -- done: the money is on its way · short: its seller owes it first (room refunds).
  outcome text not null default 'done' check (outcome in ('done', 'short')),
  at timestamptz not null
);
create index refund_line on shows.refund (line);
create index refund_show on shows.refund (show, at desc);
create index refund_by on shows.refund (by) where by is not null;

-- The waiting list. waiting → offered (a hold of theirs until then) → bought | missed (did not answer) · left.
create table shows.waiting (
  id text primary key check (id like 'wtl\_%'),
  show text not null references shows.show on delete cascade,
  tier text not null references shows.tier on delete cascade,
  person text not null references people.person,
  count smallint not null check (count between 1 and 20),
  -- Fewer would do, too.
  fewer boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting', 'offered', 'bought', 'missed', 'left')),
  -- Of a lottery: the place that was drawn; of the list: the order of coming.
  rank bigint not null,
  hold text check (hold like 'sth\_%'),
  offered integer check (offered between 1 and 20),
  until timestamptz,
  -- Why it was offered: a place came back, or a lottery was won.
  won boolean not null default false,
  at timestamptz not null,
  changed_at timestamptz not null,
  check ((state = 'offered') <= (hold is not null and until is not null and offered is not null))
) with (fillfactor = 70);
create unique index waiting_once on shows.waiting (tier, person) where state in ('waiting', 'offered');
create index waiting_next on shows.waiting (tier, rank, id) where state = 'waiting';
create index waiting_until on shows.waiting (until) where state = 'offered';
create unique index waiting_hold on shows.waiting (hold) where hold is not null;
create index waiting_person on shows.waiting (person, at desc, id desc);
create index waiting_show on shows.waiting (show, state);

create table shows.guest (
  id text primary key check (id like 'gst\_%'),
  show text not null references shows.show on delete cascade,
  name text not null check (length(name) between 1 and 80),
  -- With so many others.
  plus smallint not null default 0 check (plus between 0 and 20),
  tier text references shows.tier,
  note text not null default '' check (length(note) <= 300),
  vip boolean not null default false,
  state text not null default 'listed' check (state in ('listed', 'removed')),
  by text references people.person on delete set null,
  at timestamptz not null,
  changed_at timestamptz not null
);
create index guest_show on shows.guest (show, name, id);
create index guest_tier on shows.guest (tier) where tier is not null;
create index guest_by on shows.guest (by) where by is not null;

-- Free tickets: out of which hold each came, so that the same request gives the same ones and their places can come back.
create table shows.given (
  ticket text primary key check (ticket like 'tkt\_%'),
  hold text not null check (hold like 'sth\_%'),
  show text not null references shows.show on delete cascade
);
create index given_hold on shows.given (hold);
create index given_show on shows.given (show);

-- A lottery sale: what is promised before anyone asks, and what came out. Its file is a raffle.json whose prizes are places in the line.
create table shows.lottery (
  show text primary key references shows.show on delete cascade,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  -- How long a winner may take to buy.
  hours smallint not null default 24 check (hours between 1 and 168),
  state text not null default 'draft' check (state in ('draft', 'open', 'drawn', 'void')),
  places integer check (places > 0),
  commitment text check (commitment ~ '^[0-9a-f]{64}$'),
  rules text check (length(rules) <= 20000),
  rules_digest text check (rules_digest = encode(sha256(convert_to(rules, 'UTF8')), 'hex')),
  published_at timestamptz,
  sealed bytea,
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  closed_at timestamptz,
  seed text check (encode(sha256(convert_to(seed, 'UTF8')), 'hex') = commitment),
  drawn_at timestamptz,
  check (closes_at > opens_at),
  check (state = 'draft' or (commitment is not null and rules_digest is not null and places is not null)),
  check ((state in ('drawn', 'void')) = (seed is not null)),
  check ((seed is null) or sealed is null),
  check ((state = 'drawn') = (drawn_at is not null and digest is not null))
);
create index lottery_due on shows.lottery (closes_at) where state = 'open';
create function shows.keep_promise() returns trigger language plpgsql as $$
begin
  if (old.commitment, old.rules, old.opens_at, old.closes_at, old.hours, old.places) is distinct from (new.commitment, new.rules, new.opens_at, new.closes_at, new.hours, new.places)
    or (old.digest is not null and old.digest is distinct from new.digest) or (old.state in ('drawn', 'void') and old.state <> new.state) or new.state = 'draft' then
    raise exception 'the lottery of % is published', old.show using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger lottery_promise before update on shows.lottery for each row when (old.state <> 'draft') execute function shows.keep_promise();

-- Who asks for how many of which tiers (the dearest wish first), by a name that tells nothing.
create table shows.entrant (
  id text primary key check (id like 'ltn\_%'),
  show text not null references shows.lottery on delete cascade,
  person text not null references people.person,
  tag text not null check (tag ~ '^[0-9a-f]{24}$'),
  salt text not null check (salt ~ '^[0-9a-f]{32}$'),
  count smallint not null check (count between 1 and 20),
  tiers text[] not null check (cardinality(tiers) between 1 and 20),
  number integer not null check (number > 0),
  -- Took it back: stays in the line that is drawn (which only grows), and gets nothing.
  withdrawn boolean not null default false,
  -- The place that was drawn (null: none), and the tier that was still there for it.
  drawn integer check (drawn > 0),
  tier text references shows.tier on delete set null,
  at timestamptz not null,
  unique (show, person),
  unique (show, tag),
  unique (show, number)
);
create index entrant_person on shows.entrant (person, show desc);
create index entrant_tier on shows.entrant (tier) where tier is not null;

-- What holders said when it was put off.
create table shows.answer (
  show text not null references shows.show on delete cascade,
  person text not null references people.person,
  -- The date it was asked about.
  asked timestamptz not null,
  keep boolean not null,
  at timestamptz not null,
  primary key (show, person, asked)
);
create index answer_person on shows.answer (person);

create view shows.public_show as
  select id, page, title, series, picture, venue, place, address, city, country, zone, doors_at, starts_at, ends_at, state, sale, currency, hall, real_name, groups, hidden, version, created_at, changed_at
  from shows.show;
create view shows.public_tier as
  select id, show, place, name, price, capacity, secret, state, offer from shows.tier;
create view shows.public_act as
  select show, place, page, name from shows.act;
create view shows.public_guest as
  select id, show, name, plus, tier, note, vip, state, changed_at from shows.guest;
create view shows.public_reservation as
  select line, "order", show, tier, hold, buyer, quantity, unit, state, back, at, sold_at from shows.reservation;
create view shows.public_waiting as
  select id, show, tier, person, count, state, hold, offered, until, won, at from shows.waiting;

-- Of seating, for choosing the newest version of a map.
create view seating.public_map_version as
  select v.map, m.venue, max(v.version) as version from seating.map_version v join seating.map m on m.id = v.map where m.removed_at is null group by 1, 2;

-- Of groups: a show that its organiser put on a group's schedule stands there once, and follows it.
alter table groups.event add column show text check (show like 'sho\_%');
create unique index event_show on groups.event (group_id, show) where show is not null;
