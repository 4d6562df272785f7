-- What notices read of rooms that told nobody yet: returns, parcels of orders, who answered papers of a show, its payments by party, entrants of a lottery.
create view goods.public_return as
  select id, line, "order", page, buyer, quantity, state, amount, answer, tracking, decided_by as "by" from goods.comeback;
create view goods.public_sending as
  select id, "order", page from goods.sending;
create view deals.public_answer as
  select deal, party, person, answer, at from deals.answer;
create view deals.public_deal_note as
  select id as deal, created_by as "by", reason from deals.deal;
create view deals.public_payment_part as
  select p.id as payment, x.party, x.amount from deals.payment p cross join lateral jsonb_to_recordset(p.parts) as x(party text, amount bigint);
create view shows.public_entrant as
  select e.show, e.person, e.withdrawn, e.tier is not null as won, l.state from shows.entrant e join shows.lottery l on l.show = e.show;

alter table notices.spread drop constraint spread_audience_check,
  add constraint spread_audience_check check (audience ~ '^(page|group|raffle|lottery):');
