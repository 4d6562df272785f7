-- payments: disputes, refunds that fail, several tries of one order, and asking providers how a payment stands. Words: server/payments/README.md.

-- What disputes took of it that its refunds had not; what is refunded and what is disputed never pass what was paid.
alter table payments.payment add column disputed bigint not null default 0 check (disputed >= 0);
alter table payments.payment add constraint payment_given_back check (refunded + disputed <= amount);

-- What a payer's bank took back of a payment. open: contested, the money is gone until it is decided · won: it came back · lost: it stays gone.
create table payments.dispute (
  id text primary key check (id like 'dsp\_%'),
  provider text not null,
  -- The provider's own name for it.
  provider_ref text not null check (length(provider_ref) between 1 and 200),
  payment text not null references payments.payment,
  subject text not null,
  amount bigint not null check (amount > 0),
  -- The part of the amount that was not on its way back to the payer already: what those who were paid answer for.
  exposed bigint not null check (exposed between 0 and amount),
  currency text not null,
  -- What the provider keeps for its trouble.
  fee bigint not null default 0 check (fee >= 0),
  reason text not null check (length(reason) between 1 and 200),
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  respond_by timestamptz,
  evidence text not null default '' check (length(evidence) <= 20000),
  opened_at timestamptz not null,
  closed_at timestamptz,
  unique (provider, provider_ref),
  check ((state = 'open') = (closed_at is null))
);
create index dispute_payment on payments.dispute (payment);
create index dispute_open on payments.dispute (opened_at, id) where state = 'open';
create function payments.check_dispute() returns trigger language plpgsql as $$
begin
  if old.state <> 'open' or (old.payment, old.amount, old.exposed, old.currency) <> (new.payment, new.amount, new.exposed, new.currency) then
    raise exception 'payments.dispute: % is decided', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger dispute_step before update of state, amount, exposed, currency, payment on payments.dispute for each row execute function payments.check_dispute();

-- Where a refund's money was taken from: it goes back there when the refund fails. `attempt` counts the tries; `covered` is what a lost dispute gave the
-- payer of it instead; `decided_by` and `decision`: who had it tried again, and why.
alter table payments.refund add column source_owner text, add column source_purpose text, add column attempt int not null default 1 check (attempt > 0),
  add column covered bigint not null default 0, add column decided_by text, add column decision text;
update payments.refund r set source_owner = case when r.subject like 'lin\_%' then 'escrow:' || r.subject else 'provider:' || p.provider end,
  source_purpose = case when r.subject like 'lin\_%' then 'escrow' else 'clearing' end
  from payments.payment p where p.id = r.payment;
alter table payments.refund alter column source_owner set not null, alter column source_purpose set not null,
  add constraint refund_covered check (covered between 0 and amount), add constraint refund_failed check ((state = 'failed') <= (problem is not null));
create table payments.refund_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
-- A refund can turn out to have failed days after the provider called it done.
insert into payments.refund_step values ('asked', 'done'), ('asked', 'failed'), ('done', 'failed'), ('failed', 'asked'), ('failed', 'done');
create function payments.check_refund() returns trigger language plpgsql as $$
begin
  if not exists (select from payments.refund_step where from_state = old.state and to_state = new.state) then
    raise exception 'payments.refund: % cannot become %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger refund_step before update on payments.refund for each row when (old.state <> new.state) execute function payments.check_refund();

-- Payments and refunds that a provider knows of and that are not known to have ended: from when on to ask it next. Kept beside the payment, so that paying one
-- writes no index.
create table payments.watch (
  id text primary key check (id ~ '^(pay|rfd)_'),
  due_at timestamptz not null,
  tries int not null default 0 check (tries >= 0),
  problem text
);
create index watch_due on payments.watch (due_at);

-- What providers keep when they do not say: Alipay 0.60 % (its bill says what it was), Stripe 3.4 % and ¥2.35 (its books say what it was).
insert into payments.fee_rate (provider, rate_bp, fixed, valid_from) values ('alipay', 60, 0, '2020-01-01'), ('stripe', 340, 235, '2020-01-01');

-- Notifications that were true and did not fit, for the desk.
create index event_stray on payments.event (received_at desc, id desc) where outcome in ('foreign', 'unknown', 'other_charge', 'wrong_amount', 'wrong_currency');

-- The sandbox: disputes, closed charges, refunds that fail, payouts.
alter table payments.sandbox_charge add column disputed bigint not null default 0 check (disputed between 0 and amount);
alter table payments.sandbox_charge drop constraint sandbox_charge_state_check;
alter table payments.sandbox_charge add constraint sandbox_charge_state_check check (state in ('open', 'paid', 'closed'));
create index sandbox_charge_paid on payments.sandbox_charge (paid_at) where paid_at is not null;
alter table payments.sandbox_refund add column state text not null default 'done' check (state in ('done', 'failed')), add column fee bigint not null default 0;
create index sandbox_refund_created on payments.sandbox_refund (created_at);
create table payments.sandbox_dispute (
  ref text primary key check (ref like 'dp\_%'),
  charge text not null references payments.sandbox_charge,
  amount bigint not null check (amount > 0),
  fee bigint not null check (fee >= 0),
  reason text not null,
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  respond_by timestamptz not null,
  created_at timestamptz not null,
  closed_at timestamptz
);
create unique index sandbox_dispute_once on payments.sandbox_dispute (charge);
create table payments.sandbox_payout (
  -- The merchant's key: the same one again is the same payout.
  key text primary key,
  merchant text not null,
  ref text not null unique,
  amount bigint not null check (amount > 0),
  currency text not null,
  account text not null,
  name text not null,
  state text not null check (state in ('sent', 'paid', 'failed')),
  problem text,
  created_at timestamptz not null,
  done_at timestamptz
);
create index sandbox_payout_created on payments.sandbox_payout (created_at);

create or replace view payments.public_payment as
  select id, purpose, subject, provider, state, amount, currency, fee, refunded, problem, created_at, paid_at, charge, disputed from payments.payment;
create or replace view payments.public_refund as
  select id, payment, subject, amount, currency, reason, state, created_at, done_at, problem, covered, source_owner, attempt from payments.refund;
create view payments.public_dispute as
  select id, provider, provider_ref, payment, subject, amount, exposed, currency, fee, reason, state, respond_by, opened_at, closed_at from payments.dispute;
