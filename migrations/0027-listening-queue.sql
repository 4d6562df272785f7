-- listening: the queue follows its person from device to device. The last one that writes wins; `version` lets the others notice.
alter table listening.queue rename column device to device_name;
alter table listening.queue
  -- Rises when another device writes, or this one writes other tracks; not when only the place in them changes.
  add column version bigint not null default 1 check (version > 0),
  -- Made and kept by the device. Null: an app of another kind, known by its name only.
  add column device text check (device like 'dev\_%'),
  -- It sounded when it was last told; without a word for a while it no longer counts as sounding.
  add column playing boolean not null default false,
  add column repeat text not null default 'off' check (repeat in ('off', 'all', 'one')),
  add column shuffle boolean not null default false,
  -- The device it was taken from at this version, by "play here" on another: that one falls silent.
  add column taken_from text check (taken_from is null or (taken_from like 'dev\_%' and taken_from is distinct from device)),
  add check (char_length(device_name) between 1 and 60),
  add check (index = 0 or index < cardinality(tracks));
alter table listening.queue alter column version drop default, alter column playing drop default, alter column repeat drop default, alter column shuffle drop default;
