-- feed: posts in groups and on pages, comments, reactions, polls. A place is a group or a page; lists are read from places when they are asked for, nothing is
-- copied to readers.
create schema feed;

create table feed.place (
  id text primary key check (id ~ '^(grp|pag)_'),
  group_id text generated always as (case when id like 'grp\_%' then id end) stored references groups.fan_group on delete cascade,
  page text generated always as (case when id like 'pag\_%' then id end) stored references people.page on delete cascade,
  -- Posting locks this row and goes beyond this moment: posts of a place are seen in the order of their times, none slips in behind one that was read.
  last_at timestamptz not null
);
create index place_group on feed.place (group_id) where group_id is not null;
create index place_page on feed.place (page) where page is not null;

-- What stands behind a link, fetched once by a job for all who post it.
create table feed.preview (
  url text primary key check (length(url) between 8 and 1000),
  state text not null default 'waiting' check (state in ('waiting', 'ready', 'failed')),
  site text not null default '' check (length(site) <= 100),
  title text not null default '' check (length(title) <= 200),
  description text not null default '' check (length(description) <= 400),
  picture text references media.asset,
  -- Why there is none, for operators.
  reason text check (length(reason) <= 300),
  asked_at timestamptz not null,
  fetched_at timestamptz,
  check ((state = 'waiting') = (fetched_at is null)),
  check (state <> 'ready' or title <> '')
);
create index preview_picture on feed.preview (picture) where picture is not null;

create table feed.post (
  id text primary key check (id like 'pst\_%'),
  place text not null references feed.place on delete cascade,
  author text not null references people.person on delete cascade,
  -- In the artist's voice: shown as the page, never as the person.
  artist boolean not null default false,
  at timestamptz not null,
  edited_at timestamptz,
  -- As written; mentions are @usr_… or @pag_….
  text text not null check (length(text) <= 5000),
  pictures text[] not null default '{}' check (cardinality(pictures) <= 9),
  alts text[] not null default '{}' check (cardinality(alts) = cardinality(pictures)),
  clip text references media.asset,
  has_poll boolean not null default false,
  music text check (music ~ '^(trk|rel|pls)_'),
  preview text references feed.preview,
  comments_closed boolean not null default false,
  pinned_at timestamptz,
  -- held: waits for a look; hidden: taken off by a decision.
  hidden text check (hidden in ('held', 'hidden')),
  -- When others could see it first; what was held from the beginning is told when it is let through.
  announced_at timestamptz,
  deleted_at timestamptz,
  check (text <> '' or cardinality(pictures) > 0 or clip is not null or has_poll or music is not null),
  check (pinned_at is null or deleted_at is null),
  check (announced_at is not null or hidden is not null)
);
create index post_place on feed.post (place, at desc, id desc) where deleted_at is null and hidden is null;
create index post_artist on feed.post (place, at desc, id desc) where artist and deleted_at is null and hidden is null;
create index post_pinned on feed.post (place, pinned_at desc) where pinned_at is not null;
create index post_author on feed.post (author, at desc, id desc);
create index post_newest on feed.post (at desc) where deleted_at is null and hidden is null;
create index post_clip on feed.post (clip) where clip is not null;
create index post_preview on feed.post (preview) where preview is not null;

-- What a post is found by in its place: `terms` begin with five letters of the place, so that a search never meets those of others.
create table feed.post_words (
  post text primary key references feed.post on delete cascade,
  folded text not null,
  terms text[] not null
);
create index post_words_terms on feed.post_words using gin (terms) with (fastupdate = off);

create table feed.comment (
  id text primary key check (id like 'cmt\_%'),
  post text not null references feed.post on delete cascade,
  parent text references feed.comment on delete cascade,
  author text not null references people.person on delete cascade,
  artist boolean not null default false,
  at timestamptz not null,
  edited_at timestamptz,
  text text not null check (length(text) <= 1000),
  picture text references media.asset,
  hidden text check (hidden in ('held', 'hidden')),
  announced_at timestamptz,
  deleted_at timestamptz,
  check (parent <> id),
  check (text <> '' or picture is not null),
  check (announced_at is not null or hidden is not null)
);
create index comment_post on feed.comment (post, at, id) where parent is null;
create index comment_replies on feed.comment (parent, at, id) where parent is not null;
create index comment_of_post on feed.comment (post);
create index comment_author on feed.comment (author, at desc, id desc);
create index comment_picture on feed.comment (picture) where picture is not null;

