-- The ledger can be proven and closed: holds with their history and appeals, closed periods, signed checkpoints, income smaller than a minor unit.
-- Words: server/ledger/README.md.

-- Income smaller than a minor unit (a play) gathers in millionths of it.
insert into ledger.asset (code, scale) select 'micro:' || code, scale + 6 from ledger.asset where code ~ '^[A-Z]{3}$';

-- Holds. `key` is the hold's id (`hld_…`), `placed_by` the operator who placed it by hand. What is set aside never changes, only what becomes of it.
alter table ledger.hold add column note text, add column placed_by text;
alter table ledger.hold add constraint hold_key check (key ~ '^hld_[0-9a-z]{26}$'), add constraint hold_reason check (reason ~ '^[a-z][a-z0-9_]{0,39}$');
create index hold_owner on ledger.hold (owner, id);
create index hold_until on ledger.hold (until) where captured + released < amount;
create trigger hold_update before update on ledger.hold for each row
  when ((new.id, new.key, new.owner, new.asset, new.cause, new.reason, new.amount, new.at) is distinct from (old.id, old.key, old.owner, old.asset, old.cause, old.reason, old.amount, old.at)
    or (new.note, new.placed_by) is distinct from (old.note, old.placed_by) or new.captured < old.captured or new.released < old.released)
  execute function ledger.refuse('a hold stays as it was placed');

-- What became of a hold, part by part: each by one transfer.
create table ledger.hold_part (
  transfer bigint primary key,
  hold bigint not null references ledger.hold,
  captured bigint not null default 0 check (captured >= 0),
  released bigint not null default 0 check (released >= 0),
  reason text,
  by text,
  at timestamptz not null,
  check ((captured = 0) <> (released = 0))
);
create index hold_part_hold on ledger.hold_part (hold);
create trigger hold_part_change before update or delete on ledger.hold_part for each row execute function ledger.refuse('parts of holds are append-only');
create trigger hold_part_truncate before truncate on ledger.hold_part for each statement execute function ledger.refuse('parts of holds are append-only');

-- The payee's word against a hold; decided once, by another operator than the one who placed it.
create table ledger.appeal (
  id text primary key check (id ~ '^apl_[0-9a-z]{26}$'),
  hold bigint not null references ledger.hold,
  by text not null,
  text text not null check (length(text) between 1 and 2000),
  at timestamptz not null,
  decision text check (decision in ('granted', 'declined')),
  reason text check (length(reason) between 1 and 500),
  decided_by text,
  decided_at timestamptz,
  constraint appeal_decided check (num_nulls(decision, reason, decided_by, decided_at) in (0, 4))
);
-- One at a time.
create unique index appeal_open on ledger.appeal (hold) where decision is null;
create index appeal_hold on ledger.appeal (hold, at);
create trigger appeal_update before update on ledger.appeal for each row
  when (old.decision is not null or (new.id, new.hold, new.by, new.text, new.at) is distinct from (old.id, old.hold, old.by, old.text, old.at))
  execute function ledger.refuse('an appeal is decided once');
create trigger appeal_delete before delete on ledger.appeal for each row execute function ledger.refuse('appeals stay');
create trigger appeal_truncate before truncate on ledger.appeal for each statement execute function ledger.refuse('appeals stay');

create view ledger.public_hold as
  select h.key as id, h.owner, s.code as asset, h.amount, h.captured, h.released, h.reason, h.cause, h.note, h.at, h.until, h.placed_by
  from ledger.hold h join ledger.asset s on s.id = h.asset;

-- Closed periods: nothing is posted with a time before the newest `until`. They only move on.
create table ledger.period (
  until timestamptz primary key,
  by text not null,
  at timestamptz not null default now()
);
create trigger period_change before update or delete on ledger.period for each row execute function ledger.refuse('a closed period stays closed');
create trigger period_truncate before truncate on ledger.period for each statement execute function ledger.refuse('a closed period stays closed');
create function ledger.period_moves_on() returns trigger language plpgsql as $$
begin
  -- Waits for all who post (ledger.post holds it shared), and they for this: none can slip in behind.
  perform pg_advisory_xact_lock(5011, 2);
  if exists (select from ledger.period where until >= new.until) then
    raise exception 'ledger.period: periods are closed one after the other' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger period_insert before insert on ledger.period for each row execute function ledger.period_moves_on();

