-- shipping, rewards, raffles: addresses and parcels; what points are exchanged for; draws that anyone can repeat.
create schema shipping;

-- Somebody's address book. At most one is the usual one.
create table shipping.address (
  id text primary key check (id like 'adr\_%'),
  person text not null references people.person on delete cascade,
  name text not null check (length(name) between 1 and 80),
  phone text not null check (phone ~ '^\+?[0-9][0-9 \-]{4,24}$'),
  -- ISO 3166-1.
  country text not null check (country ~ '^[A-Z]{2}$'),
  region text not null default '' check (length(region) <= 80),
  city text not null check (length(city) between 1 and 80),
  line text not null check (length(line) between 1 and 300),
  postcode text not null default '' check (length(postcode) <= 16),
  usual boolean not null default false,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index address_person on shipping.address (person, created_at desc, id desc);
create unique index address_usual on shipping.address (person) where usual;

-- One thing on its way to someone, whatever it was got by. Where it goes is a copy: changing the address book changes no parcel.
create table shipping.parcel (
  id text primary key check (id like 'pcl\_%'),
  -- What it was got by: an exchange of a reward; next an order's line.
  purpose text not null check (purpose in ('reward', 'order')),
  subject text not null check (length(subject) between 5 and 60),
  -- Who packs: a group, a person or an organisation.
  sender text not null check (sender ~ '^(grp|usr|org)_'),
  person text not null references people.person,
  title text not null check (length(title) between 1 and 200),
  quantity integer not null check (quantity between 1 and 1000),
  -- Null once it is forgotten: half a year after all is done.
  address jsonb check (jsonb_typeof(address) = 'object'),
  state text not null default 'to_pack' check (state in ('to_pack', 'sent', 'arrived', 'returned', 'cancelled')),
  carrier text check (length(carrier) between 1 and 60),
  tracking text check (length(tracking) between 1 and 80),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  sent_at timestamptz,
  closed_at timestamptz,
  forgotten_at timestamptz,
  unique (purpose, subject),
  check ((state in ('sent', 'arrived', 'returned')) <= (sent_at is not null and carrier is not null)),
  check ((state in ('arrived', 'cancelled')) = (closed_at is not null)),
  check ((address is null) = (forgotten_at is not null)),
  check (forgotten_at is null or closed_at is not null)
);
create index parcel_desk on shipping.parcel (sender, state, created_at, id);
create index parcel_person on shipping.parcel (person, created_at desc, id desc);
create index parcel_sent on shipping.parcel (sent_at) where state = 'sent';
create index parcel_closed on shipping.parcel (closed_at) where closed_at is not null and forgotten_at is null;

create table shipping.parcel_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into shipping.parcel_step values
  ('to_pack', 'sent'), ('to_pack', 'cancelled'), ('sent', 'arrived'), ('sent', 'returned'), ('returned', 'sent'), ('returned', 'cancelled'), ('arrived', 'returned');
create function shipping.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from shipping.parcel_step where from_state = old.state and to_state = new.state) then
    raise exception 'parcel % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger parcel_step before update of state on shipping.parcel for each row when (old.state is distinct from new.state) execute function shipping.check_step();

-- What happened to a parcel: append only.
create table shipping.step (
  parcel text not null references shipping.parcel on delete cascade,
  place integer generated always as identity,
  state text not null,
  note text not null default '' check (length(note) <= 500),
  by text references people.person on delete set null,
  at timestamptz not null,
  primary key (parcel, place)
);
create index step_by on shipping.step (by) where by is not null;

create view shipping.public_parcel as
  select id, purpose, subject, sender, person, title, quantity, state, carrier, tracking, created_at, sent_at, closed_at from shipping.parcel;

create schema rewards;

