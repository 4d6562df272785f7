-- royalties: what plays earn. Words and invariants: server/royalties/README.md.
create schema royalties;

-- Money for listening: so much a month, from a day on, out of the planet's own money.
create table royalties.pool (
  id text primary key check (id like 'pol\_%'),
  name text not null check (length(name) between 1 and 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Minor units for each calendar month (UTC).
  monthly bigint not null check (monthly between 1 and 999999999),
  every text not null check (every in ('month', 'day')),
  -- A period closes so long after its end: players that were offline report up to seven days late.
  grace_hours integer not null check (grace_hours between 0 and 744),
  -- The first day, and the first day that is not part of it any more.
  starts date not null,
  ends date check (ends >= starts),
  state text not null check (state in ('proposed', 'refused', 'running', 'ended')),
  -- Of the same id with another content: refused.
  request text not null check (length(request) = 64),
  -- What was given back of it at its end.
  returned bigint check (returned >= 0),
  check (every = 'day' or (extract(day from starts) = 1 and (ends is null or extract(day from ends) = 1))),
  check ((state = 'ended') = (returned is not null))
);

-- Beginning and ending a pool: one of finance proposes, another decides.
create table royalties.change (
  id text primary key check (id like 'prp\_%'),
  pool text not null references royalties.pool,
  kind text not null check (kind in ('open', 'end')),
  ends date check ((kind = 'end') = (ends is not null)),
  reason text not null check (length(reason) between 3 and 1000),
  proposed_by text not null,
  proposed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'confirmed', 'declined')),
  decided_by text,
  decided_at timestamptz,
  decision text check (length(decision) between 3 and 1000),
  constraint change_four_eyes check (decided_by is null or decided_by <> proposed_by),
  check ((state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision is null))
);
create unique index change_one_open on royalties.change (pool) where state = 'open';

-- A month or a day of a pool. unfunded: the planet had not the money yet · open · then closing, step by step, each step resumable at `place`.
create table royalties.period (
  pool text not null references royalties.pool,
  -- `2026-10` or `2026-10-05`.
  name text not null check (name ~ '^\d{4}(-\d{2}){1,2}$'),
  starts timestamptz not null,
  ends timestamptz not null check (ends > starts),
  closes_at timestamptz not null check (closes_at >= ends),
  -- Minor units set aside for it.
  amount bigint not null check (amount >= 0),
  state text not null check (state in ('unfunded', 'open', 'gathering', 'sharing', 'accruing', 'settling', 'closed')),
  place text not null default '',
  gathered_at timestamptz,
  closed_at timestamptz,
  listeners integer,
  plays bigint,
  ms bigint,
  -- Millionths of a minor unit: of listeners who heard something; the rest stays in the pool.
  shared bigint check (shared between 0 and amount * 1000000),
  primary key (pool, name),
  unique (pool, starts),
  check ((state = 'closed') = (closed_at is not null)),
  check (state not in ('unfunded', 'open') = (gathered_at is not null))
);
create index period_closing on royalties.period (closes_at) where state <> 'closed';

-- Every play that counts, in the one period of a pool that it is paid in, or not, and why. ms: time that nothing earlier of this person sounded in.
create table royalties.play (
  pool text not null,
  period text not null,
  play text not null,
  at timestamptz not null,
  person text not null,
  track text not null,
  ms integer not null check (ms >= 0),
  excluded text check (excluded in ('late', 'together')),
  primary key (pool, play),
  check ((excluded is not null) = (ms = 0)),
  foreign key (pool, period) references royalties.period
);
create index play_listener on royalties.play (pool, period, person);

-- A listener's part of a period: equal weights unless told otherwise (what a membership pays may be one).
create table royalties.listener (
  pool text not null,
  period text not null,
  person text not null,
  weight integer not null default 1 check (weight > 0),
  ms bigint not null default 0 check (ms >= 0),
  amount bigint not null default 0 check (amount >= 0),
  primary key (pool, period, person),
  foreign key (pool, period) references royalties.period
);
create index listener_person on royalties.listener (person);

-- Where a listener's part went: by track, in proportion to what they heard of it.
create table royalties.share (
  pool text not null,
  period text not null,
  person text not null,
  track text not null,
  ms bigint not null check (ms > 0),
  plays integer not null check (plays > 0),
  amount bigint not null check (amount >= 0),
  primary key (pool, period, person, track),
  foreign key (pool, period, person) references royalties.listener
);
create index share_track on royalties.share (pool, period, track);

-- What a track earned in a period. held: nobody can be paid yet (a split sheet waits for signatures, or the page has no owner).
create table royalties.income (
  pool text not null,
  period text not null,
  track text not null,
  release text,
  ms bigint not null,
  plays bigint not null,
  listeners integer not null check (listeners > 0),
  amount bigint not null check (amount >= 0),
  state text not null check (state in ('waiting', 'held', 'given')),
  why text check (why in ('sheet', 'owner', 'gone')),
  given_at timestamptz,
  primary key (pool, period, track),
  check ((state = 'held') = (why is not null)),
  check ((state = 'given') = (given_at is not null)),
  foreign key (pool, period) references royalties.period
);
create index income_held on royalties.income (pool, period) where state = 'held';

-- Its division by the split sheets in force when the period ended.
create table royalties.part (
  pool text not null,
  period text not null,
  track text not null,
  party text not null,
  kind text not null check (kind in ('master', 'work', 'owner')),
  role text not null,
  amount bigint not null check (amount >= 0),
  primary key (pool, period, track, party, kind, role),
  foreign key (pool, period, track) references royalties.income
);
create index part_party on royalties.part (party);

-- Every millionth of a closed period is somebody's: refused at commit otherwise.
create function royalties.check_closed() returns trigger language plpgsql as $$
declare parts numeric; incomes numeric; listeners numeric;
begin
  select coalesce(sum(amount), 0) into listeners from royalties.listener where pool = new.pool and period = new.name;
  select coalesce(sum(amount), 0) into incomes from royalties.income where pool = new.pool and period = new.name;
  select coalesce(sum(p.amount), 0) into parts from royalties.part p where p.pool = new.pool and p.period = new.name;
  if new.shared <> listeners or new.shared <> incomes then
    raise exception 'period % of %: % shared, % of listeners, % of tracks', new.name, new.pool, new.shared, listeners, incomes;
  end if;
  if parts <> (select coalesce(sum(amount), 0) from royalties.income where pool = new.pool and period = new.name and state = 'given') then
    raise exception 'period % of %: the parts are not what was given', new.name, new.pool;
  end if;
  return null;
end $$;
create trigger period_closed after update of state on royalties.period for each row when (new.state = 'closed' and old.state <> 'closed')
  execute function royalties.check_closed();

create function royalties.keep_closed() returns trigger language plpgsql as $$
begin
  if old.state = 'closed' then raise exception 'a closed period stays as it is'; end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger period_stays before update or delete on royalties.period for each row execute function royalties.keep_closed();

create view royalties.public_pool as select id, name, currency, monthly, every, starts, ends, state from royalties.pool;
create view royalties.public_period as select pool, name, starts, ends, closes_at, amount, state from royalties.period;
create view royalties.public_change as select c.id, c.pool, c.kind, c.proposed_at, c.state, p.currency, p.monthly from royalties.change c join royalties.pool p on p.id = c.pool;
