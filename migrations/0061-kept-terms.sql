-- Who is paid for an exchange is who stood in the terms it was made under: those another person said yes to. Whoever stands in the reward later is paid for later ones.
alter table rewards.exchange add provider text check (provider ~ '^(usr|org)_');
update rewards.exchange x set provider = r.provider from rewards.reward r where r.id = x.reward and r.provider is not null;
create or replace view rewards.public_exchange as
  select id, reward, group_id, person, cause, raffle, quantity, points, cost, state, at, closed_at, until, paid_at, provider from rewards.exchange;

-- Memberships say by which list they came, so that undoing a list takes out nobody who was there before.
update groups.member m set how = 'enrolment:' || l.list from enrolment.line l
  where l.person = m.person and l.group_id = m.group_id and l.state = 'joined' and m.how = 'moved' and m.since between l.answered_at - interval '1 minute' and l.answered_at;
