-- bookings: rooms, studios and performers by the hour; never two at once. See server/bookings/README.md.

create schema bookings;

create table bookings.resource (
  id text primary key check (id like 'res\_%'),
  -- A small number for the exclusion constraint: ranges have an index of their own for "&&", so that no extension is needed.
  no integer generated always as identity unique,
  page text not null references people.page,
  kind text not null check (kind in ('ktv', 'rehearsal', 'studio', 'performer', 'other')),
  title text not null check (length(title) between 1 and 120),
  about text not null default '' check (length(about) <= 4000),
  -- Where it is; for a performer, where they come from.
  place text not null default '' check (length(place) <= 120),
  address text not null default '' check (length(address) <= 300),
  city text not null default '' check (length(city) <= 80),
  country text not null default 'CN' check (country ~ '^[A-Z]{2}$'),
  -- All its local times are of this zone.
  zone text not null check (length(zone) between 1 and 60),
  capacity smallint not null check (capacity between 1 and 2000),
  equipment text[] not null default '{}' check (cardinality(equipment) <= 40),
  -- Assets, the first one large.
  pictures text[] not null default '{}' check (cardinality(pictures) <= 12),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Minutes. A booking begins on a step from opening and lasts between shortest and longest.
  step smallint not null check (step between 15 and 240 and step % 15 = 0),
  shortest smallint not null check (shortest between 15 and 1440 and shortest % 15 = 0),
  longest smallint not null check (longest between 15 and 1440 and longest % 15 = 0),
  before smallint not null default 0 check (before between 0 and 240),
  after smallint not null default 0 check (after between 0 and 240),
  -- Minutes before the start a booking can still be made; days ahead it can be made.
  lead integer not null default 0 check (lead between 0 and 43200),
  ahead smallint not null default 60 check (ahead between 1 and 400),
  -- Basis points of the price paid when booking; the rest later or at the place.
  deposit smallint not null default 10000 check (deposit between 0 and 10000),
  -- A booking never costs less, in minor units.
  least bigint not null default 0 check (least >= 0),
  -- Minutes after the start an empty room is given to others; null: never.
  no_show smallint check (no_show between 5 and 240),
  -- [{hours, bp}]: cancelled so many hours before the start, so much of what was paid comes back; below the last one nothing.
  ladder jsonb not null default '[]' check (jsonb_typeof(ladder) = 'array'),
  -- Booked by asking: accepted before it is paid.
  asks boolean not null default false,
  -- Basis points of the room's price that go to the authors of what was sung in it.
  authors smallint not null default 0 check (authors between 0 and 5000),
  state text not null default 'draft' check (state in ('draft', 'open', 'closed')),
  -- The secret of its calendar for other apps.
  feed text unique check (length(feed) between 20 and 60),
  version integer not null default 1,
  created_by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (longest >= shortest)
) with (fillfactor = 70);
create index resource_page on bookings.resource (page, title, id);
create index resource_open on bookings.resource (kind, city, id) where state = 'open';
create index resource_by on bookings.resource (created_by);

