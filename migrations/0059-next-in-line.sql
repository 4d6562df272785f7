-- A prize that its winner does not claim in time goes to the next of the same draw. Both stand in the rules. Null: published before there was such a rule (30 days, nobody follows).
alter table raffles.raffle
  add column claim_days smallint check (claim_days between 1 and 60),
  -- So many days after the draw somebody may still be asked; 0: nobody follows.
  add column pass_days smallint check (pass_days between 0 and 365),
  add check ((claim_days is null) = (pass_days is null));
update raffles.raffle set claim_days = 14, pass_days = 60 where state = 'draft';

create or replace function raffles.keep_promise() returns trigger language plpgsql as $$
begin
  if (old.commitment, old.rules, old.opens_at, old.closes_at, old.draw_by, old.points, old.most_tickets, old.one_prize, old.outside, old.outside_from, old.claim_days, old.pass_days)
    is distinct from (new.commitment, new.rules, new.opens_at, new.closes_at, new.draw_by, new.points, new.most_tickets, new.one_prize, new.outside, new.outside_from, new.claim_days, new.pass_days)
    or (old.digest is not null and old.digest is distinct from new.digest) or (old.outside_value is not null and old.outside_value is distinct from new.outside_value)
    or (old.state in ('drawn', 'void') and old.state <> new.state) or (new.state = 'draft')
    or (old.digest is not null and (old.tickets, old.people) is distinct from (new.tickets, new.people)) then
    raise exception 'raffle % is published', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- at: when it became theirs · instead: whose place they came after · lapsed_at: not claimed in time.
alter table raffles.win
  add column at timestamptz,
  add column instead integer,
  add column lapsed_at timestamptz;
update raffles.win w set at = f.drawn_at from raffles.raffle f where f.id = w.raffle;
update raffles.win w set lapsed_at = x.closed_at from rewards.exchange x join rewards.reward r on r.id = x.reward
  where x.id = w.exchange and x.state = 'expired' and r.kind = 'goods';
alter table raffles.win
  alter column at set not null,
  add foreign key (raffle, instead) references raffles.win,
  -- A lapsed win is followed once.
  add unique (raffle, instead),
  add check (instead < place),
  add check (lapsed_at >= at);

-- Until when it is claimed or used; whether it was paid; who is paid for it.
create or replace view rewards.public_exchange as
  select id, reward, group_id, person, cause, raffle, quantity, points, cost, state, at, closed_at, until, paid_at from rewards.exchange;
create or replace view rewards.public_reward as
  select id, group_id, kind, title, picture, points, cost, stock, taken, kept, state, closes_at, provider from rewards.reward;

-- Money a party took out of a budget again, that no point and no prize stood on. Minor units; bound: what had to stay at that moment.
create table points.taken_out (
  id text primary key check (id ~ '^wdr_[0-9a-z]{26}$'),
  group_id text not null references points.budget,
  by text not null,
  party text not null,
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  before bigint not null,
  after bigint not null,
  bound bigint not null check (bound >= 0),
  reason text not null check (length(reason) between 3 and 200),
  request text not null check (length(request) = 64),
  at timestamptz not null,
  check (after = before - amount and after >= bound)
);
create index taken_out_group on points.taken_out (group_id, at desc, id desc);
