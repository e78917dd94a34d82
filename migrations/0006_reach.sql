-- Hours by the clock of the person, and caps on how many of one domain or company are written to in a day.
alter table campaigns
  add column local_hours boolean not null default false,
  add column domain_daily_limit integer,
  add column company_daily_limit integer;

-- Where the person lives. Empty: by the campaign's zone; compared by equality, so that every look-up is one walk of an index.
alter table prospects
  add column local_zone text collate "C" not null default '',
  -- how it is known: field, phone, cctld, company
  add column local_zone_source text;

drop index prospects_due;
create index prospects_due on prospects (campaign_id, sender_id, node_id, local_zone, anchor_at)
  where anchor_at is not null and hold is null;
drop index prospects_pool;
create index prospects_pool on prospects (campaign_id, local_zone, id)
  where status = 'pending' and sender_id is null and hold is null;

-- Touches of a campaign to one domain or company in a day of the campaign's zone.
create table reach_usage (
  workspace_id uuid not null,
  campaign_id uuid not null,
  kind text not null check (kind in ('domain', 'company')),
  key text not null,
  day date not null,
  n integer not null default 0,
  -- people of the pool who were put off until this day
  promised integer not null default 0,
  -- the cap that held when it was last counted
  cap integer,
  primary key (workspace_id, campaign_id, kind, key, day),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

-- What a touch counted for, should it have to be given back: {"day", "domain", "company"}.
alter table messages add column reach jsonb;