create table rewards.reward (
  id text primary key check (id like 'rwd\_%'),
  group_id text not null references groups.fan_group,
  -- goods: sent in a parcel · voucher: a code · ticket: to an event of the group's schedule · experience: arranged by the hosts · digital: a release, or a badge.
  kind text not null check (kind in ('goods', 'voucher', 'ticket', 'experience', 'digital')),
  title text not null check (length(title) between 1 and 120),
  about text not null default '' check (length(about) <= 4000),
  picture text references media.asset,
  -- Of one piece.
  points integer not null check (points between 1 and 1000000),
  -- What one piece costs whoever provides it, in fen; paid out of the group's budget. Shown to everyone.
  cost bigint not null check (cost between 0 and 100000000),
  -- Who provides it and is paid its cost. Null: nobody is paid.
  provider text check (provider ~ '^(usr|org)_'),
  -- Pieces there are in all; null: as many as are wanted. taken: exchanged · kept: set aside for raffles.
  stock integer check (stock between 0 and 1000000),
  taken integer not null default 0 check (taken >= 0),
  kept integer not null default 0 check (kept >= 0),
  per_person integer check (per_person between 1 and 1000),
  opens_at timestamptz,
  closes_at timestamptz,
  min_level smallint not null default 0 check (min_level between 0 and 10),
  min_days smallint not null default 0 check (min_days between 0 and 3650),
  min_age smallint not null default 0 check (min_age between 0 and 99),
  -- ISO 3166-1; null: everywhere.
  regions text[] check (cardinality(regions) between 1 and 60),
  -- own: codes the hosts brought (sold elsewhere); made: the planet makes them and a host redeems them.
  codes text check (codes in ('own', 'made')),
  valid_days smallint check (valid_days between 1 and 1095),
  -- How a voucher is used, what to bring: shown with it.
  how text not null default '' check (length(how) <= 2000),
  event text check (event like 'gev\_%'),
  release text references catalogue.release,
  badge text check (length(badge) between 1 and 40),
  state text not null default 'draft' check (state in ('draft', 'open', 'closed')),
  -- Only raffles give it; it stands in no shop window.
  raffle_only boolean not null default false,
  created_by text not null references people.person,
  -- Who set price, cost and provider last; money goes to a provider only when somebody else said yes to exactly that.
  terms_by text not null references people.person,
  approved_by text references people.person check (approved_by <> terms_by),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (state <> 'open' or provider is null or cost = 0 or approved_by is not null),
  check (stock is null or taken + kept <= stock),
  check (closes_at is null or opens_at is null or closes_at > opens_at),
  check (kind not in ('goods', 'ticket') or stock is not null),
  check ((kind = 'voucher') = (codes is not null)),
  check ((kind = 'ticket') = (event is not null)),
  check ((kind = 'digital') = (release is not null or badge is not null)),
  check (release is null or badge is null),
  check (kind <> 'digital' or per_person = 1),
  check (codes is distinct from 'own' or stock is not null)
) with (fillfactor = 70);
create index reward_window on rewards.reward (group_id, state, points, id);
create index reward_picture on rewards.reward (picture) where picture is not null;
create index reward_release on rewards.reward (release) where release is not null;
create index reward_event on rewards.reward (event) where event is not null;
create index reward_by on rewards.reward (created_by);
create index reward_terms_by on rewards.reward (terms_by);
create index reward_approved_by on rewards.reward (approved_by) where approved_by is not null;

-- One exchange: points (or luck) for so many pieces of a reward.
create table rewards.exchange (
  id text primary key check (id like 'xch\_%'),
  serial bigint generated always as identity,
  reward text not null references rewards.reward,
  group_id text not null,
  -- No foreign key: each exchange would write a lock onto a person's row; people are never deleted.
  person text not null check (person like 'usr\_%'),
  -- points: exchanged · raffle: won.
  cause text not null check (cause in ('points', 'raffle')),
  raffle text check (raffle like 'raf\_%'),
  quantity integer not null check (quantity between 1 and 1000),
  points bigint not null check (points >= 0),
  cost bigint not null check (cost >= 0),
  -- SHA-256 of what was asked for: the same id with something else is refused.
  request text not null check (length(request) = 64),
  -- claim: the winner has yet to say where to · waiting: to be packed or arranged · ready: a code to use · done · cancelled · expired: not claimed, not used.
  state text not null check (state in ('claim', 'waiting', 'ready', 'done', 'cancelled', 'expired')),
  -- What the member wrote to the hosts; what the hosts answered.
  note text not null default '' check (length(note) <= 500),
  answer text not null default '' check (length(answer) <= 1000),
  -- Until when it is claimed or used.
  until timestamptz,
  -- When its cost left the budget.
  paid_at timestamptz,
  at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  closed_by text references people.person on delete set null,
  reason text not null default '' check (length(reason) <= 500),
  check ((cause = 'raffle') = (raffle is not null)),
  check ((cause = 'raffle') <= (points = 0)),
  check ((state in ('done', 'cancelled', 'expired')) = (closed_at is not null)),
  check (state <> 'claim' or until is not null)
) with (fillfactor = 70);
create unique index exchange_serial on rewards.exchange (serial);
create index exchange_reward on rewards.exchange (reward, at desc, id desc);
create index exchange_group on rewards.exchange (group_id, state, at, id);
create index exchange_person on rewards.exchange (person, at desc, id desc);
-- How many someone has of one reward.
create index exchange_limit on rewards.exchange (person, reward) where state not in ('cancelled', 'expired');
create index exchange_until on rewards.exchange (until) where state in ('claim', 'ready') and until is not null;
create index exchange_closed_by on rewards.exchange (closed_by) where closed_by is not null;
create index exchange_raffle on rewards.exchange (raffle) where raffle is not null;

