-- What Inbox's API has and ours had not. `given_name`: the name of a campaign as it was given, when
-- another of that name made it get a number. Of leads: notes, what they are worth, the member who
-- looks after them, and whether there is nothing left to do.
alter table campaigns add column given_name text;
alter table leads
  add column notes text,
  add column valuation double precision,
  add column assignee_id uuid,
  add column done boolean not null default false,
  add constraint leads_workspace_id_assignee_id_fkey foreign key (workspace_id, assignee_id)
    references members (workspace_id, id) on delete set null (assignee_id);
create index leads_assignee on leads (workspace_id, assignee_id) where assignee_id is not null;
-- What the dashboard counts by week.
create index prospects_replied on prospects (workspace_id, replied_at) where replied_at is not null;
create index prospects_bounced on prospects (workspace_id, bounced_at) where bounced_at is not null;
