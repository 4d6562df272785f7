-- What the desk of a place did under an id of its own (bookings): a payment at the place, a longer stay. The same again is answered, not done twice.
create table bookings.asked (
  key text primary key check (length(key) between 8 and 60),
  booking text not null references bookings.booking on delete cascade,
  request text not null,
  at timestamptz not null
);
create index asked_booking on bookings.asked (booking);
-- How many days a buyer gave a job, so that the same word again is known as the same (services).
alter table services.word add column days smallint check (days between 1 and 90);
