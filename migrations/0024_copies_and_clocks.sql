-- Which database this is. A database that finds itself elsewhere than it was is a copy: it sends
-- nothing until a person has released it.
create table instance (
  id boolean primary key default true check (id),
  -- The cluster's identifier and the database's number in it.
  database_id text,
  -- Number and change time of a file of the embedded cluster, which no copy keeps.
  file_number text,
  file_changed text,
  held_since timestamptz,
  held_reason text
);
insert into instance default values;

-- When a lane was planned: later than now, the clock was set back since.
alter table lanes add column planned_at timestamptz;
