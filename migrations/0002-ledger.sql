-- The ledger: everything of value moves here and nowhere else. Words and invariants: server/ledger/README.md.
create schema ledger;

-- A unit of value. Its scale (decimals) is fixed at birth.
create table ledger.asset (
  id smallint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Za-z0-9][A-Za-z0-9_:.-]{0,99}$'),
  scale smallint not null check (scale between 0 and 9)
);
insert into ledger.asset (code, scale) values
  ('CNY', 2), ('USD', 2), ('EUR', 2), ('GBP', 2), ('HKD', 2), ('TWD', 2), ('SGD', 2), ('KRW', 0), ('JPY', 0), ('KWD', 3);

-- One owner × purpose × asset. `floor` null means none. Only the posting function changes balance and version.
-- Half of each page stays free, so that a new balance fits beside the old one (HOT) and no index is touched.
create table ledger.account (
  id bigint generated always as identity primary key,
  owner text not null,
  purpose text not null,
  asset smallint not null references ledger.asset,
  floor bigint default 0,
  balance bigint not null default 0,
  version bigint not null default 0,
  opened_at timestamptz not null default now(),
  unique (owner, purpose, asset),
  constraint account_floor check (floor is null or balance >= floor),
  constraint account_range check (balance between -4000000000000000000 and 4000000000000000000)
) with (fillfactor = 50);

-- The transfers that one call posted. `digest` covers them and their entries; sealing gives the batch its place in the hash chain
-- after it committed, so that no caller waits for another caller's transaction.
create sequence ledger.batch_id;
create table ledger.batch (
  id bigint primary key,
  count int not null,
  digest bytea not null,
  at timestamptz not null default now(),
  place bigint unique,
  previous bytea,
  hash bytea,
  constraint batch_sealed check (num_nulls(place, previous, hash) in (0, 3))
);
create index batch_unsealed on ledger.batch (id) where place is null;

-- An atomic set of entries that sum to zero per asset. The id is batch × 2048 + position: ids rise with time and name their batch.
create table ledger.transfer (
  id bigint primary key,
  batch bigint generated always as (id >> 11) virtual,
  key text not null unique,
  kind text not null,
  cause text not null,
  subject text,
  note text,
  at timestamptz not null
);
create index transfer_subject on ledger.transfer (subject, id) where subject is not null;

-- One signed change of one account. Partitioned by time, so Postgres wants `at` in the key; that (account, version) is unique over all
-- partitions follows from account.version, which only the posting function raises, under the account's row lock (the audit proves it).
-- No foreign keys and checks: rows come only from ledger.post, which has both ends in its hands.
create table ledger.entry (
  account bigint not null,
  version bigint not null,
  transfer bigint not null,
  amount bigint not null,
  balance_after bigint not null,
  at timestamptz not null,
  step text,
  share int,
  primary key (account, version, at)
) partition by range (at);
create index entry_transfer on ledger.entry (transfer);
create table ledger.entry_rest partition of ledger.entry default;

-- Money set aside for a cause; captured or released later, in parts.
create table ledger.hold (
  id bigint generated always as identity primary key,
  key text not null unique,
  owner text not null,
  asset smallint not null references ledger.asset,
  cause text not null,
  reason text not null,
  amount bigint not null check (amount > 0),
  captured bigint not null default 0 check (captured >= 0),
  released bigint not null default 0 check (released >= 0),
  at timestamptz not null,
  until timestamptz,
  constraint hold_parts check (captured + released <= amount)
);
create index hold_open on ledger.hold (owner, asset) where captured + released < amount;

-- What the database itself refuses, whoever asks. What only the posting function may do is guarded per statement: that costs nothing per row.
create function ledger.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'ledger.%: % refused: %', tg_table_name, lower(tg_op), tg_argv[0] using errcode = 'restrict_violation';
end $$;

create function ledger.guard() returns trigger language plpgsql as $$
begin
  if current_setting('ledger.posting', true) is distinct from 'on' then
    raise exception 'ledger.%: % refused: only ledger.post does this', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create trigger transfer_insert before insert on ledger.transfer for each statement execute function ledger.guard();
create trigger entry_insert before insert on ledger.entry for each statement execute function ledger.guard();
create trigger batch_insert before insert on ledger.batch for each statement execute function ledger.guard();
create trigger account_update before update on ledger.account for each statement execute function ledger.guard();
create trigger transfer_change before update or delete on ledger.transfer for each row execute function ledger.refuse('transfers are append-only');
create trigger entry_change before update or delete on ledger.entry for each row execute function ledger.refuse('entries are append-only');
create trigger batch_delete before delete on ledger.batch for each row execute function ledger.refuse('batches are append-only');
create trigger batch_update before update on ledger.batch for each row
  when (current_setting('ledger.posting', true) is distinct from 'seal' or old.place is not null or new.place is null
    or (old.id, old.count, old.digest, old.at) is distinct from (new.id, new.count, new.digest, new.at))
  execute function ledger.refuse('a batch is sealed once');
