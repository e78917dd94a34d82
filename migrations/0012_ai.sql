-- Texts that a model writes for each person, before their touch is due.
alter table messages
  -- what the model wrote, and hashes of what it wrote it from: {"node", "person", "model", "texts"}
  add column written jsonb;

-- Launched campaigns with such texts. People of the pool up to taken_to have been called for: the others are not taken before they are.
create table drafting (
  workspace_id uuid not null,
  campaign_id uuid not null,
  taken_to uuid not null default '00000000-0000-0000-0000-000000000000',
  primary key (workspace_id, campaign_id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

-- A text that is to be written, was written, or could not be.
create table ai_drafts (
  workspace_id uuid not null,
  prospect_id uuid not null,
  node_id uuid not null,
  campaign_id uuid not null,
  state text not null check (state in ('queued', 'written', 'failed')),
  attempts smallint not null default 0,
  -- not before
  next_at timestamptz not null,
  -- the worker that has it written now
  owner uuid,
  -- why the last try came to nothing
  error_code text,
  error_detail text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  updated_at timestamptz not null,
  primary key (workspace_id, prospect_id, node_id),
  foreign key (workspace_id, prospect_id) references prospects on delete cascade
);
create index ai_drafts_queued on ai_drafts (workspace_id, next_at) where state = 'queued';
create index ai_drafts_campaign on ai_drafts (workspace_id, campaign_id, node_id, state);

-- How often a model was asked, in minutes: what the budget and the rate of a workspace are counted from.
create table ai_usage (
  workspace_id uuid not null references workspaces on delete cascade,
  minute_at timestamptz not null,
  requests integer not null,
  primary key (workspace_id, minute_at)
);
