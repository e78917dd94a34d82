-- A running campaign can be changed: its sequence, its senders, single people, and what its pauses did to the delays.
alter table campaigns
  -- finished pauses that delays do not count through, as [from, to] in epoch ms, in order
  add column pauses jsonb not null default '[]',
  -- real schedule and texts, nothing delivered
  add column dry_run boolean not null default false,
  -- guards: pause when this share bounced of at least so many who were written to; null is the default
  add column guard_bounce_rate double precision,
  add column guard_bounce_min integer,
  -- what a bounce guard has already stopped for counts no more: contacted and bounced at the last resume
  add column guard_from jsonb not null default '{"contacted": 0, "bounced": 0}',
  -- touches refused for good since the last one that went out
  add column refused_in_row integer not null default 0;

-- Touches that revisions took away: where people who stood before one stand now, and where those go on who have had it.
alter table sequences add column moved jsonb not null default '{}';

-- A sender taken off a campaign: its people wait until it is added again or they are handed over.
alter table campaign_senders add column removed_at timestamptz;

-- Asked to pause while a touch was on its way: it is paused until then (infinity: until resumed) once the touch is recorded.
alter table prospects add column pausing timestamptz;
