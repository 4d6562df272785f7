-- Discounts that apply by themselves (coupons), members first (shows), whom an invoice is made out to (invoices), who set the partner rule (storefront).

-- Without a code, for whoever fulfils what it asks; buyers see its name.
alter table coupons.coupon add column automatic boolean not null default false;
alter table coupons.coupon add constraint coupon_automatic check (not automatic or code is null);
create index coupon_by_itself on coupons.coupon (page) where automatic and state = 'open';

-- Members of the show's page buy so many hours before opens_at; 0: with everyone.
alter table shows.tier add column member_hours smallint not null default 0 check (member_hours between 0 and 720);
alter table shows.tier add constraint tier_members check (member_hours = 0 or opens_at is not null);

-- Whom the buyer wants the invoices of an order made out to.
create table invoices.recipient (
  "order" text primary key check ("order" like 'ord\_%'),
  company text not null check (length(company) between 1 and 200),
  tax_number text check (tax_number ~ '^[0-9A-Z-]{5,30}$'),
  changed_at timestamptz not null
);
alter table invoices.invoice add column company text;
alter table invoices.invoice add column tax_number text;
-- Of an invoice: the one it stands instead of, which a credit note took back whole.
alter table invoices.invoice add column replaces text references invoices.invoice;
alter table invoices.invoice add constraint invoice_replaces_invoice check (replaces is null or kind = 'invoice');
drop index invoices.invoice_once;
create unique index invoice_once on invoices.invoice ("order", seller) where kind = 'invoice' and replaces is null;
create unique index invoice_replaces on invoices.invoice (replaces) where replaces is not null;

-- Each version says who set it and why; the first came with the planet.
alter table storefront.partner_rule add column id text unique check (id like 'ptr\_%');
alter table storefront.partner_rule add column set_by text references people.person;
alter table storefront.partner_rule add column reason text check (length(reason) between 3 and 1000);
create index partner_rule_by on storefront.partner_rule (set_by) where set_by is not null;