-- The forms of owner and purpose are looked at here and not in a check, which would run again with every new balance.
create trigger account_insert before insert on ledger.account for each row
  when (new.balance <> 0 or new.version <> 0 or new.owner !~ '^[a-z][a-z0-9_:.-]{1,99}$' or new.purpose !~ '^[a-z][a-z0-9_:.-]{0,99}$')
  execute function ledger.refuse('an account opens empty, with an owner and a purpose in plain small letters');
create trigger account_delete before delete on ledger.account for each row execute function ledger.refuse('accounts stay');
create trigger asset_change before update or delete on ledger.asset for each row execute function ledger.refuse('assets stay as they are');
create trigger hold_delete before delete on ledger.hold for each row execute function ledger.refuse('holds stay');
create trigger transfer_truncate before truncate on ledger.transfer for each statement execute function ledger.refuse('transfers are append-only');
create trigger entry_truncate before truncate on ledger.entry for each statement execute function ledger.refuse('entries are append-only');
create trigger batch_truncate before truncate on ledger.batch for each statement execute function ledger.refuse('batches are append-only');
create trigger account_truncate before truncate on ledger.account for each statement execute function ledger.refuse('accounts stay');
create trigger hold_truncate before truncate on ledger.hold for each statement execute function ledger.refuse('holds stay');

-- Monthly partitions of the entries for this and the next months. At every start and nightly. Triggers per statement do not reach a partition
-- that is named directly, so each gets its own.
create function ledger.make_partitions(months int) returns int language plpgsql as $$
declare
  made int := house.make_partitions('ledger.entry', months);
  child regclass;
begin
  for child in select inhrelid::regclass from pg_inherits where inhparent = 'ledger.entry'::regclass loop
    if not exists (select from pg_trigger where tgrelid = child and tgname = 'entry_truncate') then
      execute format('create trigger entry_truncate before truncate on %s for each statement execute function ledger.refuse(%L)', child, 'entries are append-only');
      execute format('create trigger entry_insert before insert on %s for each statement execute function ledger.guard()', child);
    end if;
  end loop;
  return made;
end $$;
select ledger.make_partitions(3);

-- Posts up to 2,048 transfers, all or none. Accounts come ascending by id, each with the sum of its changes, the lowest sum on the way and their
-- number; entries stand account by account and name their transfer and account by position (1 …), their place among the changes of that account
-- and the running sum there. Kinds and steps (with their share) are named by position too (steps: 0 = none); times are milliseconds since 1970.
-- Answers ok and the first transfer's id, or, with nothing applied: floor (an account is missing or would sink too low), key (a key was used before).
create function ledger.post(
  accounts bigint[], lows bigint[], sums bigint[], counts int[],
  kinds text[], steps text[], shares int[],
  keys text[], t_kinds int[], causes text[], subjects text[], notes text[], ats bigint[],
  e_transfers int[], e_accounts int[], e_nths int[], e_sums bigint[], e_amounts bigint[], e_steps int[],
  digest bytea, out status text, out first bigint
) language plpgsql
-- One plan for the update: walk the accounts in the order given, so that all callers lock in the same order.
-- Planned once: planning anew for each size of batch costs more than a small batch itself.
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
set ledger.posting = 'on' as $$
declare
  many int := cardinality(keys);
  changes int := cardinality(e_transfers);
  balances bigint[];
  versions bigint[];
  assets smallint[];
  times timestamptz[];
  ended int;
  sound int;
  broken text;
