-- What a seller says of itself for its invoices: where it is and its tax number (invoices).
create table invoices.issuer (
  seller text primary key check (seller ~ '^(usr|org)_'),
  address text check (length(address) between 1 and 300),
  tax_number text check (tax_number ~ '^[0-9A-Z-]{5,30}$'),
  changed_at timestamptz not null,
  check (address is not null or tax_number is not null)
);
-- As it was when the paper was issued; credit notes and invoices that replace one say what that one says.
alter table invoices.invoice add column seller_address text;
alter table invoices.invoice add column seller_tax_number text;
