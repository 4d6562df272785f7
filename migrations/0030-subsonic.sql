-- subsonic: what apps that speak Subsonic keep here and nobody else does, and the doors of other rooms that their lists need.
create schema subsonic;

-- Where someone wants to go on in a long track. One for each person and track.
create table subsonic.bookmark (
  person text not null references people.person on delete cascade,
  track text not null references catalogue.track on delete cascade,
  position_ms bigint not null check (position_ms between 0 and 86400000),
  comment text not null default '' check (length(comment) <= 500),
  created_at timestamptz not null,
  changed_at timestamptz not null check (changed_at >= created_at),
  primary key (person, track)
);
create index bookmark_track on subsonic.bookmark (track);
create index bookmark_newest on subsonic.bookmark (person, changed_at desc, track);

-- Links made by an app's "share": they open the public page of the thing, nothing more. Revoked by deleting.
create table subsonic.share (
  id text primary key check (id like 'shr\_%'),
  person text not null references people.person on delete cascade,
  -- Tracks, releases or playlists, at most 100.
  things text[] not null check (cardinality(things) between 1 and 100),
  note text not null default '' check (length(note) <= 500),
  created_at timestamptz not null,
  expires_at timestamptz check (expires_at > created_at)
);
create index share_newest on subsonic.share (person, created_at desc, id desc);

-- Doors of other rooms that this one needs. A track with all that decides how it is shown and whether it may be played.
create view catalogue.public_song as
  select t.id, t.release, t.recording, t.title, t.disc, t.number, t.artists, t.streaming, t.created_at, t.heat,
    c.asset, c.work, c.duration_ms, c.bpm, c.isrc, c.language, c.has_lyrics, c.instrumental,
    r.title as release_title, r.artists as release_artists, r.page, r.genre, r.released_on, r.visibility, r.cover, r.label, r.loudness_lufs as release_loudness
  from catalogue.track t join catalogue.recording c on c.id = t.recording join catalogue.release r on r.id = t.release;
create view catalogue.public_album as
  select id, page, title, kind, released_on, released_precision, genre, label, cover, visibility, artists, created_at, changed_at, heat, track_count, ready_count,
    duration_ms, description, copyright, upc
  from catalogue.release;
create view catalogue.public_credit as
  select work, recording, release, position, role, name, detail, page from catalogue.credit;
-- The file behind a sound: its name, size and kind, and what decoding told.
create view media.public_file as
  select a.id as asset, a.name, a.mime, a.size_bytes, a.probe, p.state = 'failed' as failed,
    case when p.state = 'failed' then false
         else f.asset is not null and (p.state = 'done' or a.mime in ('audio/mpeg', 'audio/mp4', 'audio/flac', 'audio/ogg', 'audio/wav', 'audio/aac')) end as ready,
    f.duration_ms, f.sample_rate, f.channels, f.loudness_lufs, f.true_peak_dbtp
  from media.asset a join media.processing p on p.asset = a.id left join media.audio f on f.asset = a.id where a.kind = 'audio';
-- The same in as few looks as choosing from a hundred thousand needs: which sounds can be played, and what decides whether a track may be.
create view media.public_ready as
  select p.asset from media.processing p
  where p.state = 'done' or (p.state <> 'failed' and exists (select 1 from media.audio f where f.asset = p.asset)
    and exists (select 1 from media.asset a where a.id = p.asset and a.mime in ('audio/mpeg', 'audio/mp4', 'audio/flac', 'audio/ogg', 'audio/wav', 'audio/aac')));
create view catalogue.public_track_sound as
  select t.id, t.release, t.disc, t.streaming, c.asset, c.duration_ms from catalogue.track t join catalogue.recording c on c.id = t.recording;
create view catalogue.public_track_streaming as
  select id, release, streaming from catalogue.track;
create view people.public_page_text as
  select id, bio_zh, bio_en, links, city from people.page;
