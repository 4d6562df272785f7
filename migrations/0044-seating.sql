-- seating: venues, maps of their seats in versions, and halls: the capacity of one show. Whatever the load, capacity = sold + held + free: the database says so.
create schema seating;

create table seating.venue (
  id text primary key check (id like 'ven\_%'),
  page text not null references people.page,
  name text not null check (length(name) between 1 and 120),
  -- ISO 3166-1.
  country text not null check (country ~ '^[A-Z]{2}$'),
  region text not null check (length(region) <= 80),
  city text not null check (length(city) between 1 and 80),
  address text not null check (length(address) <= 300),
  postcode text not null check (length(postcode) <= 16),
  -- IANA; times of shows and bookings are told in it.
  zone text not null check (length(zone) between 2 and 60),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  capacity integer not null check (capacity between 0 and 1000000),
  about text not null check (length(about) <= 5000),
  access text not null check (length(access) <= 2000),
  site text not null check (length(site) <= 300),
  -- Other pages may hold shows here.
  shared boolean not null default false,
  state text not null default 'open' check (state in ('open', 'archived')),
  by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check ((latitude is null) = (longitude is null))
);
create index venue_page on seating.venue (page, name, id);
create index venue_shared on seating.venue (name, id) where shared and state = 'open';
create index venue_city on seating.venue (lower(city)) where shared and state = 'open';
create index venue_by on seating.venue (by);

create table seating.picture (
  venue text not null references seating.venue on delete cascade,
  asset text not null check (asset like 'ast\_%'),
  place integer not null,
  primary key (venue, asset)
);

create table seating.map (
  id text primary key check (id like 'map\_%'),
  venue text not null references seating.venue on delete cascade,
  name text not null check (length(name) between 1 and 80),
  draft jsonb not null check (jsonb_typeof(draft) = 'object'),
  -- Rises with each saving.
  revision integer not null default 0 check (revision >= 0),
  seats integer not null default 0 check (seats >= 0),
  standing integer not null default 0 check (standing >= 0),
  -- Of the draft: SHA-256 of its text.
  hash text not null check (length(hash) = 64),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  by text not null references people.person,
  removed_at timestamptz
);
create index map_venue on seating.map (venue, created_at, id);
create index map_by on seating.map (by);

-- What shows use. Never changed: a ticket's seat means the same for ever.
create table seating.map_version (
  map text not null references seating.map on delete cascade,
  version integer not null check (version > 0),
  plan jsonb not null,
  seats integer not null check (seats >= 0),
  standing integer not null check (standing >= 0),
  hash text not null check (length(hash) = 64),
  by text not null references people.person,
  at timestamptz not null,
  primary key (map, version)
);
create index map_version_by on seating.map_version (by);
create function seating.never() returns trigger language plpgsql as $$
begin
  raise exception '% is never changed', tg_table_name;
end $$;
create trigger map_version_fixed before update on seating.map_version for each row execute function seating.never();

-- The capacity of one thing that is sold by places (a show), in tiers.
create table seating.hall (
  id text primary key check (id like 'hal\_%'),
  -- Whose it is: sho_…; its room says who sees it.
  cause text not null unique check (cause ~ '^[a-z]{3}_'),
  map text,
  version integer,
  -- No choice may leave a single free seat alone.
  orphans boolean not null default true,
  created_at timestamptz not null,
  foreign key (map, version) references seating.map_version,
  check ((map is null) = (version is null))
);
create index hall_map on seating.hall (map, version) where map is not null;

-- One tier of a hall. No foreign keys from here on: these rows are hot.
create table seating.pool (
  hall text not null,
  tier text not null check (length(tier) between 1 and 40),
  seated boolean not null,
  capacity integer not null check (capacity >= 0),
  sold integer not null default 0 check (sold >= 0),
  held integer not null default 0 check (held >= 0),
  free integer not null check (free >= 0),
  -- Taken out of the sale; not in capacity.
  blocked integer not null default 0 check (blocked >= 0),
  primary key (hall, tier),
  constraint pool_whole check (capacity = sold + held + free)
) with (fillfactor = 50);

create table seating.seat (
  hall text not null,
  key text not null check (length(key) between 5 and 20),
  tier text not null,
  state text not null default 'free' check (state in ('free', 'held', 'sold', 'blocked')),
  hold text,
  primary key (hall, key),
  check ((state in ('held', 'sold')) = (hold is not null))
) with (fillfactor = 60);
create index seat_tier on seating.seat (hall, tier) where state = 'free';
create index seat_hold on seating.seat (hold) where hold is not null;

create table seating.hold (
  id text primary key check (id like 'sth\_%'),
  hall text not null,
  person text not null,
  until timestamptz not null,
  -- SHA-256 of what was asked for: the same id with another content is refused.
  request text not null check (length(request) = 64),
  created_at timestamptz not null
) with (fillfactor = 80);
create index hold_person on seating.hold (person, hall, created_at desc);

-- What a hold has of one tier. held → sold → (given back bit by bit) or held → released | expired.
create table seating.hold_part (
  hold text not null,
  hall text not null,
  tier text not null,
  state text not null default 'held' check (state in ('held', 'sold', 'released', 'expired')),
  count integer not null check (count > 0),
  -- Sold, and came back.
  back integer not null default 0 check (back >= 0),
  -- As they were taken, empty for standing.
  seats text[] not null,
  -- The order's line that pays for it.
  line text unique,
  until timestamptz not null,
  at timestamptz not null,
  primary key (hold, tier),
  check (back <= count),
  check (back = 0 or state = 'sold'),
  check (state <> 'sold' or line is not null),
  check (seats = '{}' or cardinality(seats) = count)
) with (fillfactor = 70);
create index part_until on seating.hold_part (until) where state = 'held';
create index part_hall on seating.hold_part (hall, tier);

create table seating.part_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into seating.part_step values ('held', 'sold'), ('held', 'released'), ('held', 'expired'), ('released', 'held'), ('expired', 'held');
create function seating.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from seating.part_step where from_state = old.state and to_state = new.state) then
    raise exception 'a hold cannot go from % to %', old.state, new.state;
  end if;
  return new;
end $$;
create trigger part_steps before update of state on seating.hold_part for each row when (old.state <> new.state) execute function seating.check_step();

create view seating.public_venue as
  select id, page, name, country, region, city, address, postcode, zone, latitude, longitude, capacity, shared, state,
    (select asset from seating.picture p where p.venue = venue.id order by place, asset limit 1) as picture
  from seating.venue;
create view seating.public_pool as select hall, tier, seated, capacity, sold, held, free, blocked from seating.pool;
create view seating.public_part as select p.hold, p.hall, p.tier, p.state, p.count, p.back, p.seats, p.line, p.until, h.person from seating.hold_part p join seating.hold h on h.id = p.hold;
