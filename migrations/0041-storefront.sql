-- storefront: the shop of a page, what the planet's shop finds, reviews by buyers, ratings, and who asks for partner terms. See server/storefront/README.md.
create schema storefront;

-- The shop of a page. What was shown of the terms when it was opened stays with it.
create table storefront.store (
  page text primary key references people.page,
  name text not null check (length(name) between 1 and 80),
  about text not null default '' check (length(about) <= 2000),
  -- A line over everything: closed for holidays, sending on Mondays.
  notice text not null default '' check (length(notice) <= 300),
  shipping text not null default '' check (length(shipping) <= 3000),
  returns text not null default '' check (length(returns) <= 3000),
  banner text,
  -- open · paused: can be seen, its things too, but says that it rests · closed: only its own people see it.
  state text not null default 'open' check (state in ('open', 'paused', 'closed')),
  version int not null default 1 check (version > 0),
  terms jsonb not null,
  terms_digest text not null check (terms_digest ~ '^[0-9a-f]{64}$'),
  opened_at timestamptz not null,
  opened_by text not null references people.person,
  changed_at timestamptz not null
);
create index store_banner on storefront.store (banner) where banner is not null;
create index store_by on storefront.store (opened_by);
create index store_new on storefront.store (opened_at desc, page desc) where state <> 'closed';

-- Shelves of a shop, in order; without any a shop shows what it has by itself. Pinned ones have things chosen by hand.
create table storefront.section (
  page text not null references storefront.store on delete cascade,
  position smallint not null check (position between 1 and 30),
  key text not null check (key ~ '^[a-z0-9]{1,20}$'),
  kind text not null check (kind in ('pinned', 'new', 'best', 'tag', 'digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher')),
  title text not null default '' check (length(title) <= 60),
  tag text check (length(tag) between 1 and 40),
  layout text not null default 'grid' check (layout in ('grid', 'strip', 'large')),
  things text[] not null default '{}' check (cardinality(things) <= 60),
  primary key (page, position),
  unique (page, key),
  check ((kind = 'tag') = (tag is not null)),
  check (kind = 'pinned' or things = '{}')
);

-- What the planet's shop finds: a thing (release, product, service …) with its open offers together. Made anew from offers at any time.
create table storefront.listing (
  id text primary key check (id ~ '^[a-z]{3}_'),
  kind text not null,
  page text not null,
  title text not null,
  detail text,
  picture text,
  tags text[] not null default '{}',
  -- Of its open offers: the lowest and the highest price in minor units; `named`: the buyer names it.
  amount bigint not null check (amount >= 0),
  most bigint not null check (most >= amount),
  currency text not null,
  named boolean not null,
  offers int not null check (offers > 0),
  sold int not null default 0,
  -- Average of its stars with five careful fours before it, times 100,000: one five does not stand before fifty. Kept with the rating.
  score int not null default 400000,
  opens_at timestamptz,
  closes_at timestamptz,
  since timestamptz not null,
  -- How it is found (search/words.ts): its own words, as they are said, and beginnings of both.
  own text not null,
  sound text not null,
  terms text[] not null
) with (fillfactor = 80);
create index listing_new on storefront.listing (since desc, id desc);
create index listing_sold on storefront.listing (sold desc, id desc);
create index listing_score on storefront.listing (score desc, id desc);
create index listing_kind on storefront.listing (kind, since desc, id desc);
create index listing_price on storefront.listing (amount, id);
create index listing_page on storefront.listing (page, since desc, id desc);
create index listing_terms on storefront.listing using gin (terms);
create index listing_picture on storefront.listing (picture) where picture is not null;

-- By buyers only: one for each line they bought, once they have it.
create table storefront.review (
  id text primary key check (id like 'rev\_%'),
  line text not null unique check (line like 'lin\_%'),
  -- The thing: product, release, service, resource.
  subject text not null,
  page text not null references people.page,
  kind text not null,
  -- Which of several (a size), and how the thing was called then.
  title text not null,
  detail text,
  -- No foreign key: people are never deleted, and each review would lock its writer.
  person text not null check (person like 'usr\_%'),
  stars smallint not null check (stars between 1 and 5),
  text text not null check (length(text) <= 2000),
  pictures text[] not null default '{}' check (cardinality(pictures) <= 6),
  -- SHA-256 of what was sent first: the same id with something else is refused.
  request text not null check (length(request) = 64),
  hidden boolean not null default false,
  answer text check (length(answer) between 1 and 1000),
  answered_by text references people.person,
  answered_at timestamptz,
  at timestamptz not null,
  changed_at timestamptz not null,
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
);
create index review_subject on storefront.review (subject, at desc, id desc) where not hidden;
create index review_page on storefront.review (page, at desc, id desc);
create index review_person on storefront.review (person, at desc, id desc);
create index review_answered_by on storefront.review (answered_by) where answered_by is not null;

-- Sums of the reviews that are seen, of things and of pages: kept by the statement that changes reviews, for all rows of it together.
create table storefront.rating (
  subject text primary key,
  count int not null check (count >= 0),
  stars int not null check (stars between count and 5 * count),
  by_stars int[] not null check (cardinality(by_stars) = 5)
) with (fillfactor = 80);

