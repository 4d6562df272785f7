-- people: persons, sessions, organisations, pages, following.
create schema people;

-- A person who signed up. better-auth's "user"; the columns it does not know (roles, banned_at) are ours alone.
create table people.person (
  id text primary key check (id like 'usr\_%'),
  name text not null check (length(name) between 1 and 80),
  email text not null unique check (email = lower(email) and length(email) <= 200),
  email_verified boolean not null default false,
  image text,
  locale text not null default 'zh' check (locale in ('en', 'zh')),
  roles text[] not null default '{}' check (roles <@ array['operator', 'finance', 'reviewer']),
  banned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Where someone is signed in. A row gone is a session ended, at once: every request looks here.
create table people.session (
  id text primary key check (id like 'ses\_%'),
  person text not null references people.person on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- false: ends a day after it was last used, and with the browser.
  remember boolean not null default true,
  address text,
  device text
);
create index session_person on people.session (person, last_seen_at desc);
create index session_expires on people.session (expires_at);

-- How a person proves who they are. `password` is a salted scrypt hash.
create table people.account (
  id text primary key check (id like 'acc\_%'),
  person text not null references people.person on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index account_person on people.account (person);

create table people.verification (
  id text primary key check (id like 'vrf\_%'),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_identifier on people.verification (identifier);

create table people.organisation (
  id text primary key check (id like 'org\_%'),
  name text not null check (length(name) between 1 and 80),
  kind text not null check (kind in ('label', 'agency', 'venue', 'brand', 'studio', 'other')),
  created_at timestamptz not null default now()
);

-- Every organisation keeps at least one owner; changes lock the organisation's row first.
create table people.member (
  organisation text not null references people.organisation on delete cascade,
  person text not null references people.person on delete cascade,
  role text not null check (role in ('owner', 'manager', 'finance', 'door')),
  since timestamptz not null default now(),
  primary key (organisation, person)
);
create index member_person on people.member (person, organisation);

-- The public face of a person or an organisation. Without an owner it is nobody's yet (it can be claimed).
create table people.page (
  id text primary key check (id like 'pag\_%'),
  kind text not null check (kind in ('person', 'artist', 'business')),
  name text not null check (length(name) between 1 and 80),
  handle text not null unique check (handle ~ '^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$'),
  city text,
  bio_zh text not null default '',
  bio_en text not null default '',
  links jsonb not null default '[]',
  picture text check (picture like 'ast\_%'),
  verified boolean not null default false,
  demo boolean not null default false,
  followers integer not null default 0 check (followers >= 0),
  owner_person text references people.person,
  owner_organisation text references people.organisation,
  created_at timestamptz not null default now(),
  check (num_nonnulls(owner_person, owner_organisation) <= 1)
);
create index page_followers on people.page (followers desc, id);
create index page_kind on people.page (kind, followers desc, id);
create index page_owner_person on people.page (owner_person) where owner_person is not null;
create index page_owner_organisation on people.page (owner_organisation) where owner_organisation is not null;
create index page_name on people.page (lower(name));

create table people.follow (
  person text not null references people.person on delete cascade,
  page text not null references people.page on delete cascade,
  at timestamptz not null default now(),
  primary key (person, page)
);
create index follow_page on people.follow (page);
create index follow_newest on people.follow (person, at desc, page);

-- The doors of this room for SQL of others.
create view people.public_party as
  select id, name from people.person
  union all
  select id, name from people.organisation;

create view people.public_page as
  select id, kind, name, handle, coalesce(owner_person, owner_organisation) as owner, picture, verified, demo, followers from people.page;

create view people.public_member as
  select organisation, person, role from people.member;

-- Who may edit a page: its owner, or the owners and managers of the organisation that owns it.
create view people.public_page_editor as
  select id as page, owner_person as person from people.page where owner_person is not null
  union all
  select p.id, m.person from people.page p join people.member m on m.organisation = p.owner_organisation where m.role in ('owner', 'manager');