begin
  if many is distinct from cardinality(causes) or many not between 1 and 2048 then raise exception 'ledger.post: between 1 and 2048 transfers'; end if;
  -- Entry by entry, account by account: each moves something and follows from the one before; the last carries the new balance and version.
  select count(*) filter (where e_nths[i] = counts[e_accounts[i]] and e_sums[i] = sums[e_accounts[i]]),
    count(*) filter (where e_amounts[i] <> 0 and e_sums[i] >= lows[e_accounts[i]] and case e_nths[i] when 1 then e_sums[i] = e_amounts[i]
      else e_accounts[i] = e_accounts[i - 1] and e_nths[i] = e_nths[i - 1] + 1 and e_sums[i] = e_sums[i - 1] + e_amounts[i] end)
    into ended, sound from generate_series(1, changes) as e(i);
  if ended <> cardinality(accounts) or sound <> changes or length(digest) <> 32 then
    raise exception 'ledger.post: entries and accounts differ' using errcode = 'check_violation';
  end if;
  select array_agg(timestamptz 'epoch' + ats[i] * interval '1 millisecond') into times from generate_series(1, many) as t(i);
  begin
    with moved as (
      update ledger.account a set balance = a.balance + sums[c.i], version = a.version + counts[c.i]
      from generate_series(1, cardinality(accounts)) as c(i)
      where a.id = accounts[c.i] and (a.floor is null or a.balance + lows[c.i] >= a.floor)
      returning a.id, a.asset, old.balance, old.version
    ) select array_agg(m.balance), array_agg(m.version), array_agg(m.asset) into balances, versions, assets from (select * from moved order by id) m;
    if cardinality(balances) is distinct from cardinality(accounts) then
      raise exception 'floor' using errcode = 'LG001';
    end if;
    -- Each transfer sums to zero per asset.
    if exists (select from generate_series(1, changes) as e(i) group by e_transfers[e.i], assets[e_accounts[e.i]] having sum(e_amounts[e.i]) <> 0) then
      raise exception 'ledger.post: a transfer does not sum to zero' using errcode = 'check_violation';
    end if;
    -- Taken after the accounts are locked: in each account transfers rise as versions do.
    first := nextval('ledger.batch_id') * 2048;
    insert into ledger.transfer (id, key, kind, cause, subject, note, at)
      select first + i - 1, keys[i], kinds[t_kinds[i]], causes[i], subjects[i], notes[i], times[i] from generate_series(1, many) as t(i);
    insert into ledger.entry (account, version, transfer, amount, balance_after, at, step, share)
      select accounts[e_accounts[i]], versions[e_accounts[i]] + e_nths[i], first + e_transfers[i] - 1, e_amounts[i], balances[e_accounts[i]] + e_sums[i],
        times[e_transfers[i]], steps[e_steps[i]], shares[e_steps[i]] from generate_series(1, changes) as e(i);
    insert into ledger.batch (id, count, digest) values (first / 2048, many, digest);
    status := 'ok';
  exception
    when sqlstate 'LG001' or numeric_value_out_of_range then
      status := 'floor';
      first := null;
    when unique_violation then
      get stacked diagnostics broken = constraint_name;
      if broken <> 'transfer_key_key' then raise; end if;
      status := 'key';
      first := null;
    when check_violation then
      get stacked diagnostics broken = constraint_name;
      if broken is distinct from 'account_range' then raise; end if;
      status := 'floor';
      first := null;
  end;
end $$;

-- Gives committed batches their places in the hash chain. One sealer at a time; who finds another at work returns at once.
create function ledger.seal(most int) returns int language plpgsql set ledger.posting = 'seal' as $$
declare
  at_place bigint;
  at_hash bytea;
  b record;
  made int := 0;
begin
  if not pg_try_advisory_xact_lock(5011, 1) then return 0; end if;
  select place, hash into at_place, at_hash from ledger.batch where place is not null order by place desc limit 1;
  at_place := coalesce(at_place, 0);
  at_hash := coalesce(at_hash, sha256('planet ledger'));
  for b in select id, count, digest from ledger.batch where place is null order by id limit most loop
    at_place := at_place + 1;
    update ledger.batch set place = at_place, previous = at_hash, hash = ledger.link(at_hash, at_place, b.id, b.count, b.digest) where id = b.id returning hash into at_hash;
    made := made + 1;
  end loop;
  return made;
end $$;

-- One link of the chain, from text so that anyone can compute it: SHA-256 of "previous place batch count digest", bytes in hex.
create function ledger.link(previous bytea, place bigint, id bigint, count int, digest bytea) returns bytea language sql immutable
  return sha256(convert_to(encode(previous, 'hex') || ' ' || place || ' ' || id || ' ' || count || ' ' || encode(digest, 'hex'), 'UTF8'));

-- The door of this room for SQL of others: every entry with its transfer and account in words.
create view ledger.public_posting as
  select e.transfer, e.account, e.version, t.at, t.kind, t.cause, t.subject, t.note, a.owner, a.purpose, s.code as asset, e.amount, e.step, e.share,
    -- The first word of a step, of a split its first two: `split:master:vocals` belongs to `split:master`.
    case when e.step like 'split:%' then 'split:' || split_part(e.step, ':', 2) else split_part(e.step, ':', 1) end as step_group
  from ledger.transfer t join ledger.entry e on e.transfer = t.id and e.at = t.at
  join ledger.account a on a.id = e.account join ledger.asset s on s.id = a.asset;
