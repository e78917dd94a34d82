-- `exclude_replied`: people who replied to, or unsubscribed from, another campaign are skipped. The
-- campaigns that are there already go on as they were.
alter table campaigns add column exclude_replied boolean not null default false;
alter table campaigns alter column exclude_replied set default true;
-- No touch goes out before this instant.
alter table campaigns add column starts_at timestamptz;

-- A person is looked for in all campaigns of a workspace: whether they answered, who wrote to them.
create index prospects_email on prospects (workspace_id, email) where email is not null;
create index prospects_linkedin_url on prospects (workspace_id, linkedin_url) where linkedin_url is not null;
create index prospects_x_handle on prospects (workspace_id, x_handle) where x_handle is not null;

-- The people who answered campaigns that were deleted. `how`: replied or unsubscribed.
create table past_answers (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  kind text not null check (kind in ('email', 'linkedin', 'x')),
  value text not null,
  how text not null check (how in ('replied', 'unsubscribed')),
  primary key (workspace_id, kind, value)
);

-- People who are held for a reason that lasts longer than a send; received messages by their time.
create index prospects_on_hold on prospects (workspace_id, campaign_id, hold, id)
  where hold is not null and hold not in ('reserved', 'passing');
create index inbound_newest on inbound_messages (workspace_id, received_at, id)
  where event = 'message';
