-- discovery: what to hear next. Derived from the catalogue and from plays; the one table of its own can be worked out again at any time.
create schema discovery;

-- How often two tracks were heard by the same listeners within half a year. Written by discovery.together; both directions are kept, the fifty strongest of each.
create table discovery.together (
  track text not null check (track like 'trk\_%'),
  other text not null check (other like 'trk\_%' and other <> track),
  -- Fewer than three would tell of single persons.
  listeners integer not null check (listeners >= 3),
  -- Listeners in common ÷ √(listeners of one × of the other).
  score real not null check (score > 0 and score <= 1.0001),
  primary key (track, other)
);

-- Doors of the catalogue: who had a hand in a recording, by pages; the most heard releases of a genre.
create view catalogue.public_recording_credit as
  select recording, page, role, name from catalogue.credit where recording is not null and page is not null;
create view catalogue.public_release_heat as select id, genre, heat from catalogue.release where visibility = 'public' and genre is not null;
create index release_genre_heat on catalogue.release (genre, heat desc, id) where visibility = 'public' and genre is not null;
-- Whom a person follows.
create view people.public_follow as select person, page, at from people.follow;
