-- rights: split sheets. Who shares what in the master or the work of a release or of one track. Words and invariants: server/rights/README.md.
create schema rights;

-- A sheet is a version: its text never changes. A release's sheet covers all its tracks; a track's own comes before it.
create table rights.sheet (
  id text primary key check (id like 'spl\_%'),
  subject text not null check (subject like 'rel\_%' or subject like 'trk\_%'),
  release text not null references catalogue.release,
  kind text not null check (kind in ('work', 'master')),
  version int not null check (version > 0),
  state text not null default 'open' check (state in ('open', 'signed', 'declined', 'withdrawn', 'replaced')),
  title text not null,
  note text not null,
  -- What is signed, word for word, and its SHA-256.
  body text not null,
  hash text not null check (hash = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
  created_by text not null references people.person,
  created_at timestamptz not null,
  in_force_from timestamptz,
  in_force_until timestamptz,
  unique (subject, kind, version),
  check ((state = 'signed') = (in_force_from is not null and in_force_until is null)),
  check (in_force_until is null or in_force_until >= in_force_from)
);
create unique index sheet_open on rights.sheet (subject, kind) where state = 'open';
create unique index sheet_signed on rights.sheet (subject, kind) where state = 'signed';
create index sheet_release on rights.sheet (release);
create index sheet_creator on rights.sheet (created_by, created_at desc, id desc);

-- Whole numbers of basis points; all of a sheet make 10,000 (checked when the transaction commits).
create table rights.sheet_party (
  sheet text not null references rights.sheet,
  position smallint not null check (position >= 0),
  -- usr_… or org_…
  party text not null check (party like 'usr\_%' or party like 'org\_%'),
  role text not null check (role <> ''),
  share_bp int not null check (share_bp between 1 and 10000),
  primary key (sheet, party),
  unique (sheet, position)
);
create index sheet_party_party on rights.sheet_party (party, sheet);

-- One answer of each party. `person` gave it: the party itself or an owner of the organisation.
create table rights.signature (
  id text primary key check (id like 'sgn\_%'),
  sheet text not null,
  party text not null,
  person text not null references people.person,
  answer text not null check (answer in ('signed', 'declined')),
  hash text not null check (length(hash) = 64),
  reason text not null default '',
  at timestamptz not null,
  unique (sheet, party),
  foreign key (sheet, party) references rights.sheet_party (sheet, party)
);

create function rights.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'rights.%: % refused: %', tg_table_name, lower(tg_op), tg_argv[0] using errcode = 'restrict_violation';
end $$;
create trigger signature_change before update or delete on rights.signature for each row execute function rights.refuse('what was signed stays');
create trigger sheet_party_change before update or delete on rights.sheet_party for each row execute function rights.refuse('a version stays as it was proposed');
create trigger sheet_delete before delete on rights.sheet for each row execute function rights.refuse('sheets stay');
create trigger sheet_change before update on rights.sheet for each row
  when ((old.id, old.subject, old.release, old.kind, old.version, old.title, old.note, old.body, old.hash, old.created_by, old.created_at)
    is distinct from (new.id, new.subject, new.release, new.kind, new.version, new.title, new.note, new.body, new.hash, new.created_by, new.created_at))
  execute function rights.refuse('a version stays as it was proposed');

-- What may become what.
create table rights.sheet_step (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into rights.sheet_step values ('open', 'signed'), ('open', 'declined'), ('open', 'withdrawn'), ('open', 'replaced'), ('signed', 'replaced');
create function rights.check_step() returns trigger language plpgsql as $$
begin
  if not exists (select from rights.sheet_step where from_state = old.state and to_state = new.state) then
    raise exception 'rights.sheet: % cannot become %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger sheet_step before update on rights.sheet for each row when (old.state <> new.state) execute function rights.check_step();

create function rights.check_whole() returns trigger language plpgsql as $$
declare
  wanted text := case tg_table_name when 'sheet' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'sheet' end;
begin
  if (select coalesce(sum(share_bp), 0) from rights.sheet_party where sheet = wanted) <> 10000 then
    raise exception 'rights: the shares of % are not 10000 basis points', wanted using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger sheet_whole after insert on rights.sheet deferrable initially deferred for each row execute function rights.check_whole();
create constraint trigger sheet_party_whole after insert on rights.sheet_party deferrable initially deferred for each row execute function rights.check_whole();

-- A sheet is in force only with the signature of each of its parties.
create function rights.check_signed() returns trigger language plpgsql as $$
begin
  if exists (select from rights.sheet_party p where p.sheet = new.id
    and not exists (select from rights.signature s where s.sheet = p.sheet and s.party = p.party and s.answer = 'signed' and s.hash = new.hash)) then
    raise exception 'rights.sheet: % is not signed by all', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger sheet_signed_by_all after update on rights.sheet deferrable initially deferred for each row when (new.state = 'signed') execute function rights.check_signed();

-- The door for SQL of others: the sheets that ever were in force, with their shares.
create view rights.public_share as
  select s.id as sheet, s.subject, s.release, s.kind, s.version, s.in_force_from, s.in_force_until, p.party, p.role, p.share_bp
  from rights.sheet s join rights.sheet_party p on p.sheet = s.id
  where s.in_force_from is not null;

-- Releases that cannot be sold: a first sheet of theirs or of one of their tracks still waits for signatures.
create view rights.public_waiting as
  select distinct s.release from rights.sheet s
  where s.state = 'open' and not exists (select from rights.sheet f where f.subject = s.subject and f.kind = s.kind and f.in_force_from is not null);
