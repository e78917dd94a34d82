-- Live lists: rules that feed campaigns from lists while they run, what people are to whoever works with them, and what follows from events.
alter table campaigns
  add column description text,
  -- touches an hour of each sender in this campaign
  add column hourly_limit integer,
  -- last launched or resumed
  add column last_started_at timestamptz,
  -- has lead rules: only then is there more to read of it
  add column ruled boolean not null default false;
update campaigns set last_started_at = launched_at where launched_at is not null;

-- The rules of a campaign, and how far they are carried out. Whoever syncs holds this row.
create table lead_rules (
  workspace_id uuid not null,
  campaign_id uuid not null,
  exclude_contacted boolean not null default false,
  exclude_mutuals boolean not null default false,
  detach_behavior text not null default 'remove' check (detach_behavior in ('remove', 'unlink')),
  leave_behavior text not null default 'finish' check (leave_behavior in ('finish', 'stop')),
  -- everybody is looked at again, in the order of their ids: whoever comes after this one is still to be looked at
  walk_after uuid,
  -- of these: leads that are not fed now, and that are
  walk_new integer not null default 0,
  walk_fed integer not null default 0,
  -- enrolments that are `in`, and `removed`
  fed integer not null default 0,
  removed integer not null default 0,
  synced_at timestamptz,
  primary key (workspace_id, campaign_id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);
create index lead_rules_walks on lead_rules (workspace_id, campaign_id) where walk_after is not null;

-- Lists are deleted by way of the rules, so that nobody is fed by a list that is gone.
create table rule_lists (
  workspace_id uuid not null,
  campaign_id uuid not null,
  list_id uuid not null,
  -- unlinking: detached, and the people it fed are being let go of
  role text not null check (role in ('synced', 'excluded', 'unlinking')),
  position integer not null,
  -- source column (an attribute of the lead) to a column of the campaign
  column_mapping jsonb not null default '{}',
  primary key (workspace_id, campaign_id, list_id),
  foreign key (workspace_id, campaign_id) references lead_rules on delete cascade
);
create index rule_lists_list on rule_lists (workspace_id, list_id);

-- Whom rules brought into a campaign, by which lists, and what became of it.
create table enrolments (
  workspace_id uuid not null,
  campaign_id uuid not null,
  lead_id uuid not null,
  prospect_id uuid not null,
  -- the synced lists the lead is in
  list_ids uuid[] not null,
  -- in; unlinked: stays without being fed; left: out of the lists after it was written to; removed: before
  state text not null check (state in ('in', 'unlinked', 'left', 'removed')),
  primary key (workspace_id, campaign_id, lead_id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

-- Leads that a campaign has to look at again; only ever added to and taken from, so that nobody waits for another.
create table sync_marks (
  workspace_id uuid not null,
  campaign_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  primary key (workspace_id, campaign_id, id)
);

-- A list that is getting rules is waited for, and waits for us: either the rules are seen here, or the walk sees what was changed.
create function mark_listed() returns trigger language plpgsql as $$
begin
  perform 1 from lists where (workspace_id, id) in (select distinct workspace_id, list_id from changed) order by workspace_id, id for key share;
  insert into sync_marks (workspace_id, campaign_id, lead_id)
  select r.workspace_id, r.campaign_id, m.lead_id from changed m
  join rule_lists r on r.workspace_id = m.workspace_id and r.list_id = m.list_id and r.role <> 'unlinking';
  return null;
end $$;
create trigger mark_listed after insert on list_leads referencing new table as changed for each statement execute function mark_listed();
create trigger mark_unlisted after delete on list_leads referencing old table as changed for each statement execute function mark_listed();

-- Who could not be written to may be now. Not by the lists the lead is in: one may be on its way into another.
create function mark_identified() returns trigger language plpgsql as $$
begin
  insert into sync_marks (workspace_id, campaign_id, lead_id)
  select workspace_id, campaign_id, new.id from lead_rules where workspace_id = new.workspace_id;
  return null;
end $$;
create trigger mark_identified after update of email, linkedin_url, x_handle on leads for each row
  when ((old.email, old.linkedin_url, old.x_handle) is distinct from (new.email, new.linkedin_url, new.x_handle))
  execute function mark_identified();

-- Where a lead stands in the pipeline; one a lead.
create table lead_statuses (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index lead_statuses_name on lead_statuses (workspace_id, name);
alter table leads
  add column status_id uuid,
  add foreign key (workspace_id, status_id) references lead_statuses on delete set null (status_id);
create index leads_status on leads (workspace_id, status_id, id) where status_id is not null;

create table tags (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index tags_name on tags (workspace_id, name);

create table lead_tags (
  workspace_id uuid not null,
  lead_id uuid not null,
  tag_id uuid not null,
  primary key (workspace_id, lead_id, tag_id),
  foreign key (workspace_id, lead_id) references leads on delete cascade,
  foreign key (workspace_id, tag_id) references tags on delete cascade
);
create index lead_tags_tag on lead_tags (workspace_id, tag_id, lead_id);

-- A campaign's own columns; their values are custom fields of its people.
create table campaign_columns (
  workspace_id uuid not null,
  campaign_id uuid not null,
  id text not null,
  name text not null,
  type text not null,
  description text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, campaign_id, id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

create table automations (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  position integer not null,
  event text not null,
  action text not null,
  -- the status, tag or list it names
  target_id uuid,
  text text,
  enabled boolean not null,
  -- events up to this one were before it was switched on
  from_seq bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);
create index automations_campaign on automations (workspace_id, campaign_id, position);

-- Up to which event of a workspace everything that follows from it is done; no row where nothing does.
create table event_cursors (
  workspace_id uuid primary key references workspaces on delete cascade,
  seq bigint not null
);
