-- services: work made to order, memberships of a page, vouchers it sells. See server/services/README.md.
create schema services;

create table services.product (
  id text primary key check (id ~ '^(svc|mbs|vou)_'),
  kind text not null generated always as (case left(id, 3) when 'svc' then 'service' when 'mbs' then 'membership' else 'voucher' end) stored,
  page text not null references people.page,
  title text not null check (length(title) between 1 and 120),
  about text not null default '' check (length(about) <= 6000),
  -- How it goes: what to bring, what is needed, where it can be used.
  how text not null default '' check (length(how) <= 3000),
  picture text references media.asset,
  amount bigint not null check (amount between 0 and 1000000000000),
  currency text not null,
  state text not null default 'draft' check (state in ('draft', 'open', 'closed')),
  -- Pieces there can be at once: jobs in hand, members, vouchers sold; null: as many as are wanted. taken: reserved and handed over.
  most integer check (most between 1 and 1000000),
  taken integer not null default 0 check (taken >= 0),
  each_most integer check (each_most between 1 and 1000),
  opens_at timestamptz,
  closes_at timestamptz,
  members_only boolean not null default false,
  -- service: days until it is delivered · how often it is made over · days the buyer has to say yes · what is asked for at ordering.
  days integer check (days between 1 and 365),
  revisions integer check (revisions between 0 and 50),
  accept_days integer check (accept_days between 1 and 60),
  questions jsonb check (jsonb_typeof(questions) = 'array'),
  -- membership: paid for in advance, and what it brings; so many hours earlier than others at a sale.
  period text check (period in ('month', 'year')),
  perks text[],
  early_hours integer check (early_hours between 0 and 720),
  -- voucher: what it is worth when it can be used in parts (null: used once), and for how long it is good.
  worth bigint check (worth between 1 and 1000000000000),
  valid_days integer check (valid_days between 1 and 1825),
  created_by text not null references people.person,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (most is null or taken <= most),
  check (closes_at is null or opens_at is null or closes_at > opens_at),
  check ((kind = 'service') = (days is not null and revisions is not null and accept_days is not null and questions is not null)),
  check ((kind = 'membership') = (period is not null and perks is not null and early_hours is not null)),
  check ((kind = 'voucher') = (valid_days is not null)),
  check (kind = 'voucher' or worth is null),
  check (kind <> 'membership' or not members_only)
) with (fillfactor = 70);
create index product_page on services.product (page, kind, created_at desc, id desc);
create index product_picture on services.product (picture) where picture is not null;
create index product_by on services.product (created_by);

-- A line of an order that took pieces of a product. Each gives them back once.
create table services.sale (
  line text primary key check (line like 'lin\_%'),
  product text not null references services.product,
  page text not null,
  buyer text not null check (buyer like 'usr\_%'),
  quantity integer not null check (quantity between 1 and 100),
  -- reserved → handed → ended (done, ran out) · free (given back).
  state text not null default 'reserved' check (state in ('reserved', 'handed', 'ended', 'free')),
  at timestamptz not null
) with (fillfactor = 80);
create index sale_product on services.sale (product, state);

-- Work made to order.
create table services.job (
  line text primary key references services.sale,
  product text not null references services.product,
  page text not null,
  buyer text not null,
  title text not null,
  amount bigint not null,
  currency text not null,
  brief jsonb not null check (jsonb_typeof(brief) = 'array'),
  -- working ⇄ delivered → accepted; cancelled: refunded.
  state text not null default 'working' check (state in ('working', 'delivered', 'accepted', 'cancelled')),
  due_at timestamptz not null,
  revisions integer not null,
  revisions_used integer not null default 0 check (revisions_used between 0 and revisions),
  accept_days integer not null,
  -- When it is taken as accepted, unless the buyer says otherwise.
  accept_at timestamptz,
  at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  reason text not null default '' check (length(reason) <= 500),
  reminded boolean not null default false,
  check ((state = 'delivered') = (accept_at is not null)),
  check ((state in ('accepted', 'cancelled')) = (closed_at is not null))
);
create index job_page on services.job (page, state, due_at, line);
create index job_buyer on services.job (buyer, at desc, line desc);
create index job_product on services.job (product);
create index job_accept on services.job (accept_at) where state = 'delivered';
create index job_due on services.job (due_at) where state = 'working';
create table services.job_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into services.job_step values ('working', 'delivered'), ('working', 'cancelled'), ('delivered', 'working'), ('delivered', 'accepted'), ('delivered', 'cancelled'), ('accepted', 'cancelled');
create function services.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from services.job_step where from_state = old.state and to_state = new.state) then
    raise exception 'job % cannot go from % to %', old.line, old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger job_step before update of state on services.job for each row when (old.state is distinct from new.state) execute function services.check_step();

