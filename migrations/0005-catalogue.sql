-- catalogue: works, recordings, releases, tracks, credits, lyrics, search, import. Artists are pages of people; sound and pictures are assets of media.
create schema catalogue;

-- The song as written: words and music.
create table catalogue.work (
  id text primary key check (id like 'wrk\_%'),
  title text not null check (title <> ''),
  -- T-034.524.680-1 without its marks.
  iswc text unique check (iswc ~ '^T[0-9]{10}$'),
  created_at timestamptz not null
);

-- The song as sounded. Its asset may be replaced by a better file; its id stays.
create table catalogue.recording (
  id text primary key check (id like 'rec\_%'),
  work text references catalogue.work,
  title text not null check (title <> ''),
  -- Real files repeat wrong codes, so not unique.
  isrc text check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  -- Null: planned, its sound does not exist yet.
  asset text references media.asset,
  -- As the file says until it was decoded, exact afterwards.
  duration_ms integer not null default 0 check (duration_ms >= 0),
  bpm real check (bpm > 0 and bpm < 1000),
  musical_key text,
  instrumental boolean not null default false,
  language text,
  -- Kept by catalogue.refresh_release.
  has_lyrics boolean not null default false,
  created_at timestamptz not null
);
create index recording_work on catalogue.recording (work);
create index recording_asset on catalogue.recording (asset);
create index recording_isrc on catalogue.recording (isrc) where isrc is not null;

create table catalogue.release (
  id text primary key check (id like 'rel\_%'),
  -- Who keeps, edits and sells it.
  page text not null references people.page,
  title text not null check (title <> ''),
  kind text not null check (kind in ('album', 'ep', 'single', 'compilation')),
  released_on date,
  -- What of the day is known; the rest of the date is 01.
  released_precision text not null default 'day' check (released_precision in ('day', 'month', 'year')),
  genre text,
  label text,
  catalog_number text,
  upc text check (upc ~ '^[0-9]{12,13}$'),
  copyright text,
  description jsonb not null default '{"zh":"","en":""}',
  cover text references media.asset,
  visibility text not null default 'public' check (visibility in ('public', 'unlisted', 'draft')),
  demo boolean not null default false,
  -- Where an import found it: one release per owner, album, album artist and folder, however often and from wherever it is imported.
  origin text unique,
  -- What the files said of it last time: an import changes only what still stands as they had it, never what a person changed since.
  said jsonb,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  -- Kept by catalogue.refresh_release, so that a card needs no look at the tracks.
  track_count integer not null default 0,
  duration_ms bigint not null default 0,
  ready_count integer not null default 0,
  -- [{ id, name }] of its artists and the colour of its cover, as the pages and the cover say.
  artists jsonb not null default '[]',
  accent text,
  -- Loudness of the whole in LUFS, by the energy of its parts.
  loudness_lufs real,
  -- Plays of the last 30 days, refreshed now and then: for sorting.
  heat bigint not null default 0
);
create index release_new on catalogue.release (created_at desc, id desc) where visibility = 'public';
create index release_title on catalogue.release (lower(title), id) where visibility = 'public';
create index release_heat on catalogue.release (heat desc, id desc) where visibility = 'public';
create index release_genre on catalogue.release (genre, created_at desc, id desc) where visibility = 'public' and genre is not null;
create index release_page on catalogue.release (page, created_at desc, id desc);
create unique index release_upc on catalogue.release (page, upc) where upc is not null;
create index release_cover on catalogue.release (cover);

create table catalogue.release_artist (
  release text not null references catalogue.release on delete cascade,
  position smallint not null check (position >= 0),
  page text not null references people.page,
  primary key (release, position),
  unique (release, page)
);
create index release_artist_page on catalogue.release_artist (page, release);