-- Opening hours of a weekday (1 is Monday), in minutes of that day; past 1440 is the night after it.
create table bookings.hours (
  resource text not null references bookings.resource on delete cascade,
  weekday smallint not null check (weekday between 1 and 7),
  opens smallint not null check (opens between 0 and 1439 and opens % 15 = 0),
  closes smallint not null check (closes <= 2160 and closes % 15 = 0),
  primary key (resource, weekday, opens),
  check (closes > opens)
);
-- One day that is different: closed (no hours), other hours, or priced as a holiday.
create table bookings.exception (
  resource text not null references bookings.resource on delete cascade,
  day date not null,
  -- [[opens, closes], …]; null: the weekday's.
  hours jsonb check (jsonb_typeof(hours) = 'array'),
  holiday boolean,
  note text not null default '' check (length(note) <= 200),
  primary key (resource, day)
);
-- Prices: of the bands that match a quarter of an hour the highest priority wins; each run of one band costs amount per unit begun.
create table bookings.band (
  resource text not null references bookings.resource on delete cascade,
  place smallint not null check (place between 0 and 49),
  title text not null check (length(title) between 1 and 60),
  priority smallint not null check (priority between 0 and 100),
  weekdays smallint[] not null check (cardinality(weekdays) <= 7 and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
  -- same: a holiday is its weekday · also: holidays, too, whatever weekday · never: not on holidays. No weekdays and also: on holidays alone.
  holidays text not null default 'same' check (holidays in ('same', 'also', 'never')),
  opens smallint not null check (opens between 0 and 1439 and opens % 15 = 0),
  closes smallint not null check (closes <= 2160 and closes % 15 = 0),
  from_day date,
  to_day date,
  unit smallint not null check (unit between 15 and 1440 and unit % 15 = 0),
  amount bigint not null check (amount between 0 and 1000000000),
  primary key (resource, place),
  check (closes > opens),
  check (to_day >= from_day)
);

-- Days off and days worked instead, as data; the planet's operator changes them.
create table bookings.holiday (
  country text not null check (country ~ '^[A-Z]{2}$'),
  day date not null,
  kind text not null check (kind in ('off', 'work')),
  name jsonb not null,
  primary key (country, day)
);
-- 2026 as announced by the State Council; of 2027 the days fixed by law, until the arrangement is announced.
insert into bookings.holiday (country, day, kind, name)
select 'CN', d::date, kind, jsonb_build_object('zh', zh, 'en', en)
from (values
  ('2026-01-01', '2026-01-03', 'off', '元旦', 'New Year'), ('2026-01-04', '2026-01-04', 'work', '元旦调休', 'Worked for New Year'),
  ('2026-02-15', '2026-02-23', 'off', '春节', 'Spring Festival'), ('2026-02-14', '2026-02-14', 'work', '春节调休', 'Worked for Spring Festival'),
  ('2026-02-28', '2026-02-28', 'work', '春节调休', 'Worked for Spring Festival'), ('2026-04-04', '2026-04-06', 'off', '清明节', 'Qingming'),
  ('2026-05-01', '2026-05-05', 'off', '劳动节', 'Labour Day'), ('2026-05-09', '2026-05-09', 'work', '劳动节调休', 'Worked for Labour Day'),
  ('2026-06-19', '2026-06-21', 'off', '端午节', 'Dragon Boat Festival'), ('2026-09-25', '2026-09-27', 'off', '中秋节', 'Mid-Autumn Festival'),
  ('2026-09-20', '2026-09-20', 'work', '国庆节调休', 'Worked for National Day'), ('2026-10-01', '2026-10-07', 'off', '国庆节', 'National Day'),
  ('2026-10-10', '2026-10-10', 'work', '国庆节调休', 'Worked for National Day'),
  ('2027-01-01', '2027-01-01', 'off', '元旦', 'New Year'), ('2027-02-05', '2027-02-08', 'off', '春节', 'Spring Festival'),
  ('2027-04-05', '2027-04-05', 'off', '清明节', 'Qingming'), ('2027-05-01', '2027-05-02', 'off', '劳动节', 'Labour Day'),
  ('2027-06-09', '2027-06-09', 'off', '端午节', 'Dragon Boat Festival'), ('2027-09-15', '2027-09-15', 'off', '中秋节', 'Mid-Autumn Festival'),
  ('2027-10-01', '2027-10-03', 'off', '国庆节', 'National Day')
) as x(first, last, kind, zh, en), generate_series(first::date, last::date, interval '1 day') d;

-- A resource taken for some time: by an order, an ask, someone at the door, or the staff.
create table bookings.booking (
  id text primary key check (id like 'bkg\_%' or id like 'blk\_%'),
  resource text not null,
  no integer not null,
  page text not null,
  kind text not null check (kind in ('order', 'ask', 'walk_in', 'block')),
  -- No foreign key: people are never deleted. Null: someone at the door, a block.
  person text check (person like 'usr\_%'),
  -- The order it was made in: rooms of one basket belong together.
  "order" text check ("order" like 'ord\_%'),
  state text not null check (state in ('asked', 'accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show', 'declined', 'cancelled', 'expired')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- What nobody else can have: the time with what lies before and after it, and an extension that waits to be paid.
  taken tstzrange not null check (not isempty(taken)),
  people smallint not null default 1 check (people between 1 and 2000),
  -- Who it is, where nobody signed in; why it is blocked.
  name text not null default '' check (length(name) <= 120),
  note text not null default '' check (length(note) <= 1000),
  answer text not null default '' check (length(answer) <= 1000),
  currency text not null,
  -- The whole price, and what of it was paid at the place; what was paid by orders stands in charge.
  amount bigint not null check (amount >= 0),
  at_place bigint not null default 0 check (at_place >= 0),
  -- [{title, minutes, units, amount}]: what the price is made of.
  bill jsonb not null default '[]',
  -- The ladder as it was when it was booked.
  ladder jsonb not null default '[]',
  authors smallint not null default 0 check (authors between 0 and 5000),
  -- Until when an ask is answered, an accepted one paid.
  until timestamptz,
  -- Shown at the door; with it guests add songs.
  code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{8,16}$'),
  request text check (length(request) = 64),
  -- Its number among changes: calendars follow it.
  version integer not null default 1,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  arrived_at timestamptz,
  closed_at timestamptz,
  check (ends_at > starts_at),
  check ((kind in ('order', 'ask')) = (person is not null)),
  check (state not in ('asked', 'accepted') or (kind = 'ask' and until is not null)),
  constraint never_twice exclude using gist (int4range(no, no, '[]') with &&, taken with &&)
    where (state in ('accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show'))
) with (fillfactor = 70);
create index booking_person on bookings.booking (person, starts_at desc, id desc) where person is not null;
create index booking_page on bookings.booking (page, starts_at desc, id desc);
create index booking_resource on bookings.booking (resource, starts_at, id);
create index booking_order on bookings.booking ("order") where "order" is not null;
create index booking_due on bookings.booking (ends_at) where state in ('confirmed', 'arrived');
create index booking_until on bookings.booking (until) where state in ('asked', 'accepted');

create table bookings.step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into bookings.step values
  ('asked', 'accepted'), ('asked', 'declined'), ('asked', 'cancelled'), ('asked', 'expired'),
  ('accepted', 'pending'), ('accepted', 'cancelled'), ('accepted', 'expired'), ('accepted', 'confirmed'),
  ('pending', 'confirmed'), ('pending', 'expired'), ('pending', 'accepted'), ('pending', 'cancelled'), ('expired', 'pending'),
  ('confirmed', 'arrived'), ('confirmed', 'done'), ('confirmed', 'no_show'), ('confirmed', 'cancelled'),
  ('arrived', 'done'), ('arrived', 'confirmed'), ('arrived', 'cancelled'), ('no_show', 'cancelled'), ('done', 'cancelled');
create function bookings.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from bookings.step where from_state = old.state and to_state = new.state) then
    raise exception 'booking % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger booking_step before update of state on bookings.booking for each row when (old.state is distinct from new.state) execute function bookings.check_step();

-- What an order's line pays of a booking: at booking, the rest of a deposit, or a longer stay.
create table bookings.charge (
  line text primary key check (line like 'lin\_%'),
  booking text not null references bookings.booking,
  purpose text not null check (purpose in ('first', 'rest', 'extend')),
  amount bigint not null check (amount >= 0),
  -- Of an extension: until when it would last, and what it adds to the price.
  until timestamptz,
  adds bigint not null default 0 check (adds >= 0),
  bill jsonb not null default '[]',
  state text not null default 'waiting' check (state in ('waiting', 'paid', 'freed', 'refunded')),
  at timestamptz not null,
  check ((purpose = 'extend') = (until is not null))
);
create index charge_booking on bookings.charge (booking);
-- A booking is made by one line, its rest is paid once, and one extension at a time waits.
create unique index charge_first on bookings.charge (booking) where purpose = 'first' and state in ('waiting', 'paid');
create unique index charge_rest on bookings.charge (booking) where purpose = 'rest' and state in ('waiting', 'paid');
create unique index charge_extend on bookings.charge (booking) where purpose = 'extend' and state = 'waiting';

-- What happened to a booking: append only.
create table bookings.event (
  booking text not null references bookings.booking on delete cascade,
  place integer generated always as identity,
  what text not null check (length(what) between 2 and 30),
  note text not null default '' check (length(note) <= 500),
  by text,
  at timestamptz not null,
  primary key (booking, place)
);

-- Calendars outside whose events are times a resource cannot be had.
create table bookings.calendar (
  id text primary key check (id like 'cal\_%'),
  resource text not null references bookings.resource on delete cascade,
  name text not null check (length(name) between 1 and 80),
  url text not null check (length(url) <= 1000),
  events integer not null default 0,
  asked_at timestamptz,
  read_at timestamptz,
  -- Why it could not be read last time.
  problem text check (length(problem) <= 300),
  created_at timestamptz not null,
  unique (resource, url)
);
create table bookings.busy (
  calendar text not null references bookings.calendar on delete cascade,
  resource text not null,
  during tstzrange not null check (not isempty(during)),
  title text not null default '' check (length(title) <= 200)
);
create index busy_calendar on bookings.busy (calendar);
create index busy_resource on bookings.busy (resource, lower(during));

-- What is sung in a room: the queue, then what was sung, by work, for the authors' share.
create table bookings.song (
  id text primary key check (id like 'sng\_%'),
  booking text not null references bookings.booking,
  track text not null check (track like 'trk\_%'),
  release text not null,
  work text,
  title text not null,
  artists text not null,
  name text not null default '' check (length(name) <= 40),
  place bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'sung', 'dropped')),
  at timestamptz not null,
  sung_at timestamptz,
  check ((state = 'sung') = (sung_at is not null))
);
create index song_booking on bookings.song (booking, place, id);
create index song_work on bookings.song (work) where state = 'sung';

create view bookings.public_resource as
  select id, page, kind, title, city, place, zone, capacity, pictures, currency, state from bookings.resource;
create view bookings.public_booking as
  select id, resource, page, kind, person, "order", state, starts_at, ends_at, people, amount, currency from bookings.booking where kind <> 'block';
create view bookings.public_song as
  select s.id, s.booking, b.page, s.track, s.release, s.work, s.sung_at from bookings.song s join bookings.booking b on b.id = s.booking where s.state = 'sung';
