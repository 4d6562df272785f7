-- intake: folders that are watched, and sound that is alike; catalogue: files that are missing, and codes of recordings.
create schema intake;

-- A folder of music that is looked at again when something in it changes and now and then. Taking it away from here deletes nothing.
create table intake.folder (
  id text primary key check (id like 'wfd\_%'),
  -- Absolute, links resolved: source_file.root.
  path text not null unique check (path like '/%'),
  -- All in it belongs to this page; null: by the artist tags.
  page text references people.page,
  -- Who added it; null: the environment (PLANET_MUSIC) or a command.
  person text references people.person,
  -- waiting: not looked at yet · scanning · watching: up to date · away: all of it is gone at once, so a mount is missing · failed: it cannot be read.
  state text not null default 'waiting' check (state in ('waiting', 'scanning', 'watching', 'away', 'failed')),
  reason text,
  -- Since when it is as it is.
  since timestamptz not null,
  -- The last look at it, and how long that took.
  import text references catalogue.import on delete set null,
  scanned_at timestamptz,
  scan_ms integer check (scan_ms >= 0),
  created_at timestamptz not null,
  check ((state = 'failed') = (reason is not null))
);

-- Since when a file is not where it was. Its music stays: the planet has the sound, and a mount may come back.
alter table catalogue.source_file add column missing_since timestamptz;
create index source_file_missing on catalogue.source_file (root, path) where missing_since is not null;

-- MusicBrainz recording id, as the files say.
alter table catalogue.recording add column mbid text check (mbid ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$');
create index recording_mbid on catalogue.recording (mbid) where mbid is not null;
-- Lengths of those that sound: candidates for "is this the same recording?".
create index recording_length on catalogue.recording (duration_ms) where asset is not null;

-- Two recordings that sound alike, but not certainly the same: for a person to look at. The smaller id first.
create table intake.alike (
  one text not null references catalogue.recording on delete cascade,
  other text not null references catalogue.recording on delete cascade,
  -- Share of differing bits of their fingerprints (media: below .10 the same, .10–.20 likely, .20–.30 perhaps).
  difference real not null check (difference between 0 and 1),
  found_at timestamptz not null,
  -- Null: nobody decided yet. Two that are the same become one and leave this table.
  different_since timestamptz,
  person text references people.person,
  primary key (one, other),
  check (one < other)
);
create index alike_open on intake.alike (found_at, one, other) where different_since is null;

create index import_item_failed on catalogue.import_item (import, position) where state = 'failed';

-- What intake knows sound by.
create view media.public_fingerprint as
  select f.asset, f.fingerprint, f.duration_ms, coalesce((a.probe ->> 'lossless')::boolean, false) as lossless,
    coalesce((a.probe ->> 'bitsPerSecond')::float8, 0) as bits_per_second
  from media.audio f join media.asset a on a.id = f.asset;
create view media.public_quality as
  select id as asset, coalesce((probe ->> 'lossless')::boolean, false) as lossless, coalesce((probe ->> 'bitsPerSecond')::float8, 0) as bits_per_second from media.asset where kind = 'audio';
create or replace view catalogue.public_isrc as
  select t.id as track, c.isrc, c.duration_ms, c.mbid from catalogue.track t join catalogue.recording c on c.id = t.recording where c.isrc is not null or c.mbid is not null;
create view catalogue.public_source as
  select root, path, recording, track, seen_at, missing_since from catalogue.source_file;
create view catalogue.public_import as
  select id, root, state, untouched, started_at, ended_at from catalogue.import;
create view catalogue.public_import_item as
  select import, position, file, state, change, reason, track from catalogue.import_item;
create view catalogue.public_recording as
  select id, title, asset, duration_ms, isrc, mbid from catalogue.recording;
