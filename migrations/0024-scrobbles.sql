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
