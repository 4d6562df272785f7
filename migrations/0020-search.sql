-- search: one index over what is public, kept by jobs from what the other rooms tell. It can be made anew from them at any time; nothing is known here alone.
create schema search;

-- One row for each thing that can be found by its name.
create table search.entry (
  id text primary key,
  kind text not null check (kind in ('artist', 'release', 'track')),
  -- Of a release itself, of a track its release: what goes when that is not public any more.
  release text check ((release is null) = (kind = 'artist')),
  -- The whole name, folded and without spaces: for "exactly this" and "begins with this".
  key text collate "C" not null,
  -- Words of the name, a space before each; how it is said and its initials, each between spaces.
  own text not null,
  sound text not null,
  -- The same of who made it and of the release it is on.
  artists text not null default '',
  album text not null default '',
  year smallint,
  genre text,
  -- Beginnings of words, of pinyin from each syllable and of initials, and single and paired Chinese characters: what a query's pieces must be. Trigrams cannot
  -- find two characters; these can.
  terms text[] not null,
  -- How often it is played, in steps of about a tenth (0: never): it orders and does not change with every play.
  heat smallint not null default 0
);
create index entry_artist on search.entry (key, heat, id) where kind = 'artist';
create index entry_release on search.entry (key, heat, id) where kind = 'release';
create index entry_track on search.entry (key, heat, id) where kind = 'track';
create index entry_artist_terms on search.entry using gin (terms) with (fastupdate = off) where kind = 'artist';
create index entry_release_terms on search.entry using gin (terms) with (fastupdate = off) where kind = 'release';
create index entry_track_terms on search.entry using gin (terms) with (fastupdate = off) where kind = 'track';
create index entry_of_release on search.entry (release) where release is not null;
create index entry_year on search.entry (kind, year) where year is not null;
create index entry_genre on search.entry (kind, genre) where genre is not null;

-- Words of names, and names as they are said, for those who misspell one: a word and a misspelled one share what is left when a letter or two are taken from each.
-- Never taken away but by making the index anew: a word that names nothing finds nothing.
create table search.word (
  word text collate "C" primary key check (length(word) between 3 and 30),
  leftovers text[] not null
);
create index word_leftovers on search.word using gin (leftovers) with (fastupdate = off);

-- Words of songs that are public: each text of a recording.
create table search.lyric (
  recording text not null,
  kind text not null,
  language text not null,
  -- Lines as they are shown, when each is sung (ms; null: no times), and all of them folded, one below the other.
  lines text[] not null,
  starts integer[] check (cardinality(starts) = cardinality(lines)),
  folded text not null,
  -- Words, and pairs of neighbouring words or syllables ('tian~qing'): Chinese by its sound, so that a wrong character of the right sound finds it.
  terms text[] not null,
  heat smallint not null default 0,
  primary key (recording, kind, language)
);
create index lyric_terms on search.lyric using gin (terms) with (fastupdate = off);

-- By which rules the index is made, and how far making it anew is. One row.
create table search.state (
  one boolean primary key default true check (one),
  rules integer not null,
  -- Null: all is there. Else up to which release it was made.
  rebuilt_to text
);

create view catalogue.public_heat as
  select id, heat from catalogue.release union all select id, heat from catalogue.track;
create view catalogue.public_isrc as
  select t.id as track, c.isrc, c.duration_ms from catalogue.track t join catalogue.recording c on c.id = t.recording where c.isrc is not null;

-- What catalogue.search was.
drop table catalogue.search;
