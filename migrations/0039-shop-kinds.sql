-- shop: one offer model for everything sold. A kind is any room's (registerKind); the checkout knows none of them. See server/shop/README.md.

alter table shop.offer drop constraint offer_kind_check;
alter table shop.offer add constraint offer_kind_check check (kind ~ '^[a-z_]{2,20}$');
alter table shop.offer alter column release drop not null;
-- What is sold: the release of a digital offer; else the id of the room that sells it (var_…, tir_…, res_…).
alter table shop.offer add column subject text;
update shop.offer set subject = release;
alter table shop.offer alter column subject set not null;
alter table shop.offer add constraint offer_subject check ((kind = 'digital') = (release is not null) and (release is null or subject = release));
-- How it is called, and its picture, where no release tells that. `detail`: which of several (a size, a tier, a day).
alter table shop.offer add column title text check (length(title) between 1 and 300);
alter table shop.offer add column detail text check (length(detail) between 1 and 300);
alter table shop.offer add column picture text;
alter table shop.offer add constraint offer_named check ((release is null) = (title is not null));
-- When it can be bought, and how many of it one person may have bought in all.
alter table shop.offer add column opens_at timestamptz;
alter table shop.offer add column closes_at timestamptz;
alter table shop.offer add column most_each int check (most_each between 1 and 1000);
alter table shop.offer add constraint offer_window check (closes_at is null or opens_at is null or closes_at > opens_at);
-- Listed among what the planet sells; shipping rates and tiers of a show are bought from their own pages.
alter table shop.offer add column listed boolean not null default true;
drop index shop.offer_once;
create unique index offer_once on shop.offer (kind, subject) where state = 'open';
create index offer_subject on shop.offer (subject);
drop index shop.offer_new;
drop index shop.offer_popular;
create index offer_new on shop.offer (created_at desc, id desc) where state = 'open' and listed;
create index offer_popular on shop.offer (sold desc, id desc) where state = 'open' and listed;

-- An order: where its things go, whom to write to, and what of it is paid by credit (gift cards) instead of by the provider.
alter table shop."order" add column contact text check (length(contact) between 3 and 254);
alter table shop."order" add column address jsonb;
alter table shop."order" add column note text check (length(note) <= 1000);
alter table shop."order" add column credit bigint not null default 0 check (credit between 0 and total);
alter table shop."order" drop constraint order_check2;
alter table shop."order" add constraint order_payment check (total = credit or payment is not null);

-- A line: which of several it is, what its kind keeps of it, what was taken off its price, what of it credit pays.
alter table shop.line add column subject text;
update shop.line set subject = coalesce(release, offer);
alter table shop.line alter column subject set not null;
alter table shop.line add column detail text;
alter table shop.line add column picture text;
-- What the buyer chose, in the words of its kind (seats, a slot, a size); checked by the kind.
alter table shop.line add column choice jsonb;
alter table shop.line add column discount bigint not null default 0 check (discount >= 0);
alter table shop.line add column discount_code text;
alter table shop.line drop constraint line_check;
alter table shop.line add constraint line_amount check (amount = unit_amount * quantity - discount and amount >= 0);
alter table shop.line add column credit bigint not null default 0 check (credit between 0 and amount);
-- When it was handed over; its money may wait longer (goods until they are confirmed, a ticket until the show is over).
alter table shop.line add column fulfilled_at timestamptz;
update shop.line set fulfilled_at = coalesce(settled_at, refunded_at) where state in ('settled', 'refunded') and settled_at is not null;
create index line_subject on shop.line (subject, id desc);

create or replace view shop.public_offer as
  select id, release, kind, pricing, amount, currency, formats, state, subject, page, title, detail, picture, opens_at, closes_at, most_each, listed, sold from shop.offer;
create or replace view shop.public_line as
  select l.id, l."order", l.offer, l.kind, l.release, l.page, l.title, l.artists, l.quantity, l.amount, l.currency, l.fee, l.state, l.paid_at, l.settled_at, l.refunded_at,
    l.refunded, l.frozen, o.buyer, o.number, o.payment, l.subject, l.detail, l.choice, l.discount, l.discount_code, l.credit, l.fulfilled_at, l.due_at, l.picture, o.state as order_state
  from shop.line l join shop."order" o on o.id = l."order";
create or replace view shop.public_order as
  select o.id, o.number, o.created_at as at, o.buyer, p.name as buyer_name, o.total, o.currency, o.state, o.contact, o.address, o.credit, o.payment, o.paid_at
  from shop."order" o left join people.public_party p on p.id = o.buyer;
