-- goods: products with their variants and stock, where and for how much they are sent, what is on its way, what comes back. See server/goods/README.md.

-- Pages pack what they sell.
alter table shipping.parcel drop constraint parcel_sender_check;
alter table shipping.parcel add constraint parcel_sender_check check (sender ~ '^(grp|usr|org|pag)_');

create schema goods;

-- What a page says of sending and taking back, for all that it sells.
create table goods.setting (
  page text primary key,
  -- Working days until something is sent.
  handling_days smallint not null default 3 check (handling_days between 0 and 60),
  -- So many days after it arrived something can be sent back; 0: not at all, unless it is faulty.
  return_days smallint not null default 14 check (return_days between 0 and 365),
  -- Where to: a place as in the address book.
  return_address jsonb check (jsonb_typeof(return_address) = 'object'),
  -- The buyer pays for sending back, unless it is faulty.
  return_paid_by text not null default 'buyer' check (return_paid_by in ('buyer', 'seller')),
  -- At so many pieces left or fewer the desk warns.
  low_at smallint not null default 3 check (low_at between 0 and 1000),
  changed_at timestamptz not null
);

create table goods.product (
  id text primary key check (id like 'prd\_%'),
  page text not null,
  title text not null check (length(title) between 1 and 200),
  about text not null default '' check (length(about) <= 10000),
  -- Sections of the shop it stands in, as the seller calls them.
  tags text[] not null default '{}' check (cardinality(tags) <= 10),
  tax_class text not null default 'standard' check (tax_class in ('standard', 'reduced', 'exempt')),
  state text not null default 'draft' check (state in ('draft', 'open', 'archived')),
  -- Sent in a parcel; else `handover` is what the buyer gets to read when it is paid.
  physical boolean not null default true,
  handover text not null default '' check (length(handover) <= 4000),
  pricing text not null default 'fixed' check (pricing in ('fixed', 'name_your_price')),
  currency text not null default 'CNY',
  -- Sold before it is there: it is sent from that day on.
  preorder_on date,
  most_each integer check (most_each between 1 and 1000),
  opens_at timestamptz,
  closes_at timestamptz,
  -- Up to three ways in which its variants differ: size, colour …
  options text[] not null default '{}' check (cardinality(options) <= 3),
  pictures text[] not null default '{}' check (cardinality(pictures) <= 12),
  -- Of a table: names the product when the table comes again.
  handle text check (length(handle) between 1 and 80),
  created_by text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check (closes_at is null or opens_at is null or closes_at > opens_at),
  check (physical or handover <> '' or state <> 'open')
);
create index product_page on goods.product (page, changed_at desc, id desc);
create unique index product_handle on goods.product (page, handle) where handle is not null;

create table goods.variant (
  id text primary key check (id like 'var\_%'),
  product text not null references goods.product,
  page text not null,
  -- One for each of the product's options, in their order.
  options text[] not null default '{}',
  place smallint not null default 0,
  sku text check (length(sku) between 1 and 60),
  price bigint not null check (price between 0 and 1000000000000),
  weight_g integer not null default 0 check (weight_g between 0 and 1000000),
  picture text,
  -- Pieces on the shelf; null: as many as are wanted. A bundle has none of its own: it takes its parts.
  stock integer check (stock between 0 and 10000000),
  -- Of them spoken for: ordered, not sent yet.
  reserved integer not null default 0 check (reserved >= 0),
  bundle boolean not null default false,
  state text not null default 'open' check (state in ('open', 'gone')),
  -- The database refuses to sell what is not there.
  constraint variant_enough check (stock is null or stock >= reserved),
  check (not bundle or (stock is null and reserved = 0))
) with (fillfactor = 70);
create index variant_product on goods.variant (product, place);
create unique index variant_sku on goods.variant (page, sku) where sku is not null and state = 'open';
create unique index variant_options on goods.variant (product, options) where state = 'open';
create index variant_low on goods.variant (page, (stock - reserved)) where stock is not null and state = 'open';