-- Counts that change often, away from what is read as a whole. `comments`: those (and replies) that can be seen.
create table feed.post_tally (
  post text primary key references feed.post on delete cascade,
  comments integer not null default 0 check (comments >= 0),
  artist_comments integer not null default 0 check (artist_comments >= 0),
  heart integer not null default 0 check (heart >= 0),
  laugh integer not null default 0 check (laugh >= 0),
  wow integer not null default 0 check (wow >= 0),
  cry integer not null default 0 check (cry >= 0),
  fire integer not null default 0 check (fire >= 0),
  clap integer not null default 0 check (clap >= 0)
) with (fillfactor = 80);
create table feed.comment_tally (
  comment text primary key references feed.comment on delete cascade,
  -- Of comments that answer the post itself; for the order by response.
  post text references feed.post on delete cascade,
  comments integer not null default 0 check (comments >= 0),
  heart integer not null default 0 check (heart >= 0),
  laugh integer not null default 0 check (laugh >= 0),
  wow integer not null default 0 check (wow >= 0),
  cry integer not null default 0 check (cry >= 0),
  fire integer not null default 0 check (fire >= 0),
  clap integer not null default 0 check (clap >= 0),
  score integer generated always as (2 * comments + heart + laugh + wow + cry + fire + clap) stored
) with (fillfactor = 80);
create index comment_tally_top on feed.comment_tally (post, score desc, comment desc) where post is not null and score > 0;
create index comment_tally_post on feed.comment_tally (post) where post is not null;

create table feed.post_reaction (
  post text not null references feed.post on delete cascade,
  person text not null references people.person on delete cascade,
  kind text not null check (kind in ('heart', 'laugh', 'wow', 'cry', 'fire', 'clap')),
  at timestamptz not null,
  primary key (post, person)
);
create index post_reaction_newest on feed.post_reaction (post, at desc, person desc);
create index post_reaction_person on feed.post_reaction (person, at desc);
create table feed.comment_reaction (
  comment text not null references feed.comment on delete cascade,
  person text not null references people.person on delete cascade,
  kind text not null check (kind in ('heart', 'laugh', 'wow', 'cry', 'fire', 'clap')),
  at timestamptz not null,
  primary key (comment, person)
);
create index comment_reaction_person on feed.comment_reaction (person, at desc);

create table feed.poll (
  id text primary key check (id like 'pll\_%'),
  post text not null unique references feed.post on delete cascade,
  question text not null check (length(question) <= 200),
  choices smallint not null check (choices between 1 and 10),
  ends_at timestamptz not null,
  voters integer not null default 0 check (voters >= 0)
);
create table feed.poll_option (
  poll text not null references feed.poll on delete cascade,
  number smallint not null check (number between 1 and 10),
  text text not null check (length(text) between 1 and 80),
  votes integer not null default 0 check (votes >= 0),
  primary key (poll, number)
);
create table feed.poll_vote (
  poll text not null,
  person text not null references people.person on delete cascade,
  number smallint not null,
  at timestamptz not null,
  primary key (poll, person, number),
  foreign key (poll, number) references feed.poll_option on delete cascade
);
create index poll_vote_option on feed.poll_vote (poll, number);
create index poll_vote_person on feed.poll_vote (person);

-- What it said before it was changed: for those who look at a report of it.
create table feed.edit (
  id bigint generated always as identity primary key,
  post text references feed.post on delete cascade,
  comment text references feed.comment on delete cascade,
  text text not null,
  at timestamptz not null,
  check (num_nonnulls(post, comment) = 1)
);
create index edit_post on feed.edit (post, id desc) where post is not null;
create index edit_comment on feed.edit (comment, id desc) where comment is not null;

-- Pictures and clips that a person made for posting: only these can stand in what they post.
create table feed.attachment (
  asset text not null references media.asset on delete cascade,
  person text not null references people.person on delete cascade,
  kind text not null check (kind in ('picture', 'clip')),
  upload text not null unique check (upload like 'upl\_%'),
  at timestamptz not null,
  primary key (asset, person, upload)
);
create index attachment_person on feed.attachment (person, at desc);

-- What found most response of late, renewed by a job.
create table feed.hot (
  post text primary key references feed.post on delete cascade,
  score real not null
);
create index hot_score on feed.hot (score desc, post desc);

-- The picture a person chose for their own page.
create view people.public_face as
  select owner_person as person, picture from people.page where kind = 'person' and owner_person is not null and picture is not null;

-- 1,800 peaks of a sound, a byte each.
create view media.public_waveform as
  select asset, waveform from media.audio;

-- The doors of this room for SQL of others.
create view feed.public_post as
  select p.id, l.group_id, l.page, p.author, p.artist, p.at, p.hidden from feed.post p join feed.place l on l.id = p.place where p.deleted_at is null;
create view feed.public_comment as
  select c.id, c.post, c.parent, l.group_id, l.page, c.author, c.artist, c.at, c.hidden
  from feed.comment c join feed.post p on p.id = c.post join feed.place l on l.id = p.place where c.deleted_at is null and p.deleted_at is null;
create view feed.public_reaction as
  select r.post, l.group_id, r.person, r.at from feed.post_reaction r join feed.post p on p.id = r.post join feed.place l on l.id = p.place;
