-- playlists: lists people make (alone, together, by a rule), what they like (favourites, stars from 1 to 5) and what their history forgot.
create schema playlists;

-- Favourites come from listening, where only tracks could be liked. An artist's favourite is not a follow: that is of people, and public.
alter table listening.favourite set schema playlists;
drop index playlists.favourite_newest;
drop index playlists.favourite_track;
alter table playlists.favourite drop constraint favourite_track_fkey;
alter table playlists.favourite rename column track to thing;
alter table playlists.favourite
  add column kind text generated always as (left(thing, 3)) stored not null check (kind in ('trk', 'rel', 'pag')),
  add column track text generated always as (case when thing like 'trk\_%' then thing end) stored references catalogue.track on delete cascade,
  add column release text generated always as (case when thing like 'rel\_%' then thing end) stored references catalogue.release on delete cascade,
  add column page text generated always as (case when thing like 'pag\_%' then thing end) stored references people.page on delete cascade;
create index favourite_newest on playlists.favourite (person, kind, at desc, thing desc);
create index favourite_track on playlists.favourite (track) where track is not null;
create index favourite_release on playlists.favourite (release) where release is not null;
create index favourite_page on playlists.favourite (page) where page is not null;

-- Stars of tracks and releases, one's own. Averages are read live, and shown from five on.
create table playlists.rating (
  person text not null references people.person on delete cascade,
  thing text not null,
  stars smallint not null check (stars between 1 and 5),
  at timestamptz not null,
  track text generated always as (case when thing like 'trk\_%' then thing end) stored references catalogue.track on delete cascade,
  release text generated always as (case when thing like 'rel\_%' then thing end) stored references catalogue.release on delete cascade,
  primary key (person, thing),
  check (num_nonnulls(track, release) = 1)
);
create index rating_thing on playlists.rating (thing, stars);
create index rating_track on playlists.rating (track) where track is not null;
create index rating_release on playlists.rating (release) where release is not null;

create table playlists.playlist (
  id text primary key check (id like 'pls\_%'),
  owner text not null references people.person on delete cascade,
  name text not null check (length(name) between 1 and 200),
  note text not null default '' check (length(note) <= 2000),
  -- private: owner and collaborators; link: whoever has the address; public: found by everyone.
  visibility text not null default 'private' check (visibility in ('private', 'link', 'public')),
  collaborative boolean not null default false,
  -- Whoever opens the address with it becomes a collaborator. Null: no such address.
  invite text unique check (length(invite) >= 20),
  -- Null: the entries are put in by hand. Else rules as shared/playlists.ts describes them; such a list has no entries.
  rules jsonb,
  picture text references media.asset,
  -- Made as a copy of, or frozen from.
  source text references playlists.playlist on delete set null,
  -- One more with every change of the list, its entries or its people: what a live view asks for.
  version bigint not null default 1 check (version > 0),
  -- Entries that are not removed: kept with each change, checked by `planet audit`.
  entries integer not null default 0 check (entries between 0 and 10000),
  followers integer not null default 0 check (followers >= 0),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  -- Thrown away; can be taken back until playlists.nightly deletes it.
  dropped_at timestamptz,
  check (rules is null or (not collaborative and entries = 0)),
  check (collaborative or invite is null)
);
create index playlist_owner on playlists.playlist (owner, changed_at desc, id desc);
create index playlist_public on playlists.playlist (changed_at desc, id desc) where visibility = 'public' and dropped_at is null;
create index playlist_picture on playlists.playlist (picture) where picture is not null;
create index playlist_source on playlists.playlist (source) where source is not null;
create index playlist_dropped on playlists.playlist (dropped_at) where dropped_at is not null;

create table playlists.collaborator (
  playlist text not null references playlists.playlist on delete cascade,
  person text not null references people.person on delete cascade,
  since timestamptz not null,
  primary key (playlist, person)
);
create index collaborator_person on playlists.collaborator (person, playlist);

create table playlists.follower (
  playlist text not null references playlists.playlist on delete cascade,
  person text not null references people.person on delete cascade,
  since timestamptz not null,
  primary key (playlist, person)
);
create index follower_person on playlists.follower (person, since desc, playlist);

-- A line of a playlist. Its place is a number with gaps: a move writes one row. What was removed keeps its place, so that it can come back and others can still be
-- put after it.
create table playlists.entry (
  id text primary key check (id like 'ple\_%'),
  playlist text not null references playlists.playlist on delete cascade,
  place bigint not null,
  -- Null: music that is not here (any more). What is known of it stays below, so that it is found again when it arrives.
  track text references catalogue.track on delete set null,
  -- As it was called when it was put in.
  title text not null check (length(title) between 1 and 500),
  artist text not null default '' check (length(artist) <= 500),
  album text not null default '' check (length(album) <= 500),
  duration_ms integer check (duration_ms >= 0),
  isrc text check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  added_by text references people.person on delete set null,
  added_at timestamptz not null,
  removed_by text references people.person on delete set null,
  removed_at timestamptz,
  -- Deferred, so that places can be dealt anew within a transaction.
  constraint entry_place unique (playlist, place) deferrable initially deferred
);
create index entry_track on playlists.entry (track) where track is not null;
create index entry_missing on playlists.entry (id) where track is null and removed_at is null;
create index entry_removed on playlists.entry (removed_at) where removed_at is not null;
create index entry_added_by on playlists.entry (added_by) where added_by is not null;
create index entry_removed_by on playlists.entry (removed_by) where removed_by is not null;

-- What a person took out of their history: it stays counted, but leaves their own view. Plays are partitioned, so no foreign key.
create table playlists.forgotten (
  person text not null references people.person on delete cascade,
  play text not null check (play like 'ply\_%'),
  at timestamptz not null,
  track text not null,
  primary key (person, play)
);
create index forgotten_track on playlists.forgotten (person, track, at);
create table playlists.forgotten_before (
  person text primary key references people.person on delete cascade,
  at timestamptz not null
);

-- The doors of this room for SQL of others.
create view playlists.public_playlist as
  select id, owner, name, note, rules is not null as smart, picture, entries, followers, created_at, changed_at
  from playlists.playlist where visibility = 'public' and dropped_at is null;
create view playlists.public_playlist_entry as
  select e.id, e.playlist, e.place, e.track, e.added_at from playlists.entry e join playlists.playlist p on p.id = e.playlist
  where e.removed_at is null and e.track is not null and p.dropped_at is null;
create view playlists.public_favourite as select person, kind, thing, at from playlists.favourite;
create view playlists.public_rating as select person, thing, stars, at from playlists.rating;
create view playlists.public_forgotten as select person, play, at, track from playlists.forgotten;
create view playlists.public_forgotten_before as select person, at from playlists.forgotten_before;

-- Doors of other rooms that this one needs.
create view listening.public_history as select id, at, person, track, heard, counted, heard_ms, source, device from listening.play;
create view catalogue.public_track_fact as
  select t.id, t.release, t.recording, t.title, t.artists, t.streaming, t.created_at, t.heat, c.asset, c.duration_ms, c.bpm, c.language, c.isrc, c.has_lyrics, c.instrumental,
    r.title as release_title, r.page, r.genre, r.released_on, r.visibility, r.cover, r.accent
  from catalogue.track t join catalogue.recording c on c.id = t.recording join catalogue.release r on r.id = t.release;
