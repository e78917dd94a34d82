-- Every tenant row carries workspace_id first in its key, and every foreign key includes it (law 7).

create table workspaces (
  id uuid primary key,
  name text not null,
  mode text not null default 'live' check (mode in ('live', 'sandbox')),
  time_zone text,
  event_seq bigint not null default 0,
  created_at timestamptz not null
);

create table members (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);

create table api_keys (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  prefix text not null,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members on delete cascade
);
-- A key arrives without its workspace, so the hash alone must find it.
create index api_keys_hash on api_keys (hash);

create table idempotency_keys (
  workspace_id uuid not null references workspaces on delete cascade,
  key text not null,
  fingerprint bytea not null,
  status smallint,
  body jsonb,
  created_at timestamptz not null,
  primary key (workspace_id, key)
);

create table senders (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  member_id uuid not null,
  type text not null,
  status text not null,
  status_reason text,
  display_name text,
  first_name text,
  last_name text,
  email_address text,
  provider_account_id text,
  profile_url text,
  is_premium boolean not null default false,
  signature text,
  daily_limit integer not null default 30,
  min_gap_seconds integer not null default 60,
  weekly_connection_limit integer,
  weekly_message_limit integer,
  -- how to reach the provider (hosts, ports, TLS mode, user), without secrets
  connection jsonb not null default '{}',
  -- sealed with AES-256-GCM; the key id is in the envelope, workspace and sender id are the AAD
  credentials text,
  -- deleted by its owner: the row stays for what it sent
  removed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members
);
create unique index senders_email on senders (workspace_id, email_address) where email_address is not null and removed_at is null;

-- A process that sends. Its heartbeat is compared with the database's own clock.
create table workers (
  id uuid primary key,
  heartbeat_at timestamptz not null
);

