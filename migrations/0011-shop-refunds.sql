-- shop: lines that are refunded in part or frozen by a dispute. Words: server/shop/README.md and server/refunds/README.md.

-- What went back to the buyer so far. A held line settles what is left; `fee` is then already less by the part that belonged to what went back.
alter table shop.line add column refunded bigint not null default 0 check (refunded between 0 and amount);
-- A dispute freezes the line: it is not settled until that ends.
alter table shop.line add column frozen boolean not null default false;
update shop.line set refunded = amount where state = 'refunded';
alter table shop.line add constraint line_refunded check (state <> 'refunded' or refunded = amount);

create or replace view shop.public_line as
  select l.id, l."order", l.offer, l.kind, l.release, l.page, l.title, l.artists, l.quantity, l.amount, l.currency, l.fee, l.state, l.paid_at, l.settled_at, l.refunded_at,
    l.refunded, l.frozen, o.buyer, o.number, o.payment
  from shop.line l join shop."order" o on o.id = l."order";