-- What a bundle is made of; its parts are no bundles themselves.
create table goods.part (
  bundle text not null references goods.variant,
  part text not null references goods.variant,
  quantity smallint not null check (quantity between 1 and 100),
  primary key (bundle, part),
  check (bundle <> part)
);
create index part_part on goods.part (part);

-- Every change of what is on the shelf, with its cause: append only. The sum of a variant's changes is its stock.
create table goods.movement (
  id text primary key check (id like 'stk\_%'),
  variant text not null references goods.variant,
  change integer not null check (change <> 0),
  -- On the shelf afterwards.
  after integer not null check (after >= 0),
  cause text not null check (cause in ('received', 'counted', 'sent', 'back', 'lost', 'damaged', 'given', 'table', 'unlimited')),
  note text not null default '' check (length(note) <= 300),
  line text,
  by text,
  at timestamptz not null
);
create index movement_variant on goods.movement (variant, id desc);
create index movement_line on goods.movement (line) where line is not null;
create function goods.never_changes() returns trigger language plpgsql as $$ begin raise exception 'a movement of stock is never changed'; end $$;
create trigger movement_stands before update or delete on goods.movement for each row execute function goods.never_changes();

-- A line of an order for goods. No foreign keys to lines, people and offers: see 0008.
create table goods.sold (
  line text primary key check (line like 'lin\_%'),
  "order" text not null,
  page text not null,
  product text not null references goods.product,
  variant text not null references goods.variant,
  buyer text not null,
  quantity integer not null check (quantity between 1 and 1000),
  physical boolean not null,
  preorder_on date,
  -- reserved: not paid yet · paid · freed: given back before anything of it was sent.
  state text not null default 'reserved' check (state in ('reserved', 'paid', 'freed')),
  -- Pieces still on the shelf for it; on their way or there; come back.
  open integer not null check (open >= 0),
  sent integer not null default 0 check (sent >= 0),
  arrived integer not null default 0 check (arrived between 0 and sent),
  back integer not null default 0 check (back between 0 and sent),
  -- When its money goes to the seller, as told to the checkout last.
  due_at timestamptz,
  paid_at timestamptz,
  arrived_at timestamptz,
  at timestamptz not null,
  check (open + sent <= quantity),
  check (state <> 'freed' or open = 0)
) with (fillfactor = 70);
create index sold_order on goods.sold ("order", page);
create index sold_product on goods.sold (product, buyer);
create index sold_variant on goods.sold (variant);
create index sold_waiting on goods.sold (paid_at) where state = 'paid' and open > 0;

-- What one piece of a line takes from the shelf: the variant itself, or the parts of a bundle as they were then.
create table goods.taken (
  line text not null references goods.sold on delete cascade,
  variant text not null references goods.variant,
  each smallint not null check (each >= 1),
  primary key (line, variant)
);
create index taken_variant on goods.taken (variant);

-- Countries (and regions) something is sent to. A zone without countries is the rest of the world.
create table goods.zone (
  id text primary key check (id like 'zon\_%'),
  page text not null,
  name text not null check (length(name) between 1 and 80),
  countries text[] not null default '{}' check (cardinality(countries) <= 250),
  -- Within its only country: provinces or states by name; empty: all of it.
  regions text[] not null default '{}' check (cardinality(regions) <= 60 and (cardinality(regions) = 0 or cardinality(countries) = 1)),
  created_at timestamptz not null
);
create index zone_page on goods.zone (page, created_at);
create table goods.rate (
  id text primary key check (id like 'rat\_%'),
  zone text not null references goods.zone on delete cascade,
  page text not null,
  name text not null check (length(name) between 1 and 80),
  currency text not null,
  -- flat: `base` · pieces: `base` for the first, `step` for each further · weight: `base` up to `step_of` grams, `step` for each further `step_of`.
  way text not null check (way in ('flat', 'pieces', 'weight')),
  base bigint not null check (base between 0 and 100000000),
  step bigint not null default 0 check (step between 0 and 100000000),
  step_of integer check (step_of between 1 and 1000000),
  -- For things of so much or more in all it is free.
  free_from bigint check (free_from > 0),
  -- Only for parcels up to so heavy.
  most_g integer check (most_g > 0),
  min_days smallint check (min_days between 0 and 120),
  max_days smallint check (max_days between min_days and 180),
  state text not null default 'open' check (state in ('open', 'gone')),
  place smallint not null default 0,
  check (way <> 'weight' or step_of is not null)
);
create index rate_zone on goods.rate (zone, place);
create index rate_page on goods.rate (page);

