-- Buying without an account (people), carts that follow their owner (shop), and the papers of what was bought (invoices).

-- A guest: someone who gave an address to buy with and no password. `contact`: that address, which nobody has proven yet; `email` is one of the house's own
-- (a guest's address may belong to a member: it is never told). With a password, chosen from the mail that went to the contact, the guest is a member.
alter table people.person add column guest boolean not null default false;
alter table people.person add column contact text check (contact = lower(contact) and length(contact) between 3 and 200);
alter table people.person add constraint person_guest check (guest = (contact is not null));
create index person_contact on people.person (contact) where guest;
create or replace view people.public_reachable as
  select id as person, name, coalesce(contact, email) as email, locale, banned_at is not null as banned, guest from people.person;

-- What a person means to buy, on every device of theirs. `version` grows with each change: who changes an older one is told.
create table shop.cart (
  person text primary key check (person like 'usr\_%'),
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) <= 200 and length(lines::text) <= 400000),
  version int not null check (version > 0),
  changed_at timestamptz not null
) with (fillfactor = 70);

create schema invoices;
create function invoices.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'invoices.%: % refused: %', tg_table_name, lower(tg_op), tg_argv[0] using errcode = 'restrict_violation';
end $$;

-- The last number given, of each seller, year and kind. A number is taken in the transaction that writes its paper: none is left out.
create table invoices.series (
  seller text not null check (seller ~ '^(usr|org)_'),
  year int not null check (year between 2000 and 2999),
  kind text not null check (kind in ('invoice', 'credit_note')),
  last int not null default 0 check (last >= 0),
  primary key (seller, year, kind)
) with (fillfactor = 50);

-- An invoice of one seller for one paid order, or a credit note for what went back of it. Names, addresses and amounts as they were: a paper never changes.
create table invoices.invoice (
  id text primary key check (id like 'ivc\_%'),
  kind text not null check (kind in ('invoice', 'credit_note')),
  seller text not null,
  seller_name text not null,
  -- Where the seller is at home for taxes (ISO 3166), if known.
  seller_country text,
  year int not null,
  number int not null check (number > 0),
  "order" text not null check ("order" like 'ord\_%'),
  order_number text not null,
  buyer text not null check (buyer like 'usr\_%'),
  buyer_name text not null,
  contact text,
  address jsonb,
  currency text not null,
  -- Minor units; of a credit note: what went back. `tax`: contained in it.
  total bigint not null check (total > 0),
  tax bigint not null check (tax between 0 and total),
  -- Of a credit note: the invoice it takes back from.
  corrects text references invoices.invoice,
  issued_at timestamptz not null,
  unique (seller, year, kind, number),
  check ((kind = 'credit_note') = (corrects is not null))
);
create unique index invoice_once on invoices.invoice ("order", seller) where kind = 'invoice';
create index invoice_order on invoices.invoice ("order", issued_at, id);
create index invoice_seller on invoices.invoice (seller, issued_at desc, id desc);
create index invoice_corrects on invoices.invoice (corrects) where corrects is not null;

create table invoices.line (
  invoice text not null references invoices.invoice,
  position smallint not null check (position >= 0),
  -- The line of the order.
  line text not null check (line like 'lin\_%'),
  title text not null,
  detail text,
  quantity int not null check (quantity > 0),
  unit bigint not null check (unit >= 0),
  discount bigint not null check (discount >= 0),
  amount bigint not null check (amount >= 0),
  -- Taxes contained: [{code, name, rateBp, amount}].
  taxes jsonb not null default '[]',
  tax bigint not null default 0 check (tax between 0 and amount),
  primary key (invoice, position)
);
create index line_line on invoices.line (line);
create trigger invoice_change before update or delete on invoices.invoice for each row execute function invoices.refuse('a paper that was issued stays as it is');
create trigger line_change before update or delete on invoices.line for each row execute function invoices.refuse('a paper that was issued stays as it is');

-- The mail with the receipt of a paid order: sent once, or not again when nobody can know.
create table invoices.receipt (
  "order" text primary key check ("order" like 'ord\_%'),
  id text not null unique check (id like 'eml\_%'),
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'unsure', 'dropped')),
  problem text,
  made_at timestamptz not null,
  tried_at timestamptz
) with (fillfactor = 70);
create index receipt_sending on invoices.receipt (tried_at) where state = 'sending';

create view invoices.public_invoice as
  select id, kind, seller, year, number, "order", buyer, currency, total, tax, corrects, issued_at from invoices.invoice;
