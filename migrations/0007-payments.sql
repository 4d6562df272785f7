-- payments: providers behind one door, and the sandbox provider. Words and invariants: server/payments/README.md.
create schema payments;

-- What a provider keeps of a payment, as far as can be known before it says so; by date.
create table payments.fee_rate (
  provider text not null,
  rate_bp int not null check (rate_bp between 0 and 10000),
  fixed bigint not null default 0 check (fixed >= 0),
  valid_from timestamptz not null,
  primary key (provider, valid_from)
);
insert into payments.fee_rate (provider, rate_bp, valid_from) values ('sandbox', 60, '2020-01-01');

-- One thing to be paid, once. asked: not paid yet · failed: the last try did not work, it may be tried again · closed: no longer wanted (money that
-- comes all the same is taken and, if need be, sent back).
create table payments.payment (
  id text primary key check (id like 'pay\_%'),
  -- Who takes the money when it comes (a room registers for each purpose) and what it pays.
  purpose text not null check (purpose in ('order')),
  subject text not null,
  payer text not null,
  provider text not null check (provider ~ '^[a-z]{2,20}$'),
  -- The provider's own name for it, and its page, once the provider knows of it.
  charge text,
  page text,
  amount bigint not null check (amount > 0),
  currency text not null,
  fee bigint check (fee between 0 and amount),
  state text not null default 'asked' check (state in ('asked', 'paid', 'failed', 'closed')),
  problem text,
  refunded bigint not null default 0 check (refunded between 0 and amount),
  created_at timestamptz not null,
  paid_at timestamptz,
  unique (provider, charge),
  check ((state = 'paid') = (paid_at is not null)),
  check (refunded = 0 or state = 'paid')
) with (fillfactor = 70);
create index payment_subject on payments.payment (subject, created_at, id);

create table payments.payment_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into payments.payment_step values ('asked', 'paid'), ('asked', 'failed'), ('asked', 'closed'), ('failed', 'paid'), ('failed', 'closed'), ('failed', 'asked'), ('closed', 'paid');
create function payments.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from payments.payment_step where from_state = old.state and to_state = new.state) then
    raise exception 'payments.payment: % cannot become %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
-- The everyday step passes by the condition alone.
create trigger payment_step before update on payments.payment for each row when (old.state <> new.state and not (old.state = 'asked' and new.state = 'paid')) execute function payments.check_step();

-- Each notification of a provider, once, written in the transaction of its effect; `outcome` says what it was.
create table payments.event (
  provider text not null,
  id text not null check (length(id) between 1 and 200),
  type text not null,
  payment text,
  outcome text not null,
  body jsonb not null,
  received_at timestamptz not null,
  primary key (provider, id)
);
create index event_payment on payments.event (payment) where payment is not null;

-- Money on its way back. asked: written down and set aside in the ledger; a job tells the provider, our id being the key · done · failed: waits for a person.
create table payments.refund (
  id text primary key check (id like 'rfd\_%'),
  key text not null unique,
  payment text not null references payments.payment,
  subject text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  reason text not null,
  state text not null default 'asked' check (state in ('asked', 'done', 'failed')),
  problem text,
  created_at timestamptz not null,
  done_at timestamptz,
  check ((state = 'done') = (done_at is not null))
);
create index refund_payment on payments.refund (payment);
create index refund_waiting on payments.refund (created_at) where state <> 'done';

-- The sandbox provider: elsewhere, though in this database. It knows nothing of the tables above.
create table payments.sandbox_charge (
  ref text primary key check (ref like 'ch\_%'),
  merchant text not null,
  reference text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  merchant_name text not null,
  description text not null,
  return_url text not null,
  state text not null default 'open' check (state in ('open', 'paid')),
  fee bigint not null default 0 check (fee between 0 and amount),
  refunded bigint not null default 0 check (refunded between 0 and amount),
  created_at timestamptz not null,
  paid_at timestamptz,
  unique (merchant, reference),
  check ((state = 'paid') = (paid_at is not null))
);
create table payments.sandbox_refund (
  -- The merchant's key: the same one again is the same refund.
  key text primary key,
  charge text not null references payments.sandbox_charge,
  amount bigint not null check (amount > 0),
  created_at timestamptz not null
);
create index sandbox_refund_charge on payments.sandbox_refund (charge);
create table payments.sandbox_notification (
  id text primary key,
  charge text not null references payments.sandbox_charge,
  type text not null,
  body text not null,
  due_at timestamptz not null,
  -- Somebody sends it at the moment; others need not until then.
  claimed_until timestamptz,
  attempts int not null default 0,
  last_status int,
  delivered_at timestamptz
);
create index sandbox_notification_charge on payments.sandbox_notification (charge);
create index sandbox_notification_due on payments.sandbox_notification (due_at) where delivered_at is null;

-- The doors for SQL of others.
create view payments.public_payment as
  select id, purpose, subject, provider, state, amount, currency, fee, refunded, problem, created_at, paid_at from payments.payment;
create view payments.public_refund as
  select id, payment, subject, amount, currency, reason, state, created_at, done_at from payments.refund;