create table catalogue.track (
  id text primary key check (id like 'trk\_%'),
  release text not null references catalogue.release on delete cascade,
  recording text not null references catalogue.recording,
  disc smallint not null default 1 check (disc between 1 and 999),
  number smallint not null check (number between 1 and 9999),
  title text not null check (title <> ''),
  streaming text not null default 'full' check (streaming in ('full', 'preview', 'none')),
  created_at timestamptz not null,
  -- [{ id, name }] of its artists; kept by catalogue.refresh_release.
  artists jsonb not null default '[]',
  -- Plays of the last 30 days, refreshed now and then: for sorting; what is shown is read live.
  heat bigint not null default 0,
  -- Deferred, so that numbers can be exchanged within a transaction.
  constraint track_place unique (release, disc, number) deferrable initially deferred,
  constraint track_once unique (release, recording)
);
create index track_recording on catalogue.track (recording);
create index track_new on catalogue.track (created_at desc, id desc);
create index track_heat on catalogue.track (heat desc, id desc);

create table catalogue.track_artist (
  track text not null references catalogue.track on delete cascade,
  position smallint not null check (position >= 0),
  page text not null references people.page,
  role text not null default 'main' check (role in ('main', 'featured')),
  primary key (track, position),
  unique (track, page)
);
create index track_artist_page on catalogue.track_artist (page, track);

-- Who had a hand in it: on the work (composer, lyricist), the recording (everyone who made it sound) or the release (artwork).
create table catalogue.credit (
  id bigint generated always as identity primary key,
  work text references catalogue.work on delete cascade,
  recording text references catalogue.recording on delete cascade,
  release text references catalogue.release on delete cascade,
  position smallint not null check (position >= 0),
  role text not null check (role in ('composer','lyricist','arranger','producer','performer','vocals','guitar','bass','drums','keys','strings','mixing','mastering','artwork','other')),
  name text not null check (name <> ''),
  -- As in "performer: erhu"; for people, not for rules.
  detail text,
  page text references people.page,
  check (num_nonnulls(work, recording, release) = 1),
  unique nulls not distinct (work, recording, release, role, name, detail)
);
create index credit_recording on catalogue.credit (recording) where recording is not null;
create index credit_release on catalogue.credit (release) where release is not null;
create index credit_page on catalogue.credit (page) where page is not null;

create table catalogue.lyrics (
  id text primary key check (id like 'lyr\_%'),
  recording text not null references catalogue.recording on delete cascade,
  language text not null check (language in ('zh', 'en', 'other')),
  timing text not null check (timing in ('word', 'line', 'none')),
  -- [{ startMs, endMs, text, translation, words: [{ text, startMs, endMs }] }]
  lines jsonb not null,
  changed_at timestamptz not null,
  unique (recording, language)
);

-- The name an owner's files use for a page, so that the same name is found again (also after the page was renamed) and two imports at once make one page.
create table catalogue.artist_name (
  owner text not null,
  folded text not null check (folded <> ''),
  page text not null references people.page,
  primary key (owner, folded)
);

create table catalogue.import (
  id text primary key check (id like 'imp\_%'),
  -- Null: a command on a planet where nobody signed up yet.
  person text references people.person,
  page text references people.page,
  source text not null check (source in ('folder', 'upload')),
  root text,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
  -- Files that were known and had not changed: counted, not listed one by one.
  untouched integer not null default 0 check (untouched >= 0),
  started_at timestamptz not null,
  ended_at timestamptz,
  check ((source = 'folder') = (root is not null))
);
create index import_person on catalogue.import (person, started_at desc, id desc);

-- waiting → working → done | unchanged | failed; cancelled imports leave theirs waiting.
create table catalogue.import_item (
  import text not null references catalogue.import on delete cascade,
  position integer not null,
  file text not null,
  upload text,
  state text not null default 'waiting' check (state in ('waiting', 'working', 'done', 'unchanged', 'failed')),
  change text check (change in ('new', 'changed')),
  reason text,
  track text references catalogue.track on delete set null,
  primary key (import, position),
  check ((state = 'done') = (change is not null)),
  check ((state = 'failed') = (reason is not null))
);
create index import_item_state on catalogue.import_item (import, state, position);
create index import_item_track on catalogue.import_item (track) where track is not null;