-- What of an order goes in one parcel of a seller: its purpose `order`, its subject this id.
create table goods.sending (
  id text primary key check (id like 'snd\_%'),
  "order" text not null,
  page text not null,
  buyer text not null,
  state text not null default 'to_pack' check (state in ('to_pack', 'sent', 'arrived', 'returned', 'cancelled')),
  -- Not to be sent before that day.
  not_before date,
  created_at timestamptz not null,
  sent_at timestamptz,
  arrived_at timestamptz
);
create index sending_order on goods.sending ("order", page);
create index sending_desk on goods.sending (page, state, created_at, id);
create table goods.packed (
  sending text not null references goods.sending on delete cascade,
  line text not null references goods.sold on delete cascade,
  quantity integer not null check (quantity between 0 and 1000),
  primary key (sending, line)
);
create index packed_line on goods.packed (line);

-- A buyer sends something back.
create table goods.comeback (
  id text primary key check (id like 'ret\_%'),
  line text not null references goods.sold,
  "order" text not null,
  page text not null,
  buyer text not null,
  quantity integer not null check (quantity between 1 and 1000),
  reason text not null check (reason in ('changed_mind', 'faulty', 'damaged', 'wrong', 'not_as_described', 'other')),
  words text not null default '' check (length(words) <= 2000),
  pictures text[] not null default '{}' check (cardinality(pictures) <= 6),
  -- asked → accepted → sent → received → refunded; declined, withdrawn; short: the refund waits for the operator.
  state text not null default 'asked' check (state in ('asked', 'accepted', 'sent', 'refunded', 'short', 'declined', 'withdrawn')),
  -- What the seller answers, and where it goes to.
  answer text not null default '' check (length(answer) <= 1000),
  address jsonb,
  carrier text check (length(carrier) between 1 and 60),
  tracking text check (length(tracking) between 1 and 80),
  -- Pieces that went back on the shelf, and what was given back.
  restocked integer not null default 0 check (restocked between 0 and quantity),
  amount bigint check (amount >= 0),
  -- Until when the one whose turn it is can act; then it goes on by itself.
  until timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  decided_by text,
  check ((state in ('asked', 'accepted', 'sent')) = (until is not null)),
  check ((state in ('refunded', 'short', 'declined', 'withdrawn')) = (closed_at is not null)),
  check (state <> 'sent' or carrier is not null)
);
create unique index comeback_open on goods.comeback (line) where closed_at is null;
create index comeback_line on goods.comeback (line);
create index comeback_desk on goods.comeback (page, state, created_at desc, id desc);
create index comeback_buyer on goods.comeback (buyer, created_at desc, id desc);
create index comeback_until on goods.comeback (until) where until is not null;

-- Pictures of a table, to be fetched from outside.
create table goods.fetch (
  product text not null references goods.product on delete cascade,
  place smallint not null,
  url text not null check (length(url) <= 2000),
  tries smallint not null default 0,
  problem text,
  done_at timestamptz,
  primary key (product, place)
);
create index fetch_waiting on goods.fetch (product) where done_at is null;

create view goods.public_product as
  select id, page, title, about, tags, state, physical, pricing, currency, preorder_on, options, pictures, most_each, opens_at, closes_at, created_at, changed_at from goods.product;
create view goods.public_variant as
  select id, product, page, options, place, sku, price, picture, stock, reserved, bundle, state, weight_g from goods.variant;
create view goods.public_sold as
  select line, "order", page, product, variant, buyer, quantity, state, open, sent, arrived, back, arrived_at from goods.sold;

-- What the buyer wrote for the sellers of an order.
create view shop.public_order_note as
  select id as "order", note from shop."order" where note is not null;
-- Where parcels of orders go: their receivers can send them elsewhere until they are sent.
create view shipping.public_parcel_place as
  select subject, address from shipping.parcel where purpose = 'order';
