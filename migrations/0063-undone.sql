-- What is undone later must be known by what it stood on.

-- A check-in counts once a day, also when the group's zone is changed meanwhile: the zone it was made in is asked as well.
alter table missions.check_in add zone text check (length(zone) between 2 and 60);
update missions.check_in c set zone = g.time_zone from groups.fan_group g where g.id = c.group_id;
alter table missions.check_in alter zone set not null;

-- What a code was used for: by hold, so that what lapses, is let go or replaced counts no more. Uses of before are not known by hold and stay counted.
alter table shows.promo rename used to used_before;
create table shows.promo_use (
  hold text primary key check (hold like 'sth\_%'),
  show text not null,
  code text not null,
  -- Of the hold only places of these count.
  tiers text[] not null check (cardinality(tiers) between 1 and 60),
  count integer not null check (count > 0),
  at timestamptz not null,
  foreign key (show, code) references shows.promo on delete cascade
);
create index promo_use_code on shows.promo_use (show, code);

-- A text that is shown again is named by the one it repeats; a proposal that was taken out again says since when.
alter table lyrics.version add restored text references lyrics.version on delete set null;
create index version_restored on lyrics.version (restored) where restored is not null;
alter table lyrics.contribution add undone_at timestamptz, add check (undone_at is null or state = 'accepted');
create or replace view lyrics.public_contribution as
  select id, person, recording, track, kind, language, state, created_at, decided_at, undone_at from lyrics.contribution;

-- Plays as their person remembers them: without what they took out of their history, which stays counted.
create view listening.public_remembered as
  select p.id, p.at, p.person, p.track, p.heard_ms, p.heard, p.counted, p.source, p.via, p.reported_at from listening.play p
  where p.at > coalesce((select f.at from playlists.public_forgotten_before f where f.person = p.person), '-infinity')
    and not exists (select from playlists.public_forgotten f where f.person = p.person and f.play = p.id);
