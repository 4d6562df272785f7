-- lyrics: words that people time, translate and correct together. What the files of the music brought stays in catalogue.lyrics; a version made by people stands
-- before it. Times are milliseconds.
create schema lyrics;

create view catalogue.public_words as
  select recording, id, language, timing, lines, changed_at from catalogue.lyrics;

-- What tracks say of having words, to hold against what is shown.
create view catalogue.public_has_words as
  select t.id as track, t.recording, c.has_lyrics from catalogue.track t join catalogue.recording c on c.id = t.recording;

-- One text for one recording: the words themselves, a translation, or how they are said in Latin letters. The one that is not replaced is shown.
create table lyrics.version (
  id text primary key check (id like 'lyr\_%'),
  recording text not null references catalogue.recording on delete cascade,
  kind text not null check (kind in ('main', 'translation', 'romanisation')),
  -- A language tag, or other. Of a romanisation, what is romanised.
  language text not null check (language ~ '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  timing text not null check (timing in ('word', 'line', 'none')),
  -- main: [{ startMs, endMs, text, agent, words: [{ text, startMs, endMs }] }]; empty: someone took the words away, also those of the file.
  -- others: [{ startMs, endMs, text, of }], of: the line of the words it belongs to.
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  -- maker: by those who keep the page · community: proposed by a member, accepted by someone else.
  source text not null check (source in ('maker', 'community')),
  -- Under what terms the words may be shown, in the words of who brought them.
  licence text check (licence <> ''),
  -- Null: the planet itself (a demo, an archive).
  approved_by text references people.person,
  created_at timestamptz not null,
  -- Null: shown.
  replaced_at timestamptz check (replaced_at >= created_at),
  check (kind = 'main' or jsonb_array_length(lines) > 0)
);
create unique index version_shown on lyrics.version (recording, kind, (case when kind = 'main' then '' else language end)) where replaced_at is null;
create index version_recording on lyrics.version (recording, kind, created_at desc);

-- Who had a hand in a version: shown with the words and in every file made of them.
create table lyrics.hand (
  version text not null references lyrics.version on delete cascade,
  person text not null references people.person,
  role text not null check (role in ('words', 'timing', 'correction', 'translation', 'romanisation')),
  at timestamptz not null,
  primary key (version, person, role)
);
create index hand_person on lyrics.hand (person);

-- What a member proposes. open → asked ⇄ open → accepted | refused | withdrawn.
create table lyrics.contribution (
  id text primary key check (id like 'ctr\_%'),
  recording text not null references catalogue.recording on delete cascade,
  -- Where it was made, for those who look at it.
  track text not null references catalogue.track on delete cascade,
  person text not null references people.person,
  kind text not null check (kind in ('main', 'translation', 'romanisation')),
  language text not null check (language ~ '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  timing text not null check (timing in ('word', 'line', 'none')),
  lines jsonb not null check (jsonb_array_length(lines) > 0),
  -- What the person says of it to whoever looks at it, and where the words are from.
  note text not null default '',
  licence text check (licence <> ''),
  -- What was shown when it was made: a version, or the file's words and their time; null: nothing.
  base text,
  base_lines jsonb not null default '[]',
  state text not null default 'open' check (state in ('open', 'asked', 'accepted', 'refused', 'withdrawn')),
  reviewer text references people.person,
  -- Why it was refused, or what was asked.
  reason text check (reason <> ''),
  version text unique references lyrics.version,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  decided_at timestamptz,
  -- Nobody looks at their own.
  check (reviewer <> person),
  check ((state = 'accepted') = (version is not null)),
  check ((state in ('accepted', 'refused')) <= (reviewer is not null)),
  check ((state in ('asked', 'refused')) <= (reason is not null)),
  check ((state in ('accepted', 'refused', 'withdrawn')) = (decided_at is not null))
);
create index contribution_person on lyrics.contribution (person, created_at desc, id desc);
create index contribution_waiting on lyrics.contribution (created_at, id) where state in ('open', 'asked');
create index contribution_recording on lyrics.contribution (recording, created_at desc);
create index contribution_track on lyrics.contribution (track);

-- Who keeps the page wants no proposals for these words.
create table lyrics.locked (
  recording text primary key references catalogue.recording on delete cascade,
  person text not null references people.person,
  at timestamptz not null
);

-- "These words are wrong", by whoever hears it.
create table lyrics.report (
  id text primary key check (id like 'lyr\_%'),
  recording text not null references catalogue.recording on delete cascade,
  track text not null references catalogue.track on delete cascade,
  person text not null references people.person,
  -- The line it is about, as it was; null: all of it.
  line text,
  start_ms integer,
  reason text not null check (reason <> ''),
  at timestamptz not null,
  settled_by text references people.person,
  settled_at timestamptz,
  answer text,
  check ((settled_by is null) = (settled_at is null))
);
create unique index report_once on lyrics.report (recording, person, coalesce(line, '')) where settled_at is null;
create index report_waiting on lyrics.report (at, id) where settled_at is null;
create index report_track on lyrics.report (track);

-- What is shown, for those above and below: of each recording its words, and translations and romanisations by language. Words of a file only where nobody made better.
-- Ask it for given recordings by `cross join lateral (select … where recording = … offset 0)`: a plain join would read all words there are.
create view lyrics.public_words as
  select v.recording, v.kind, v.language, v.timing, v.lines, v.created_at as changed_at, v.id as version
  from lyrics.version v where v.replaced_at is null and jsonb_array_length(v.lines) > 0
  union all
  select f.recording, 'main', f.language, f.timing, f.lines, f.changed_at, null
  from (select distinct on (recording) * from catalogue.lyrics order by recording, changed_at desc, language) f
  where not exists (select 1 from lyrics.version v where v.recording = f.recording and v.kind = 'main' and v.replaced_at is null)
    and jsonb_array_length(f.lines) > 0;

-- As in 0005, but a recording has words when some are shown, whoever brought them.
create or replace function catalogue.refresh_release(ids text[]) returns void language sql as $$
  update catalogue.track t set artists = n.artists
  from (
    select x.track as id, jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by x.position) as artists
    from catalogue.track w join catalogue.track_artist x on x.track = w.id join people.public_page p on p.id = x.page where w.release = any(ids) group by x.track
  ) n
  where t.id = n.id and t.artists <> n.artists;

  update catalogue.recording c set has_lyrics = n.has
  from (
    -- As lyrics.public_words says it, but by the indexes of these recordings alone: joined to the view this would read all words there are.
    select w.recording as id, case
      when exists (select 1 from lyrics.version v where v.recording = w.recording and v.kind = 'main' and v.replaced_at is null)
      then exists (select 1 from lyrics.version v where v.recording = w.recording and v.kind = 'main' and v.replaced_at is null and jsonb_array_length(v.lines) > 0)
      else exists (select 1 from catalogue.lyrics l where l.recording = w.recording and jsonb_array_length(l.lines) > 0) end as has
    from catalogue.track w where w.release = any(ids)
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
