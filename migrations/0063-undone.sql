-- What is undone later must be known by what it stood on.

-- A check-in counts once a day, also when the group's zone is changed meanwhile: the zone it was made in is asked as well.
alter table missions.check_in add zone text check (length(zone) between 2 and 60);
update missions.check_in c set zone = g.time_zone from groups.fan_group g where g.id = c.group_id;
alter table missions.check_in alter zone set not null;