create table rewards.exchange_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into rewards.exchange_step values
  ('claim', 'waiting'), ('claim', 'cancelled'), ('claim', 'expired'), ('waiting', 'done'), ('waiting', 'cancelled'), ('ready', 'done'), ('ready', 'cancelled'), ('ready', 'expired');
create function rewards.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from rewards.exchange_step where from_state = old.state and to_state = new.state) then
    raise exception 'exchange % cannot go from % to %', old.id, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger exchange_step before update of state on rewards.exchange for each row when (old.state is distinct from new.state) execute function rewards.check_step();

-- A code to use once: made by the planet, or one of those the hosts brought (taken when somebody gets it).
create table rewards.voucher (
  id text primary key check (id like 'vch\_%'),
  reward text not null references rewards.reward,
  group_id text not null,
  code text not null check (code ~ '^[!-~]{4,80}$'),
  exchange text references rewards.exchange,
  person text check (person like 'usr\_%'),
  state text not null default 'free' check (state in ('free', 'issued', 'redeemed', 'void')),
  at timestamptz not null,
  redeemed_at timestamptz,
  redeemed_by text references people.person on delete set null,
  unique (reward, code),
  check (state = 'free' or (exchange is not null and person is not null)),
  check ((state = 'redeemed') = (redeemed_at is not null))
);
create index voucher_code on rewards.voucher (group_id, code);
create index voucher_free on rewards.voucher (reward, id) where state = 'free';
create index voucher_exchange on rewards.voucher (exchange) where exchange is not null;
create index voucher_redeemed_by on rewards.voucher (redeemed_by) where redeemed_by is not null;

create view rewards.public_reward as
  select id, group_id, kind, title, picture, points, cost, stock, taken, kept, state, closes_at from rewards.reward;
create view rewards.public_exchange as
  select id, reward, group_id, person, cause, raffle, quantity, points, cost, state, at, closed_at from rewards.exchange;

-- A release got for points is owned as one that was bought; its cause is the exchange.
alter table shop.ownership drop constraint ownership_line_check;
alter table shop.ownership add constraint ownership_line_check check (line like 'lin\_%' or line like 'xch\_%');

create schema raffles;

create table raffles.raffle (
  id text primary key check (id like 'raf\_%'),
  group_id text not null references groups.fan_group,
  title text not null check (length(title) between 1 and 120),
  about text not null default '' check (length(about) <= 4000),
  state text not null default 'draft' check (state in ('draft', 'open', 'closed', 'drawn', 'void')),
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  -- Not drawn until then: it is void, the seed is shown and all points go back.
  draw_by timestamptz not null,
  -- Of one ticket; 0: free.
  points integer not null default 0 check (points between 0 and 1000000),
  most_tickets integer not null default 1 check (most_tickets between 1 and 100),
  one_prize boolean not null default true,
  min_level smallint not null default 0 check (min_level between 0 and 10),
  min_days smallint not null default 0 check (min_days between 0 and 3650),
  min_age smallint not null default 0 check (min_age between 0 and 99),
  regions text[] check (cardinality(regions) between 1 and 60),
  -- A value nobody can know beforehand, announced in words ("Shanghai index at the close of Friday"), known from then on, written in by a second person.
  outside text check (length(outside) between 4 and 300),
  outside_from timestamptz,
  outside_value text check (length(outside_value) between 1 and 200),
  outside_by text references people.person,
  outside_at timestamptz,
  -- Published with the opening: SHA-256 of the seed (of its 64 hex digits as text), and the rules in one fixed text with their SHA-256.
  commitment text check (commitment ~ '^[0-9a-f]{64}$'),
  rules text check (length(rules) <= 20000),
  rules_digest text check (rules_digest = encode(sha256(convert_to(rules, 'UTF8')), 'hex')),
  published_by text references people.person,
  published_at timestamptz,
  -- Kept with each entry.
  tickets integer not null default 0 check (tickets >= 0),
  people integer not null default 0 check (people between 0 and tickets),
  -- SHA-256 of the list of tickets, published at the close.
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  closed_at timestamptz,
  -- The seed, once it is shown.
  seed text check (encode(sha256(convert_to(seed, 'UTF8')), 'hex') = commitment),
  drawn_at timestamptz,
  reason text not null default '' check (length(reason) <= 500),
  created_by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (opens_at < closes_at and closes_at < draw_by),
  check ((outside is null) = (outside_from is null)),
  check (outside_from is null or (outside_from >= closes_at and outside_from < draw_by)),
  check (outside_value is null or (outside is not null and outside_by <> published_by and outside_at >= outside_from)),
  check (state = 'draft' or (commitment is not null and rules_digest is not null and published_by is not null)),
  check ((state in ('closed', 'drawn')) <= (digest is not null)),
  check ((state in ('drawn', 'void')) = (seed is not null)),
  check ((state = 'drawn') = (drawn_at is not null)),
  check (state <> 'drawn' or outside is null or outside_value is not null)
) with (fillfactor = 70);
create index raffle_group on raffles.raffle (group_id, closes_at desc, id desc);
create index raffle_due on raffles.raffle (closes_at) where state in ('open', 'closed');
create index raffle_by on raffles.raffle (created_by);
create index raffle_published_by on raffles.raffle (published_by) where published_by is not null;
create index raffle_outside_by on raffles.raffle (outside_by) where outside_by is not null;

