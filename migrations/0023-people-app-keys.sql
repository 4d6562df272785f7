-- people: app keys, so that music apps never get the password.

-- One app's key. Its secret is shown once; kept are its hash, to find it by, and the secret sealed (AES-256-GCM under a key made of the planet's own secret),
-- because a Subsonic app sends md5(secret + salt) and never the secret.
create table people.app_key (
  id text primary key check (id like 'key\_%'),
  person text not null references people.person on delete cascade,
  name text not null check (length(name) between 1 and 60),
  -- listen: look and play · library: favourites, ratings, playlists, queue · submit: say what was heard.
  scopes text[] not null check (scopes <@ array['listen', 'library', 'submit'] and cardinality(scopes) between 1 and 3),
  hash bytea not null unique check (length(hash) = 32),
  -- 12 bytes of nonce, the secret, 16 bytes of tag.
  sealed bytea not null check (length(sealed) between 29 and 128),
  -- Places are few: at most 50 keys a person, also when two are made at once.
  place smallint not null check (place between 1 and 50),
  created_at timestamptz not null,
  expires_at timestamptz check (expires_at > created_at),
  last_used_at timestamptz,
  -- What the app calls itself, and the network it was last used from (never the whole address).
  last_client text check (length(last_client) <= 80),
  last_network text check (length(last_network) <= 60),
  unique (person, place)
);
create index app_key_newest on people.app_key (person, created_at desc, id desc);
