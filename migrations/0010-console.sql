-- console: what the operator sees of the other rooms. It keeps little of its own.
create schema console;

-- Runs of the book checks, so that the operator sees since when something has been wrong.
create table console.audit_run (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  milliseconds integer not null check (milliseconds >= 0),
  -- Names of the checks that found something; empty when all was well.
  broken text[] not null
);
create index audit_run_newest on console.audit_run (at desc);
