-- tickets: who may go in, by a signed code; handing on and selling on. See server/tickets/README.md.

create schema tickets;

create table tickets.ticket (
  id text primary key,
  show text not null,
  tier text not null,
  tier_name text not null check (length(tier_name) between 1 and 200),
  -- The order line whose money stands for this ticket (of the one who has it now), and the line its place was first sold by; null: given.
  line text,
  origin text,
  n int not null default 0,
  holder text,
  -- guest, vip …: what the door should see.
  mark text not null default '' check (mark ~ '^[a-z_]{0,20}$'),
  seat text,
  seat_label text check (length(seat_label) between 1 and 200),
  -- Minor units. The most it may be sold on for, and what was paid for it (goes back on a refund).
  face_value bigint not null check (face_value >= 0),
  paid bigint not null check (paid >= 0),
  currency text not null check (length(currency) = 3),
  -- Typed in at the door; changes with each turn, like the signature.
  code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
  turn int not null default 1 check (turn between 1 and 60000),
  state text not null default 'issued' check (state in ('issued', 'offered', 'used', 'void')),
  name text check (length(name) between 1 and 100),
  id_tail text check (id_tail ~ '^[0-9A-Z]{4}$'),
  replaces text unique references tickets.ticket (id),
  void_why text check (void_why ~ '^[a-z_]{2,30}$'),
  issued_at timestamptz not null,
  changed_at timestamptz not null,
  used_at timestamptz,
  voided_at timestamptz,
  check ((state = 'void') = (voided_at is not null) and (state = 'void') = (void_why is not null)),
  check (state <> 'used' or used_at is not null),
  check (line is null or origin is not null)
);
-- One seat is one person's; one piece of a line is one ticket.
create unique index ticket_seat on tickets.ticket (show, seat) where seat is not null and state <> 'void';
create unique index ticket_line on tickets.ticket (line, n) where line is not null;
create index ticket_holder on tickets.ticket (holder, issued_at desc, id desc) where holder is not null;
create index ticket_show on tickets.ticket (show, changed_at);
create index ticket_origin on tickets.ticket (origin) where origin is not null;

-- What became of a ticket, for ever.
create table tickets.step (
  id bigint generated always as identity primary key,
  ticket text not null references tickets.ticket (id),
  kind text not null check (kind in ('issued', 'named', 'handed', 'offered', 'kept', 'sold_on', 'used', 'unused', 'void')),
  turn int not null,
  by text,
  at timestamptz not null
);
create index step_ticket on tickets.step (ticket, id);
create function tickets.only_added() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger step_fixed before update or delete on tickets.step for each row execute function tickets.only_added();

-- Handing a ticket on by a link: accepted once.
create table tickets.transfer (
  id text primary key,
  ticket text not null references tickets.ticket (id),
  giver text not null references people.person (id),
  email text check (length(email) between 3 and 254),
  token_hash text not null unique,
  state text not null default 'open' check (state in ('open', 'accepted', 'withdrawn', 'expired')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  taker text references people.person (id),
  closed_at timestamptz,
  check ((state = 'accepted') = (taker is not null)),
  check ((state = 'open') = (closed_at is null))
);
create unique index transfer_open on tickets.transfer (ticket) where state = 'open';
create index transfer_ticket on tickets.transfer (ticket);
create index transfer_giver on tickets.transfer (giver);
create index transfer_taker on tickets.transfer (taker) where taker is not null;
create index transfer_ending on tickets.transfer (expires_at) where state = 'open';

-- Selling a ticket on, never above its face value.
create table tickets.resale (
  id text primary key,
  ticket text not null references tickets.ticket (id),
  show text not null,
  seller text not null references people.person (id),
  price bigint not null check (price > 0),
  face_value bigint not null,
  currency text not null,
  offer text,
  -- When as much of the first buyer's payment went back.
  paid_back_at timestamptz,
  state text not null default 'open' check (state in ('open', 'reserved', 'sold', 'withdrawn')),
  -- The line that has it, and the ticket that came of it.
  line text,
  became text references tickets.ticket (id),
  created_at timestamptz not null,
  closed_at timestamptz,
  check (price <= face_value),
  check ((state in ('reserved', 'sold')) = (line is not null)),
  check ((state = 'sold') = (became is not null)),
  check ((state in ('open', 'reserved')) = (closed_at is null))
);
create unique index resale_live on tickets.resale (ticket) where state in ('open', 'reserved');
create unique index resale_sold on tickets.resale (ticket) where state = 'sold';
create index resale_show on tickets.resale (show, price, id) where state = 'open';
create index resale_line on tickets.resale (line) where line is not null;
create index resale_seller on tickets.resale (seller);
create index resale_became on tickets.resale (became) where became is not null;

create view tickets.public_ticket as
  select id, show, tier, tier_name, line, origin, holder, mark, seat, seat_label, face_value, paid, currency, code, turn, state, name, id_tail, replaces, void_why,
    issued_at, changed_at, used_at, voided_at from tickets.ticket;