-- What the importer knows of each file, so that looking again costs a stat. Never deleted because a file is missing: a mount may be away.
create table catalogue.source_file (
  -- The folder given to `planet import`, or the importing person for uploads.
  root text not null,
  path text not null,
  size_bytes bigint not null,
  modified_ms bigint not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- Sizes and times of what lies beside it: words, cover, album.json.
  beside text not null,
  recording text not null references catalogue.recording on delete cascade,
  track text references catalogue.track on delete cascade,
  -- What the file said last time, as release.said.
  said jsonb not null,
  seen_at timestamptz not null,
  primary key (root, path)
);
create index source_file_sha on catalogue.source_file (sha256);
create index source_file_track on catalogue.source_file (track);
create index source_file_recording on catalogue.source_file (recording);

-- One row for each thing that can be found. `terms` are what a query's pieces must equal: beginnings of words, of pinyin from each syllable, of initials, and
-- single and paired Chinese characters, each with the kind before it ('t:zjl'). Trigrams cannot find two characters; these can.
create table catalogue.search (
  id text primary key,
  kind text not null check (kind in ('release', 'artist', 'track')),
  -- Whole name, its pinyin and its initials, folded and without spaces: for "exactly this" and "begins with this".
  keys text[] not null,
  -- Name and everything else, folded: for checking a candidate.
  own text not null,
  rest text not null,
  terms text[] not null,
  heat bigint not null default 0
);
create index search_terms on catalogue.search using gin (terms) with (fastupdate = off);

-- What cards and lists show of a release and its tracks, decided by other rows: kept here, so that reading it is one look. Called with whatever changes it
-- (tracks, artists and their names, words, cover, sound), in the same transaction.
create function catalogue.refresh_release(ids text[]) returns void language sql as $$
  update catalogue.track t set artists = n.artists
  from (
    select x.track as id, jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by x.position) as artists
    from catalogue.track w join catalogue.track_artist x on x.track = w.id join people.public_page p on p.id = x.page where w.release = any(ids) group by x.track
  ) n
  where t.id = n.id and t.artists <> n.artists;

  update catalogue.recording c set has_lyrics = n.has
  from (
    select w.recording as id, exists (select 1 from catalogue.lyrics l where l.recording = w.recording) as has from catalogue.track w where w.release = any(ids)
  ) n
  where c.id = n.id and c.has_lyrics <> n.has;

  update catalogue.release r
  set track_count = n.tracks, duration_ms = n.duration, ready_count = n.ready, loudness_lufs = n.loudness, artists = n.artists, accent = n.accent
  from (
    select w.id, count(t.id)::int as tracks, coalesce(sum(c.duration_ms), 0)::bigint as duration, (count(*) filter (where a.state = 'ready'))::int as ready,
      (10 * log(sum(power(10::float8, greatest(a.loudness_lufs, -70)::float8 / 10) * greatest(c.duration_ms, 1))
        / nullif(sum(greatest(c.duration_ms, 1)) filter (where a.loudness_lufs is not null), 0)))::real as loudness,
      (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by x.position), '[]')
       from catalogue.release_artist x join people.public_page p on p.id = x.page where x.release = w.id) as artists,
      (select i.accent from catalogue.release o join media.public_image i on i.asset = o.cover where o.id = w.id) as accent
    from unnest(ids) as w(id)
    left join catalogue.track t on t.release = w.id left join catalogue.recording c on c.id = t.recording left join media.public_audio a on a.asset = c.asset
    group by w.id
  ) n
  where r.id = n.id and (r.track_count, r.duration_ms, r.ready_count, r.loudness_lufs, r.artists, r.accent)
    is distinct from (n.tracks, n.duration, n.ready, n.loudness, n.artists, n.accent)
$$;

create view catalogue.public_release as
  select id, title, page, visibility, genre, released_on, cover, kind, demo from catalogue.release;
create view catalogue.public_track as
  select t.id, t.release, t.recording, c.work, t.title, t.disc, t.number, c.duration_ms, t.streaming, c.asset
  from catalogue.track t join catalogue.recording c on c.id = t.recording;
create view catalogue.public_track_artist as
  select track, page, position from catalogue.track_artist;
create view catalogue.public_release_artist as
  select release, page, position from catalogue.release_artist;
