-- console: the ledger as the finance desk reads it, and who of the staff looked at whose books. Words: server/console/README.md.

-- Doors of the ledger for SQL of others: accounts with their balances, entries with the balance they left, transfers with their place in the chain.
create view ledger.public_account as
  select a.id, a.owner, a.purpose, s.code as asset, a.balance, a.version as changes, a.floor
  from ledger.account a join ledger.asset s on s.id = a.asset;
create view ledger.public_entry as
  select e.account, e.version, e.transfer, e.at, e.amount, e.balance_after, e.step, e.share from ledger.entry e;
create view ledger.public_transfer as
  select t.id, t.at, t.key, t.kind, t.cause, t.subject, t.note, b.place, encode(b.hash, 'hex') as hash
  from ledger.transfer t left join ledger.batch b on b.id = t.id >> 11;

-- A look of the staff at the books of a person or organisation: kept, so that they can be shown who looked. Once an hour is enough to know.
create table console.look (
  id bigint generated always as identity primary key,
  person text not null,
  owner text not null check (owner ~ '^(usr|org)_'),
  hour timestamptz not null check (hour = date_trunc('hour', hour, 'UTC')),
  at timestamptz not null,
  what text not null check (what ~ '^(account|transfer|order):'),
  unique (owner, hour, person)
);
create function console.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'console.%: % refused: who looked stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger look_change before update or delete on console.look for each row execute function console.refuse();
create trigger look_truncate before truncate on console.look for each statement execute function console.refuse();