-- A place of the chain signed by the planet (Ed25519): published, so that anyone can keep it and later meet the chain with it.
create table ledger.signing_key (
  id text primary key check (id ~ '^[0-9a-f]{16}$'),
  public bytea not null unique check (length(public) = 32),
  at timestamptz not null default now()
);
create table ledger.checkpoint (
  place bigint primary key references ledger.batch (place),
  hash bytea not null check (length(hash) = 32),
  at timestamptz not null,
  key text not null references ledger.signing_key,
  signature bytea not null check (length(signature) = 64)
);
create trigger signing_key_change before update or delete on ledger.signing_key for each row execute function ledger.refuse('keys stay');
create trigger checkpoint_change before update or delete on ledger.checkpoint for each row execute function ledger.refuse('checkpoints are append-only');
create trigger signing_key_truncate before truncate on ledger.signing_key for each statement execute function ledger.refuse('keys stay');
create trigger checkpoint_truncate before truncate on ledger.checkpoint for each statement execute function ledger.refuse('checkpoints are append-only');

-- The key of entries held (account, version) unique within a moment only, and cost every posting a check: what keeps it unique is the account's row lock, and
-- the audit proves it (0009). A narrower index finds the same.
alter table ledger.entry drop constraint entry_pkey;
create index entry_account on ledger.entry (account, version);

-- Partitions as before, and each vacuumed and analysed by larger steps: nothing in them ever dies, and both cost as much as posting does.
create or replace function ledger.make_partitions(months int) returns int language plpgsql as $$
declare
  made int := house.make_partitions('ledger.entry', months);
  child regclass;
begin
  for child in select inhrelid::regclass from pg_inherits where inhparent = 'ledger.entry'::regclass loop
    if not exists (select from pg_trigger where tgrelid = child and tgname = 'entry_truncate') then
      execute format('create trigger entry_truncate before truncate on %s for each statement execute function ledger.refuse(%L)', child, 'entries are append-only');
      execute format('create trigger entry_insert before insert on %s for each statement execute function ledger.guard()', child);
    end if;
    if (select reloptions is null from pg_class where oid = child) then
      execute format('alter table %s set (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 0.5, autovacuum_analyze_threshold = 20000)', child);
    end if;
  end loop;
  return made;
end $$;
select ledger.make_partitions(3);
alter table ledger.transfer set (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 0.5, autovacuum_analyze_threshold = 20000);

-- Posting again, with less to say and to check: the sums on the way alone give amounts, balances and versions.
drop function ledger.post(bigint[], bigint[], bigint[], int[], text[], text[], int[], text[], int[], text[], text[], text[], bigint[],
  int[], int[], int[], bigint[], bigint[], int[], bytea);

