-- settlement: the waterfall as data: rules, plans, terms, taxes, claims on income, with versions by date. Words and invariants: server/settlement/README.md.
create schema settlement;
-- They grew up in the shop.
alter table shop.waterfall_step set schema settlement;
alter table shop.commission_plan set schema settlement;
alter table shop.partner_term set schema settlement;

-- A change that one of finance proposes and another confirms. `content` is the change as it was asked for; nothing holds before it is confirmed, and
-- never from a moment that has passed.
create table settlement.proposal (
  id text primary key check (id like 'prp\_%'),
  kind text not null check (kind in ('plan', 'term', 'rules', 'tax', 'home', 'claim', 'claim_end')),
  content jsonb not null,
  -- SHA-256 of kind, content, date and reason: the same id with another content is refused.
  request text not null check (length(request) = 64),
  -- What it is about: a plan, a seller, a tax's code, a claim, `waterfall`.
  subject text not null,
  -- From when on it was asked to hold; null: as soon as it is confirmed.
  wanted_from timestamptz,
  reason text not null check (length(reason) between 3 and 1000),
  proposed_by text not null,
  proposed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'confirmed', 'declined', 'withdrawn')),
  decided_by text,
  decided_at timestamptz,
  decision text,
  -- From when on it does hold.
  holds_from timestamptz,
  check ((state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check ((state = 'confirmed') = (holds_from is not null)),
  -- Four eyes; only taking back one's own is done alone.
  constraint proposal_four_eyes check (decided_by is null or decided_by <> proposed_by or state = 'withdrawn'),
  constraint proposal_not_back check (holds_from is null or holds_from >= decided_at)
);
create index proposal_state on settlement.proposal (state, proposed_at desc, id desc);
create index proposal_new on settlement.proposal (proposed_at desc, id desc);

-- Every step has its place; tax, recoupment and backers take nothing where no rule or claim says so.
alter table settlement.waterfall_step drop constraint waterfall_step_step_check;
alter table settlement.waterfall_step add constraint waterfall_step_step_check
  check (step in ('provider_fee', 'tax', 'commission', 'recoupment', 'backers', 'split'));
alter table settlement.waterfall_step add column proposal text references settlement.proposal;
insert into settlement.waterfall_step (version, position, step, rate_bp, valid_from)
  -- On a planet that has settled nothing yet from the beginning.
  select 2, s.position, s.step, case s.step when 'split' then 1500 end,
    case when exists (select from shop.line where settled_at is not null) then date_trunc('milliseconds', now()) else '2020-01-02' end
  from (values (1, 'provider_fee'), (2, 'tax'), (3, 'commission'), (4, 'recoupment'), (5, 'backers'), (6, 'split')) as s(position, step);

-- `everyone`: the plan of all sellers without terms of their own; one for a category goes before the one for all.
alter table settlement.commission_plan drop constraint commission_plan_category_check;
alter table settlement.commission_plan add constraint commission_plan_category_check check (category ~ '^[a-z][a-z0-9_-]{1,29}$');
alter table settlement.commission_plan add column everyone boolean not null default false;
alter table settlement.commission_plan add column proposal text references settlement.proposal;
update settlement.commission_plan set everyone = true where id = 'standard';
alter table settlement.partner_term add column proposal text references settlement.proposal;

-- Taxes contained in the price: of `left`, t = left × rate ÷ (10000 + rate), to `tax:<code>`. Of each code the most particular rule counts: seller, then
-- country, then category; of these the newest. A rate of 0 exempts.
create table settlement.tax_rule (
  code text not null check (code ~ '^[a-z][a-z0-9-]{1,29}$'),
  name text not null check (length(name) between 1 and 60),
  country text check (country ~ '^[A-Z]{2}$'),
  category text check (category ~ '^[a-z][a-z0-9_-]{1,29}$'),
  seller text check (seller like 'usr\_%' or seller like 'org\_%'),
  rate_bp int not null check (rate_bp between 0 and 10000),
  valid_from timestamptz not null,
  valid_until timestamptz,
  proposal text references settlement.proposal,
  check (valid_until is null or valid_until > valid_from),
  unique nulls not distinct (code, country, category, seller, valid_from)
);
-- Where a seller pays taxes.
create table settlement.tax_home (
  seller text not null check (seller like 'usr\_%' or seller like 'org\_%'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  valid_from timestamptz not null,
  proposal text references settlement.proposal,
  primary key (seller, valid_from)
);

-- A claim on income: an advance to be recouped, or backers who share. Of a release, or of a page: all its income. `bearer`: out of that party's own part of
-- the split; null: out of the whole before the split, with the agreement of everyone who shares. `taken` is the running sum (minor units of
-- `currency`), written only under the row's lock while settling or giving back.
create table settlement.claim (
  id text primary key check (id like 'clm\_%'),
  kind text not null check (kind in ('recoupment', 'backers')),
  subject text not null check (subject like 'rel\_%' or subject like 'pag\_%'),
  name text not null check (length(name) between 1 and 100),
  bearer text check (bearer like 'usr\_%' or bearer like 'org\_%'),
  share_bp int not null check (share_bp between 1 and 10000),
  currency text not null,
  cap bigint check (cap between 1 and 1000000000000000),
  taken bigint not null default 0,
  valid_from timestamptz not null,
  valid_until timestamptz,
  state text not null default 'proposed' check (state in ('proposed', 'agreed', 'ended')),
  proposal text not null references settlement.proposal,
  check (valid_until is null or valid_until > valid_from),
  constraint claim_cap check (taken >= 0 and (cap is null or taken <= cap)),
  constraint claim_taken check (state <> 'proposed' or taken = 0)
) with (fillfactor = 70);
create index claim_subject on settlement.claim (subject);
create table settlement.claim_holder (
  claim text not null references settlement.claim,
  party text not null check (party like 'usr\_%' or party like 'org\_%'),
  units bigint not null check (units between 1 and 1000000000),
  primary key (claim, party)
);
create index claim_holder_party on settlement.claim_holder (party);
-- Who bears it and said yes; `person` is who spoke for the party.
create table settlement.claim_party (
  claim text not null references settlement.claim,
  party text not null check (party like 'usr\_%' or party like 'org\_%'),
  person text,
  agreed_at timestamptz,
  primary key (claim, party),
  check ((person is null) = (agreed_at is null))
);
create index claim_party_party on settlement.claim_party (party);
-- What went back by refunds: a claim's taken is what the ledger's settlements gave it less these.
create table settlement.claim_return (
  id bigint generated always as identity primary key,
  claim text not null references settlement.claim,
  amount bigint not null check (amount > 0),
  cause text not null,
  at timestamptz not null
);
create index claim_return_claim on settlement.claim_return (claim);

-- Versions stay as they are: what once held explains what was settled then. A claim's terms too; its state goes one way.
create function settlement.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'settlement.%: % refused: %', tg_table_name, lower(tg_op), tg_argv[0] using errcode = 'restrict_violation';
end $$;
create trigger waterfall_step_change before update or delete on settlement.waterfall_step for each row execute function settlement.refuse('versions stay');
create trigger commission_plan_change before update or delete on settlement.commission_plan for each row execute function settlement.refuse('versions stay');
create trigger partner_term_change before update or delete on settlement.partner_term for each row execute function settlement.refuse('versions stay');
create trigger tax_rule_change before update or delete on settlement.tax_rule for each row execute function settlement.refuse('versions stay');
create trigger tax_home_change before update or delete on settlement.tax_home for each row execute function settlement.refuse('versions stay');
create trigger claim_return_change before update or delete on settlement.claim_return for each row execute function settlement.refuse('what went back stays');
create trigger claim_holder_change before update or delete on settlement.claim_holder for each row execute function settlement.refuse('terms stay');
create trigger claim_delete before delete on settlement.claim for each row execute function settlement.refuse('claims stay');
create trigger claim_terms before update on settlement.claim for each row
  when ((old.id, old.kind, old.subject, old.bearer, old.share_bp, old.currency, old.cap, old.proposal) is distinct from
    (new.id, new.kind, new.subject, new.bearer, new.share_bp, new.currency, new.cap, new.proposal)
    or old.state = 'ended' and new.state <> 'ended' or old.state = 'agreed' and new.state = 'proposed'
    or old.state <> 'proposed' and new.valid_from <> old.valid_from)
  execute function settlement.refuse('terms stay, and a state goes one way');
create trigger claim_party_change before update on settlement.claim_party for each row when (old.agreed_at is not null) execute function settlement.refuse('a yes stays');
create trigger proposal_change before update on settlement.proposal for each row
  when (old.state <> 'open' or (old.id, old.kind, old.content, old.request, old.proposed_by, old.proposed_at) is distinct from (new.id, new.kind, new.content, new.request, new.proposed_by, new.proposed_at))
  execute function settlement.refuse('a proposal is decided once');
create trigger proposal_delete before delete on settlement.proposal for each row execute function settlement.refuse('proposals stay');

-- A claim that takes was agreed to: by its bearer, or by everyone named when it was proposed.
create function settlement.check_agreed() returns trigger language plpgsql as $$
begin
  if exists (select from settlement.claim_party where claim = new.id and agreed_at is null) or not exists (select from settlement.claim_party where claim = new.id) then
    raise exception 'settlement.claim: % is not agreed to by everyone who bears it', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger claim_agreed after update on settlement.claim deferrable initially deferred for each row
  when (old.state = 'proposed' and new.state = 'agreed') execute function settlement.check_agreed();

-- Lines that wait to be settled, in a small table of their own: with an index on line.due_at each settling would renew every index of the line's row.
-- Rows whose line does not wait any more are of no effect and swept away.
create table shop.due (
  due_at timestamptz not null,
  line text not null,
  primary key (due_at, line)
);
insert into shop.due (due_at, line) select due_at, id from shop.line where due_at is not null;
drop index shop.line_due;
create index line_frozen on shop.line (id) where frozen;

-- Changes whenever rules, plans, terms, taxes or homes do: what was read under one stamp can be kept while it is the same.
create table settlement.stamp (one boolean primary key default true check (one), stamp uuid not null default gen_random_uuid());
insert into settlement.stamp default values;
create function settlement.renew_stamp() returns trigger language plpgsql as $$
begin
  update settlement.stamp set stamp = gen_random_uuid();
  return null;
end $$;
create trigger waterfall_step_stamp after insert on settlement.waterfall_step for each statement execute function settlement.renew_stamp();
create trigger commission_plan_stamp after insert on settlement.commission_plan for each statement execute function settlement.renew_stamp();
create trigger partner_term_stamp after insert on settlement.partner_term for each statement execute function settlement.renew_stamp();
create trigger tax_rule_stamp after insert on settlement.tax_rule for each statement execute function settlement.renew_stamp();
create trigger tax_home_stamp after insert on settlement.tax_home for each statement execute function settlement.renew_stamp();