-- `subjects` are things and pages with the stars they win (sign 1) or lose (-1). In the order of the subjects: two statements never wait for each other in a circle.
create function storefront.add_ratings(subjects text[], given int[], signs int[]) returns void language plpgsql as $$
begin
  insert into storefront.rating (subject, count, stars, by_stars)
    select distinct s, 0, 0, '{0,0,0,0,0}'::int[] from unnest(subjects) as x(s) order by s on conflict (subject) do nothing;
  perform 1 from storefront.rating where subject = any(subjects) order by subject for no key update;
  update storefront.rating r set count = r.count + d.count, stars = r.stars + d.stars,
    by_stars = array[r.by_stars[1] + d.one, r.by_stars[2] + d.two, r.by_stars[3] + d.three, r.by_stars[4] + d.four, r.by_stars[5] + d.five]
  from (select s, sum(n)::int as count, sum(n * g)::int as stars, coalesce(sum(n) filter (where g = 1), 0)::int as one, coalesce(sum(n) filter (where g = 2), 0)::int as two,
      coalesce(sum(n) filter (where g = 3), 0)::int as three, coalesce(sum(n) filter (where g = 4), 0)::int as four, coalesce(sum(n) filter (where g = 5), 0)::int as five
    from unnest(subjects, given, signs) as x(s, g, n) group by s) d
  where r.subject = d.s;
  update storefront.listing l set score = (r.stars + 20) * 100000 / (r.count + 5) from storefront.rating r where r.subject = any(subjects) and l.id = r.subject;
end $$;
create function storefront.reviews_came() returns trigger language plpgsql as $$
begin
  perform storefront.add_ratings(array_agg(s), array_agg(stars::int), array_agg(1)) from added, lateral (values (subject), (page)) as x(s) where not hidden having count(*) > 0;
  return null;
end $$;
create function storefront.reviews_went() returns trigger language plpgsql as $$
begin
  perform storefront.add_ratings(array_agg(s), array_agg(stars::int), array_agg(-1)) from gone, lateral (values (subject), (page)) as x(s) where not hidden having count(*) > 0;
  return null;
end $$;
create function storefront.reviews_changed() returns trigger language plpgsql as $$
begin
  perform storefront.add_ratings(array_agg(s), array_agg(stars), array_agg(n))
    from (
      select s, stars::int as stars, 1 as n from added, lateral (values (subject), (page)) as x(s) where not hidden
      union all
      select s, stars::int, -1 from gone, lateral (values (subject), (page)) as x(s) where not hidden
    ) c having count(*) > 0;
  return null;
end $$;
create trigger review_came after insert on storefront.review referencing new table as added for each statement execute function storefront.reviews_came();
create trigger review_went after delete on storefront.review referencing old table as gone for each statement execute function storefront.reviews_went();
create trigger review_changed after update on storefront.review referencing old table as gone new table as added for each statement execute function storefront.reviews_changed();

-- From when on a shop may ask for a plan of its own: so long open, so much sold. The newest that holds counts; rates are settlement's plans.
create table storefront.partner_rule (
  plan text not null,
  months smallint not null check (months between 0 and 60),
  turnover bigint not null check (turnover >= 0),
  currency text not null,
  -- How long the terms hold once given; null: until something else is agreed.
  term_months smallint check (term_months between 1 and 120),
  valid_from timestamptz not null primary key
);
insert into storefront.partner_rule values ('partner', 6, 2000000, 'CNY', 12, '2020-01-01');

-- Who asks for it. Its id is that of the proposal that one of finance makes of it and another confirms (settlement).
create table storefront.application (
  id text primary key check (id like 'prp\_%'),
  page text not null references storefront.store on delete cascade,
  seller text not null check (seller like 'usr\_%' or seller like 'org\_%'),
  plan text not null,
  note text not null default '' check (length(note) <= 1000),
  -- As it was then: open for so many months, so much sold (minor units).
  months int not null check (months >= 0),
  turnover bigint not null check (turnover >= 0),
  currency text not null,
  asked_by text not null references people.person,
  at timestamptz not null,
  -- asked · proposed (finance; settlement says what became of it) · declined · withdrawn.
  state text not null default 'asked' check (state in ('asked', 'proposed', 'declined', 'withdrawn')),
  decided_by text references people.person,
  decided_at timestamptz,
  reason text check (length(reason) <= 1000),
  check ((state = 'asked') = (decided_at is null))
);
create unique index application_open on storefront.application (page) where state = 'asked';
create index application_page on storefront.application (page, at desc, id desc);
create index application_state on storefront.application (state, at, id);
create index application_asked_by on storefront.application (asked_by);
create index application_decided_by on storefront.application (decided_by) where decided_by is not null;

create view settlement.public_proposal as select id, kind, state, decided_at, decision, holds_from from settlement.proposal;
create view shop.public_offer_age as select id, created_at, changed_at from shop.offer;
create view storefront.public_store as select page, name, banner, state, opened_at from storefront.store;
create view storefront.public_rating as select subject, count, stars from storefront.rating;
create view storefront.public_review as select id, line, subject, page, kind, person, stars, text, hidden, at from storefront.review;