-- Posts up to 2,048 transfers, all or none. Entries stand account by account: of each its transfer and account by position (1 …) and the running sum of
-- the account's changes. Accounts come ascending by id, each with the lowest of those sums (at most 0) and its first entry; one more `starts` ends the last.
-- Kinds and steps (with their share) are named by position too (steps: 0 = none); times are milliseconds since 1970: one for each transfer, or one for all;
-- subjects and notes are left out when there are none.
-- Answers ok and the first transfer's id, or, with nothing applied: floor (an account is missing or would sink too low), key (a key was used before),
-- closed (a time lies in a closed period).
create function ledger.post(
  accounts bigint[], lows bigint[], starts int[],
  kinds text[], steps text[], shares int[],
  keys text[], t_kinds int[], causes text[], subjects text[], notes text[], ats bigint[],
  e_transfers int[], e_accounts int[], e_sums bigint[], e_steps int[],
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
  sound boolean;
  closed bigint;
  broken text;
begin
  if many not between 1 and 2048 or cardinality(t_kinds) <> many or cardinality(causes) <> many or cardinality(ats) not in (1, many) or length(digest) <> 32
    or cardinality(subjects) not in (0, many) or cardinality(notes) not in (0, many) or cardinality(e_accounts) <> changes or cardinality(e_sums) <> changes
    or cardinality(e_steps) <> changes or cardinality(lows) <> cardinality(accounts) or cardinality(starts) <> cardinality(accounts) + 1 then
    raise exception 'ledger.post: arrays differ in length, or not between 1 and 2048 transfers' using errcode = 'check_violation';
  end if;
  -- Each entry stands among those of its account, moves something and sinks no lower than is said; each transfer is there and sums to zero.
  select count(*) = many and min(s.t) = 1 and max(s.t) = many and sum(s.good) = changes and count(*) filter (where s.total <> 0) = 0 into sound
    from (
      select e_transfers[i] as t, sum(e_sums[i] - case when starts[e_accounts[i]] = i then 0 else e_sums[i - 1] end) as total,
        count(*) filter (where starts[e_accounts[i]] <= i and i < starts[e_accounts[i] + 1] and e_sums[i] >= lows[e_accounts[i]]
          and e_sums[i] <> case when starts[e_accounts[i]] = i then 0 else e_sums[i - 1] end) as good
      from generate_series(1, changes) as e(i) group by 1) s;
  if sound is not true then
    raise exception 'ledger.post: a transfer does not sum to zero, or entries and accounts differ' using errcode = 'check_violation';
  end if;
  -- Held to the end of the transaction: who closes a period waits for it (ledger.period_moves_on).
  perform pg_advisory_xact_lock_shared(5011, 2);
  select extract(epoch from p.until) * 1000 into closed from ledger.period p order by p.until desc limit 1;
  if closed is not null and exists (select from unnest(ats) as t(at) where at < closed) then
    status := 'closed';
    return;
  end if;
  select array_agg(timestamptz 'epoch' + ats[i] * interval '1 millisecond') into times from generate_series(1, cardinality(ats)) as t(i);
  if cardinality(times) < many then times := array_fill(times[1], array[many]); end if;
  begin
    -- Before the accounts are locked: while one batch holds a hot account, the next one writes its transfers.
    first := nextval('ledger.batch_id') * 2048;
    insert into ledger.transfer (id, key, kind, cause, subject, note, at)
      select first + i - 1, keys[i], kinds[t_kinds[i]], causes[i], subjects[i], notes[i], times[i] from generate_series(1, many) as t(i);
    -- `balances` and `versions` become what is added to the sums and places of the entries.
    with moved as (
      update ledger.account a set balance = a.balance + e_sums[starts[c.i + 1] - 1], version = a.version + starts[c.i + 1] - starts[c.i]
      from generate_series(1, cardinality(accounts)) as c(i)
      where a.id = accounts[c.i] and (a.floor is null or a.balance + lows[c.i] >= a.floor)
      returning a.id, a.asset, old.balance, old.version - starts[c.i] + 1 as version
    ) select array_agg(m.balance), array_agg(m.version), array_agg(m.asset) into balances, versions, assets from (select * from moved order by id) m;
    if cardinality(balances) is distinct from cardinality(accounts) then
      raise exception 'floor' using errcode = 'LG001';
    end if;
    -- Of several assets each sums to zero by itself.
    if assets[1] <> any (assets) and exists (
      select from generate_series(1, changes) as e(i) group by e_transfers[e.i], assets[e_accounts[e.i]]
      having sum(e_sums[i] - case when starts[e_accounts[i]] = i then 0 else e_sums[i - 1] end) <> 0) then
      raise exception 'ledger.post: a transfer does not sum to zero' using errcode = 'check_violation';
    end if;
    insert into ledger.entry (account, version, transfer, amount, balance_after, at, step, share)
      select accounts[e_accounts[i]], versions[e_accounts[i]] + i, first + e_transfers[i] - 1, e_sums[i] - case when starts[e_accounts[i]] = i then 0 else e_sums[i - 1] end,
        balances[e_accounts[i]] + e_sums[i], times[e_transfers[i]], steps[e_steps[i]], shares[e_steps[i]] from generate_series(1, changes) as e(i);
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