-- What was said and handed over in a job: append only. `key` is made by the client.
create table services.word (
  key text primary key check (length(key) between 8 and 60),
  job text not null references services.job,
  place bigint generated always as identity,
  what text not null check (what in ('message', 'delivered', 'revision', 'accepted', 'cancelled', 'extended')),
  by text check (by like 'usr\_%'),
  body text not null default '' check (length(body) <= 5000),
  at timestamptz not null
);
create index word_job on services.word (job, place);
create table services.file (
  word text not null references services.word,
  place smallint not null check (place between 0 and 19),
  name text not null check (length(name) between 1 and 200),
  size_bytes bigint not null check (size_bytes > 0),
  -- Where the house keeps it (foundation/files).
  key text not null,
  primary key (word, place)
);

-- Whose member somebody is: one unbroken time from `since`, `months` long; month ends are counted from its first day.
create table services.member (
  person text not null check (person like 'usr\_%'),
  page text not null,
  since timestamptz not null,
  months integer not null check (months >= 0),
  until timestamptz not null,
  early_hours integer not null default 0,
  -- How far before its end they were told: 0, 7 or 1 days.
  told smallint not null default 0,
  primary key (person, page),
  check (until >= since)
);
create index member_page on services.member (page, until);
create index member_until on services.member (until);
-- What a line added to it.
create table services.membership (
  line text primary key references services.sale,
  product text not null references services.product,
  person text not null,
  page text not null,
  months integer not null check (months > 0),
  -- The unbroken time it belongs to.
  since timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- May be given back until then.
  free_until timestamptz not null,
  ended_at timestamptz,
  check (ends_at > starts_at)
);
create index membership_person on services.membership (person, page, starts_at desc);
create index membership_product on services.membership (product);

create table services.voucher (
  id text primary key check (id like 'vch\_%'),
  line text not null references services.sale,
  product text not null references services.product,
  page text not null,
  person text not null,
  code text not null unique,
  -- In minor units when it can be used in parts, else 1.
  worth bigint not null check (worth > 0),
  used bigint not null default 0,
  -- What it cost: what goes back of it in proportion.
  paid bigint not null check (paid >= 0),
  currency text not null,
  state text not null default 'good' check (state in ('good', 'used', 'over', 'void')),
  until timestamptz not null,
  at timestamptz not null,
  check (used between 0 and worth),
  check ((state = 'used') = (used = worth))
);
create index voucher_line on services.voucher (line);
create index voucher_person on services.voucher (person, at desc, id desc);
create index voucher_page on services.voucher (page, at desc, id desc);
create index voucher_product on services.voucher (product);
create index voucher_until on services.voucher (until) where state = 'good';
-- Append only.
create table services.redemption (
  key text primary key check (length(key) between 8 and 60),
  voucher text not null references services.voucher,
  amount bigint not null check (amount > 0),
  note text not null default '' check (length(note) <= 200),
  by text not null check (by like 'usr\_%'),
  at timestamptz not null
);
create index redemption_voucher on services.redemption (voucher, at);

create view services.public_product as
  select id, kind, page, title, picture, amount, currency, state, members_only, period, worth from services.product;
create view services.public_member as
  select person, page, since, until, early_hours from services.member;
create view services.public_job as
  select line, product, page, buyer, title, state, due_at, accept_at from services.job;
create view services.public_voucher as
  select id, line, product, page, person, worth, used, state, until from services.voucher;
