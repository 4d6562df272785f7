-- media: files as they came (assets), what was measured of them, what people hear and see of them (renditions, covers), and uploads on their way in.
create schema media;

-- A file as it came, stored once by its content.
create table media.asset (
  id text primary key check (id like 'ast\_%'),
  kind text not null check (kind in ('audio', 'image')),
  sha256 text not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint not null check (size_bytes > 0),
  mime text not null,
  -- Where the original lies in the file store.
  key text not null unique,
  -- Its name as it came, made harmless.
  name text not null check (name <> '' and length(name) <= 200),
  -- What the container says: format, codec, lossless, sampleRate, channels, bitsPerSample, bitsPerSecond.
  probe jsonb not null default '{}',
  -- Addresses signed before this moment are void (a right was withdrawn).
  streams_from timestamptz,
  created_at timestamptz not null
);
create index asset_new on media.asset (created_at desc, id desc);

-- queued → running → done | failed; failed may be queued again. One row per asset.
create table media.processing (
  asset text primary key references media.asset on delete cascade,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  -- 0 … 1 while it runs.
  progress real not null default 0 check (progress between 0 and 1),
  attempts integer not null default 0,
  -- Why it failed, as a code and as one sentence.
  reason_code text,
  reason text,
  queued_at timestamptz not null,
  started_at timestamptz,
  -- Moved on every few seconds by whoever works on it; an old one means that process is dead.
  touched_at timestamptz,
  ended_at timestamptz,
  check ((state = 'failed') = (reason is not null)),
  check ((state in ('done', 'failed')) = (ended_at is not null))
);
create index processing_open on media.processing (queued_at) where state in ('queued', 'running');

-- What decoding the whole file once told.
create table media.audio (
  asset text primary key references media.asset on delete cascade,
  duration_ms integer not null check (duration_ms >= 0),
  samples bigint not null check (samples > 0),
  sample_rate integer not null check (sample_rate > 0),
  channels smallint not null check (channels > 0),
  -- EBU R128; null where all is silence.
  loudness_lufs real,
  loudness_range_lu real not null,
  true_peak_dbtp real,
  -- 1,800 peaks, a byte each, 255 is full scale.
  waveform bytea not null check (length(waveform) = 1800),
  -- Raw Chromaprint, little-endian int32.
  fingerprint bytea,
  preview_start_ms integer not null check (preview_start_ms >= 0),
  measured_at timestamptz not null
);

-- One CMAF file each: init part, index, segments. Delay and padding in samples make joins gapless.
create table media.rendition (
  asset text not null references media.asset on delete cascade,
  name text not null check (name in ('aac256', 'aac128', 'opus96', 'preview')),
  key text not null unique,
  mime text not null,
  codecs text not null,
  bits_per_second integer not null,
  size_bytes bigint not null check (size_bytes > 0),
  sample_rate integer not null,
  channels smallint not null,
  duration_ms integer not null,
  delay_samples integer not null,
  valid_samples bigint not null,
  padding_samples integer not null,
  init_bytes integer not null,
  -- [{ offset, bytes, durationMs }]
  segments jsonb not null,
  created_at timestamptz not null,
  primary key (asset, name)
);

-- A cover in the sizes of the pages (WebP), and a colour taken from it.
create table media.image (
  asset text primary key references media.asset on delete cascade,
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  accent text not null check (accent ~ '^#[0-9a-f]{6}$'),
  -- [{ size, width, height, sizeBytes }]
  sizes jsonb not null
);

-- A file on its way in. receiving → finished → stored | failed; what is not used in time is swept.
create table media.upload (
  id text primary key check (id like 'upl\_%'),
  person text not null check (person like 'usr\_%'),
  name text not null check (name <> '' and length(name) <= 200),
  size_bytes bigint not null check (size_bytes >= 0),
  received_bytes bigint not null default 0 check (received_bytes between 0 and size_bytes),
  state text not null default 'receiving' check (state in ('receiving', 'finished', 'stored', 'failed')),
  asset text references media.asset,
  reason text,
  created_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz not null,
  check ((state = 'failed') = (reason is not null))
);
create index upload_person on media.upload (person, created_at desc, id desc);
create index upload_expiry on media.upload (expires_at) where state in ('receiving', 'finished');

-- ready: measured, and a browser can play it (its renditions are there, or the original is of a kind that browsers play).
create view media.public_audio as
  select a.id as asset,
         case when p.state = 'failed' then 'failed'
              when f.asset is not null and (p.state = 'done' or a.mime in ('audio/mpeg', 'audio/mp4', 'audio/flac', 'audio/ogg', 'audio/wav', 'audio/aac')) then 'ready'
              else 'processing' end as state,
         p.progress, p.reason, f.duration_ms, f.loudness_lufs, f.true_peak_dbtp, f.sample_rate, f.channels, a.mime, a.size_bytes, a.created_at
  from media.asset a join media.processing p on p.asset = a.id left join media.audio f on f.asset = a.id
  where a.kind = 'audio';

create view media.public_image as
  select asset, width, height, accent from media.image;

-- Whose upload it is, for the rooms that make something of it.
create view media.public_upload as
  select id, person, name, state from media.upload;
