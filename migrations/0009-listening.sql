-- listening: what was heard, counts of it, queues, favourites.
create schema listening;

-- One play of one track by one person (or by nobody known). Partitioned by month. Tracks and persons are not foreign keys: each play would write a lock onto
-- a popular track's row.
create table listening.play (
  id text not null check (id like 'ply\_%'),
  -- When it began.
  at timestamptz not null,
  person text check (person like 'usr\_%'),
  track text not null check (track like 'trk\_%'),
  -- The parts that sounded, as from, to, from, to … in milliseconds; ascending, apart from each other.
  ranges integer[] not null,
  heard_ms integer not null check (heard_ms >= 0),
  -- Thirty seconds of distinct sound, or half of a shorter track.
  heard boolean not null,
  -- Stands in the counts: heard, not by one of its makers, not more often than its length allows.
  counted boolean not null check (not counted or heard),
  source text not null,
  device text not null,
  reported_at timestamptz not null,
  primary key (at, id)
) partition by range (at);
create table listening.play_rest partition of listening.play default;
create index play_id on listening.play (id);
create index play_person on listening.play (person, at desc, id desc) where person is not null;
create index play_counted on listening.play (person, track, at) where counted and person is not null;
select house.make_partitions('listening.play', 2);

-- Plays of each track: in all, and in the last 30 days. Kept in the transaction that counts a play; days that pass are taken off by listening.nightly.
create table listening.track_count (
  track text primary key,
  plays bigint not null check (plays >= 0),
  plays30d bigint not null check (plays30d >= 0)
) with (fillfactor = 70);
create index track_count_popular on listening.track_count (plays30d desc, track);

create table listening.track_day (
  track text not null,
  day date not null,
  plays integer not null check (plays >= 0),
  -- Its plays are no longer part of plays30d.
  past boolean not null default false,
  primary key (track, day)
) with (fillfactor = 70);
create index track_day_present on listening.track_day (day) where not past;

-- How often one network address (as a keyed hash) counted for a track within an hour. Forgotten each night.
create table listening.guest (
  guest text not null,
  track text not null,
  hour timestamptz not null,
  counted smallint not null,
  primary key (guest, track, hour)
);

-- The queue of the last device, to go on with on another.
create table listening.queue (
  person text primary key references people.person on delete cascade,
  tracks text[] not null check (cardinality(tracks) <= 1000),
  index integer not null check (index >= 0),
  position_ms integer not null check (position_ms >= 0),
  device text not null,
  updated_at timestamptz not null
);

create table listening.favourite (
  person text not null references people.person on delete cascade,
  track text not null references catalogue.track on delete cascade,
  at timestamptz not null,
  primary key (person, track)
);
create index favourite_newest on listening.favourite (person, at desc, track desc);
create index favourite_track on listening.favourite (track);

-- The doors of this room for SQL of others.
create view listening.public_track_plays as select track, plays, plays30d from listening.track_count;
create view listening.public_track_day as select track, day, plays from listening.track_day;
create view listening.public_play as select id, at, person, track, heard_ms, heard, counted, source from listening.play;