create table lanes (
  workspace_id uuid not null,
  sender_id uuid not null,
  -- null: idle until something wakes it
  next_at timestamptz,
  because text not null default 'nothing_to_send',
  last_at timestamptz,
  -- the worker that sends for it now
  owner uuid,
  primary key (workspace_id, sender_id),
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create index lanes_due on lanes (next_at) where next_at is not null;

create table inboxes (
  workspace_id uuid not null,
  sender_id uuid not null,
  cursor jsonb,
  next_poll_at timestamptz not null,
  polled_at timestamptz,
  error text,
  -- a sender whose replies cannot be read for long must not go on writing
  failing_since timestamptz,
  owner uuid,
  primary key (workspace_id, sender_id),
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create index inboxes_due on inboxes (next_poll_at);

create table campaigns (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  member_id uuid not null,
  type text not null,
  name text not null,
  status text not null check (status in ('draft', 'launching', 'active', 'paused', 'completed')),
  pause_reason text,
  time_zone text,
  operating_hours jsonb,
  daily_limit integer,
  stop_on_reply boolean,
  open_tracking boolean,
  signature text,
  skip_other_campaigns boolean,
  roster text not null default 'frozen' check (roster in ('frozen', 'open')),
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  launched_at timestamptz,
  paused_at timestamptz,
  completed_at timestamptz,
  last_synced_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, member_id, name),
  foreign key (workspace_id, member_id) references members
);

-- One immutable version of a campaign's ordered nodes; a draft's is rewritten in place.
create table sequences (
  workspace_id uuid not null,
  campaign_id uuid not null,
  revision integer not null,
  nodes jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, campaign_id, revision),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

create table campaign_senders (
  workspace_id uuid not null,
  campaign_id uuid not null,
  sender_id uuid not null,
  position integer not null,
  daily_limit integer,
  primary key (workspace_id, campaign_id, sender_id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade,
  foreign key (workspace_id, sender_id) references senders
);
create index campaign_senders_sender on campaign_senders (workspace_id, sender_id);

create table leads (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  type text not null check (type in ('person', 'company')),
  email text,
  linkedin_url text,
  first_name text,
  last_name text,
  name text,
  title text,
  company text,
  domain text,
  industry text,
  size text,
  location jsonb not null default '{}',
  socials jsonb not null default '[]',
  contacts jsonb not null default '[]',
  attributes jsonb not null default '{}',
  sources jsonb not null default '[]',
  raw jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index leads_email on leads (workspace_id, email) where email is not null;
create unique index leads_linkedin on leads (workspace_id, linkedin_url) where linkedin_url is not null;

create table lists (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  name text not null,
  description text,
  lead_type text not null default 'person' check (lead_type in ('person', 'company', 'mixed')),
  -- the list every lead is in; it cannot be renamed, converted or deleted
  protected boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);

create table list_leads (
  workspace_id uuid not null,
  list_id uuid not null,
  lead_id uuid not null,
  added_at timestamptz not null,
  primary key (workspace_id, list_id, lead_id),
  foreign key (workspace_id, list_id) references lists on delete cascade,
  foreign key (workspace_id, lead_id) references leads on delete cascade
);
create index list_leads_lead on list_leads (workspace_id, lead_id);

-- The roster. A prospect stores no due time: due = anchor_at + the delays before its node (design 4.2).
create table prospects (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  lead_id uuid,
  status text not null default 'pending',
  -- the channel's normalised identity: lower-cased address, LinkedIn URL without query and slash
  -- compared by bytes: prefixes can be looked up in its index, whatever the database's locale
  identity text collate "C" not null,
  email text,
  linkedin_url text,
  first_name text,
  last_name text,
  name text,
  company text,
  position text,
  headline text,
  custom_fields jsonb,
  source text not null,
  source_ref text,
  -- sticky once taken from the pool
  sender_id uuid,
  -- the touch it stands before; null in the pool and at the end
  node_id uuid,
  anchor_at timestamptz,
  -- why it is not due although nothing else stands against it: reserved, missing_variable, out_of_office, ...
  hold text,
  hold_detail text,
  hold_until timestamptz,
  contacted_at timestamptz,
  opened_at timestamptz,
  replied_at timestamptz,
  bounced_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);
create unique index prospects_identity on prospects (campaign_id, identity);
create index prospects_due on prospects (campaign_id, sender_id, node_id, anchor_at)
  where anchor_at is not null and hold is null;
create index prospects_pool on prospects (campaign_id, id)
  where status = 'pending' and sender_id is null and hold is null;
-- Pages of the roster, with or without a status, in the order people were added.
create index prospects_roster on prospects (campaign_id, status, id);
create index prospects_held on prospects (hold_until) where hold_until is not null;

-- Exact roster counts; stats are sums over them. One writer a shard keeps rows cool.
-- name: a prospect status, or contacted | opened | clicked. Nil uuids stand for no node and no sender.
create table counters (
  workspace_id uuid not null,
  campaign_id uuid not null,
  name text not null,
  node_id uuid not null,
  sender_id uuid not null,
  shard smallint not null,
  n bigint not null,
  primary key (workspace_id, campaign_id, name, node_id, sender_id, shard),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

-- The ledger (law 1): reserved and committed before the network sees it.
create table messages (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  prospect_id uuid not null,
  node_id uuid not null,
  sender_id uuid,
  touch text,
  state text not null check (state in ('draft', 'reserved', 'sent', 'failed', 'unknown')),
  manually_edited boolean not null default false,
  subject text,
  body_text text,
  body_html text,
  -- what the channel knows it by (email: Message-ID)
  channel_key text,
  attempts smallint not null default 0,
  reserved_at timestamptz,
  -- by the database's clock: until then only the reserving worker may hand it to the channel
  deadline_at timestamptz,
  -- when recovery last asked the channel about it, by the same clock
  asked_at timestamptz,
  sent_at timestamptz,
  error_code text,
  error_detail text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, prospect_id) references prospects on delete cascade
);
create unique index messages_once on messages (workspace_id, prospect_id, node_id);
create index messages_campaign on messages (workspace_id, campaign_id, id);
create index messages_reserved on messages (deadline_at) where state = 'reserved';

-- What was reserved, in quarters of an hour: the facts of every cap, and sends by sender and day.
create table sender_usage (
  workspace_id uuid not null,
  sender_id uuid not null,
  campaign_id uuid not null,
  touch text not null,
  bucket_at timestamptz not null,
  n integer not null,
  primary key (workspace_id, sender_id, bucket_at, campaign_id, touch)
);
create index sender_usage_campaign on sender_usage (workspace_id, campaign_id, bucket_at);

create table inbound_messages (
  workspace_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  -- where the channel found it; unique per sender, so nothing is taken in twice
  source_key text not null,
  channel_key text,
  from_address text,
  subject text,
  body_text text,
  headers jsonb not null default '{}',
  -- what parsing found: delivery status, auto-reply marks, references
  facts jsonb not null default '{}',
  received_at timestamptz not null,
  kind text,
  kind_reason text,
  campaign_id uuid,
  prospect_id uuid,
  message_id uuid,
  applied_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create unique index inbound_source on inbound_messages (workspace_id, sender_id, source_key);
create unique index inbound_key on inbound_messages (workspace_id, sender_id, channel_key) where channel_key is not null;
create index inbound_open on inbound_messages (received_at) where applied_at is null;
create index inbound_prospect on inbound_messages (workspace_id, prospect_id);

create table suppressions (
  workspace_id uuid not null references workspaces on delete cascade,
  kind text not null check (kind in ('email', 'domain', 'linkedin')),
  value text not null,
  reason text not null,
  campaign_id uuid,
  created_at timestamptz not null,
  primary key (workspace_id, kind, value)
);

create table imports (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  status text not null check (status in ('receiving', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  mapping jsonb,
  bytes bigint not null default 0,
  -- where the next batch starts, committed with the batch before it
  next_byte bigint not null default 0,
  rows bigint not null default 0,
  imported bigint not null default 0,
  duplicates bigint not null default 0,
  invalid bigint not null default 0,
  error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);

create table import_chunks (
  workspace_id uuid not null,
  import_id uuid not null,
  position integer not null,
  first_byte bigint not null,
  bytes bytea not null,
  primary key (workspace_id, import_id, position),
  foreign key (workspace_id, import_id) references imports on delete cascade
);
alter table import_chunks alter column bytes set storage external;

create table import_rejects (
  workspace_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  reason text not null,
  raw text not null,
  primary key (workspace_id, import_id, row_number),
  foreign key (workspace_id, import_id) references imports on delete cascade
);

create table events (
  workspace_id uuid not null references workspaces on delete cascade,
  seq bigint not null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  campaign_id uuid,
  prospect_id uuid,
  sender_id uuid,
  data jsonb not null default '{}',
  primary key (workspace_id, seq)
);

-- What was forecast, to be compared with what happened.
create table forecasts (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  made_at timestamptz not null,
  changes jsonb not null,
  result jsonb not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, campaign_id) references campaigns on delete cascade
);