-- What was published does not change any more.
create function raffles.keep_promise() returns trigger language plpgsql as $$
begin
  if (old.commitment, old.rules, old.opens_at, old.closes_at, old.draw_by, old.points, old.most_tickets, old.one_prize, old.outside, old.outside_from)
    is distinct from (new.commitment, new.rules, new.opens_at, new.closes_at, new.draw_by, new.points, new.most_tickets, new.one_prize, new.outside, new.outside_from)
    or (old.digest is not null and old.digest is distinct from new.digest) or (old.outside_value is not null and old.outside_value is distinct from new.outside_value)
    or (old.state in ('drawn', 'void') and old.state <> new.state) or (new.state = 'draft')
    or (old.digest is not null and (old.tickets, old.people) is distinct from (new.tickets, new.people)) then
    raise exception 'raffle % is published', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger raffle_promise before update on raffles.raffle for each row when (old.state <> 'draft') execute function raffles.keep_promise();

-- The seed until it is shown: 32 bytes, sealed under the planet's secret; gone from here once it is public.
create table raffles.secret (
  raffle text primary key references raffles.raffle on delete cascade,
  sealed bytea not null
);

create table raffles.prize (
  raffle text not null references raffles.raffle on delete cascade,
  position smallint not null check (position between 1 and 50),
  reward text not null references rewards.reward,
  -- As it was published.
  title text not null check (length(title) between 1 and 120),
  quantity integer not null check (quantity between 1 and 10000),
  primary key (raffle, position)
);
create index prize_reward on raffles.prize (reward);

-- Who takes part: by a name that tells nothing (SHA-256 of raffle, person and salt); the salt is theirs, so only they can show that a ticket is theirs.
create table raffles.entrant (
  raffle text not null references raffles.raffle on delete cascade,
  person text not null references people.person,
  tag text not null check (tag ~ '^[0-9a-f]{24}$'),
  salt text not null check (salt ~ '^[0-9a-f]{32}$'),
  tickets integer not null check (tickets > 0),
  primary key (raffle, person),
  unique (raffle, tag)
);
create index entrant_person on raffles.entrant (person, raffle desc);

-- So many tickets at once, numbered from `first` on without gaps.
create table raffles.entry (
  id text primary key check (id like 'rtk\_%'),
  raffle text not null,
  person text not null,
  first integer not null check (first > 0),
  tickets integer not null check (tickets between 1 and 100),
  points bigint not null check (points >= 0),
  at timestamptz not null,
  returned_at timestamptz,
  unique (raffle, first),
  foreign key (raffle, person) references raffles.entrant on delete cascade
);
create index entry_person on raffles.entry (raffle, person, first);
create index entry_returning on raffles.entry (raffle) where points > 0 and returned_at is null;

create table raffles.win (
  raffle text not null references raffles.raffle on delete cascade,
  place integer not null check (place > 0),
  prize smallint not null,
  ticket integer not null check (ticket > 0),
  person text not null references people.person,
  exchange text not null unique references rewards.exchange,
  primary key (raffle, place),
  unique (raffle, ticket),
  foreign key (raffle, prize) references raffles.prize
);
create index win_person on raffles.win (person);

create view raffles.public_raffle as
  select id, group_id, title, state, opens_at, closes_at, draw_by, points, tickets, people, drawn_at from raffles.raffle;
create view raffles.public_win as
  select raffle, place, prize, ticket, person, exchange from raffles.win;
create view raffles.public_prize as
  select raffle, position, reward, quantity from raffles.prize;
create view raffles.public_entrant as
  select raffle, person, tickets from raffles.entrant;
