-- The house itself: what happened (events) and the settings of this planet.
create schema house;

-- Everything rooms tell each other. Partitioned by time from day one; old months can be detached.
create table house.event (
  id text not null check (id like 'evt\_%'),
  type text not null,
  body jsonb not null,
  at timestamptz not null,
  primary key (at, id)
) partition by range (at);
create table house.event_rest partition of house.event default;
create index event_type on house.event (type, at desc);

create table house.setting (
  name text primary key,
  value jsonb not null,
  changed_at timestamptz not null default now()
);

-- Makes the monthly partitions of a table for this and the next months. Called at every start and by a nightly job.
create function house.make_partitions(parent regclass, months int) returns int language plpgsql as $$
declare
  first date;
  made int := 0;
  child text;
begin
  for i in 0..months loop
    first := (date_trunc('month', now()) + make_interval(months => i))::date;
    child := format('%s_%s', parent::text, to_char(first, 'YYYYMM'));
    if to_regclass(child) is null then
      begin
        execute format('create table %s partition of %s for values from (%L) to (%L)', child, parent, first, (first + interval '1 month')::date);
        made := made + 1;
      exception when check_violation then
        -- Rows of that month already lie in the default partition; they stay there.
        null;
      end;
    end if;
  end loop;
  return made;
end $$;
