-- Listening told by others, and told to others. First what listening itself needs for it.

-- Where a play was told from: our own player, or a client of another protocol. Outside: heard elsewhere, in history only.
alter table listening.play add column via text not null default 'planet' check (via in ('planet', 'subsonic', 'outside'));
-- Why a heard play does not count; null for those that count and those not heard.
alter table listening.play add column uncounted text
  check (uncounted is null or (heard and not counted and uncounted in ('maker', 'draft', 'near', 'often', 'elsewhere', 'address', 'outside', 'undelivered')));
-- Nothing heard elsewhere ever counts.
alter table listening.play add constraint play_outside check (via <> 'outside' or not counted);
-- A person has one pair of ears: plays that count are looked up by person and time.
drop index listening.play_counted;
create index play_counted on listening.play (person, at) where counted and person is not null;
create or replace view listening.public_history as select id, at, person, track, heard, counted, heard_ms, source, device, via from listening.play;
create or replace view listening.public_play as select id, at, person, track, heard_ms, heard, counted, source, via, reported_at from listening.play;

-- Sound of a track that was sent to a client of a person (Subsonic): a play that the client tells counts only when it was; each once. Forgotten after 8 days.
create table listening.delivery (
  id bigint generated always as identity primary key,
  person text not null,
  track text not null,
  began timestamptz not null,
  ms integer not null check (ms > 0),
  play text
);
create index delivery_unused on listening.delivery (person, track, began) where play is null;
create index delivery_began on listening.delivery (began);

-- What clients say is playing at this moment, one a client; not shown after 10 minutes. Not worth a log.
create unlogged table listening.now_playing (
  person text not null,
  client text not null,
  track text not null,
  at timestamptz not null,
  primary key (person, client)
);

create schema scrobbles;

-- A listen that somebody else told of (ListenBrainz), as it was told. The same (person, moment, title by artist) is one.
create table scrobbles.listen (
  id text primary key check (id like 'lst\_%'),
  person text not null references people.person on delete cascade,
  listened_at timestamptz not null,
  -- Of artist, title and release, as ListenBrainz has it.
  msid uuid not null,
  title text not null check (length(title) between 1 and 1000),
  artist text not null check (length(artist) between 1 and 1000),
  release text check (length(release) <= 1000),
  -- additional_info as it came.
  info jsonb not null,
  client text not null check (length(client) <= 60),
  inserted_at timestamptz not null,
  -- Our track and the play of it, once it is known which is meant.
  track text,
  play text,
  tried_at timestamptz not null,
  unique (person, listened_at, msid),
  check ((track is null) = (play is null))
);
create index listen_newest on scrobbles.listen (person, listened_at desc, id desc);
create index listen_unmatched on scrobbles.listen (tried_at) where track is null;
create index listen_play on scrobbles.listen (play) where play is not null;

-- What is playing elsewhere, until then.
create table scrobbles.playing (
  person text primary key references people.person on delete cascade,
  metadata jsonb not null,
  track text,
  until timestamptz not null
);

create table scrobbles.latest_import (
  person text primary key references people.person on delete cascade,
  at timestamptz not null
);

-- A server outside that a listener's plays are told to.
create table scrobbles.link (
  id text primary key check (id like 'lnk\_%'),
  person text not null references people.person on delete cascade,
  protocol text not null check (protocol in ('listenbrainz', 'lastfm')),
  -- `https://api.listenbrainz.org` or `https://ws.audioscrobbler.com/2.0/`.
  root text not null check (root ~ '^https?://' and length(root) <= 300),
  -- Token, or API key, secret and session, sealed under a key made of the planet's own secret (AES-256-GCM).
  sealed bytea not null,
  -- SHA-256 of what was asked for: the same id with another content is refused.
  request text not null check (length(request) = 64),
  -- Who one is there, as that server says.
  name text,
  now_playing boolean not null,
  state text not null check (state in ('checking', 'on', 'paused')),
  -- Why it is paused: rejected (token or session), blocked (not an address outside), by the listener.
  reason text check (reason in ('rejected', 'blocked', 'self')),
  -- What the server said last when it was not well.
  said text check (length(said) <= 300),
  -- Plays from then on are told.
  since timestamptz not null,
  created_at timestamptz not null,
  scanned_at timestamptz not null,
  failures integer not null default 0,
  next_at timestamptz,
  -- How many at once; one after a refusal, to find what is refused.
  batch integer not null default 50 check (batch between 1 and 50),
  -- Somebody is sending until then.
  busy_until timestamptz,
  sent bigint not null default 0,
  sent_at timestamptz,
  played_at timestamptz,
  unique (person, protocol, root),
  check ((state = 'paused') = (reason is not null))
);

-- One play for one link: sent once. sending: on its way, or the answer was lost.
create table scrobbles.submission (
  link text not null references scrobbles.link on delete cascade,
  play text not null,
  at timestamptz not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'refused')),
  said text check (length(said) <= 300),
  sent_at timestamptz,
  primary key (link, play),
  check ((state = 'sent') = (sent_at is not null))
);
create index submission_waiting on scrobbles.submission (link, at, play) where state in ('waiting', 'sending');

create view listening.public_now_playing as select person, client, track, at from listening.now_playing;
create view scrobbles.public_listen as select id, person, listened_at, title, artist, release, track, play from scrobbles.listen;
