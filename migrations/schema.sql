create table acknowledgements (
  workspace_id uuid not null,
  rules text not null,
  at timestamp with time zone not null,
  member_id uuid not null,
  constraint acknowledgements_pkey PRIMARY KEY (workspace_id, rules),
  constraint acknowledgements_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE,
  constraint acknowledgements_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id)
);

create table ai_drafts (
  workspace_id uuid not null,
  prospect_id uuid not null,
  node_id uuid not null,
  campaign_id uuid not null,
  state text not null,
  attempts smallint not null default 0,
  next_at timestamp with time zone not null,
  owner uuid,
  error_code text,
  error_detail text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  updated_at timestamp with time zone not null,
  constraint ai_drafts_pkey PRIMARY KEY (workspace_id, prospect_id, node_id),
  constraint ai_drafts_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'written'::text, 'failed'::text]))),
  constraint ai_drafts_workspace_id_prospect_id_fkey FOREIGN KEY (workspace_id, prospect_id) REFERENCES prospects(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ai_drafts_campaign ON public.ai_drafts USING btree (workspace_id, campaign_id, node_id, state);
CREATE INDEX ai_drafts_queued ON public.ai_drafts USING btree (workspace_id, next_at) WHERE (state = 'queued'::text);

create table ai_usage (
  workspace_id uuid not null,
  minute_at timestamp with time zone not null,
  requests integer not null,
  constraint ai_usage_pkey PRIMARY KEY (workspace_id, minute_at),
  constraint ai_usage_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table api_keys (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  prefix text not null,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (workspace_id, id),
  constraint api_keys_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX api_keys_hash ON public.api_keys USING btree (hash);

create table attachments (
  workspace_id uuid not null,
  id uuid not null,
  inbound_id uuid,
  hand_message_id uuid,
  name text not null,
  type text not null,
  size integer not null,
  hash bytea,
  created_at timestamp with time zone not null,
  constraint attachments_pkey PRIMARY KEY (workspace_id, id),
  constraint attachments_workspace_id_hand_message_id_fkey FOREIGN KEY (workspace_id, hand_message_id) REFERENCES hand_messages(workspace_id, id) ON DELETE CASCADE,
  constraint attachments_workspace_id_hash_fkey FOREIGN KEY (workspace_id, hash) REFERENCES files(workspace_id, hash),
  constraint attachments_workspace_id_inbound_id_fkey FOREIGN KEY (workspace_id, inbound_id) REFERENCES inbound_messages(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX attachments_hand ON public.attachments USING btree (workspace_id, hand_message_id) WHERE (hand_message_id IS NOT NULL);
CREATE INDEX attachments_hash ON public.attachments USING btree (workspace_id, hash) WHERE (hash IS NOT NULL);
CREATE INDEX attachments_inbound ON public.attachments USING btree (workspace_id, inbound_id) WHERE (inbound_id IS NOT NULL);

create table automations (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  "position" integer not null,
  event text not null,
  action text not null,
  target_id uuid,
  text text,
  enabled boolean not null,
  from_seq bigint not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint automations_pkey PRIMARY KEY (workspace_id, id),
  constraint automations_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX automations_campaign ON public.automations USING btree (workspace_id, campaign_id, "position");

create table campaign_columns (
  workspace_id uuid not null,
  campaign_id uuid not null,
  id text not null,
  name text not null,
  type text not null,
  description text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint campaign_columns_pkey PRIMARY KEY (workspace_id, campaign_id, id),
  constraint campaign_columns_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table campaign_senders (
  workspace_id uuid not null,
  campaign_id uuid not null,
  sender_id uuid not null,
  "position" integer not null,
  daily_limit integer,
  removed_at timestamp with time zone,
  constraint campaign_senders_pkey PRIMARY KEY (workspace_id, campaign_id, sender_id),
  constraint campaign_senders_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE,
  constraint campaign_senders_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id)
);
CREATE INDEX campaign_senders_sender ON public.campaign_senders USING btree (workspace_id, sender_id);

create table campaigns (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  type text not null,
  name text not null,
  status text not null,
  pause_reason text,
  time_zone text,
  operating_hours jsonb,
  daily_limit integer,
  stop_on_reply boolean,
  open_tracking boolean,
  signature text,
  skip_other_campaigns boolean,
  roster text not null default 'frozen'::text,
  revision integer not null default 1,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  launched_at timestamp with time zone,
  paused_at timestamp with time zone,
  completed_at timestamp with time zone,
  last_synced_at timestamp with time zone,
  holidays jsonb,
  pauses jsonb not null default '[]'::jsonb,
  dry_run boolean not null default false,
  guard_bounce_rate double precision,
  guard_bounce_min integer,
  guard_from jsonb not null default '{"bounced": 0, "contacted": 0}'::jsonb,
  refused_in_row integer not null default 0,
  local_hours boolean not null default false,
  domain_daily_limit integer,
  company_daily_limit integer,
  connection_timeout_days smallint,
  description text,
  hourly_limit integer,
  last_started_at timestamp with time zone,
  ruled boolean not null default false,
  exclude_replied boolean not null default true,
  starts_at timestamp with time zone,
  refused_answer text,
  refused_message_ids uuid[] not null default '{}'::uuid[],
  given_name text,
  constraint campaigns_pkey PRIMARY KEY (workspace_id, id),
  constraint campaigns_roster_check CHECK ((roster = ANY (ARRAY['frozen'::text, 'open'::text]))),
  constraint campaigns_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'launching'::text, 'active'::text, 'paused'::text, 'completed'::text]))),
  constraint campaigns_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE,
  constraint campaigns_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id),
  constraint campaigns_workspace_id_member_id_name_key UNIQUE (workspace_id, member_id, name)
);

create table counters (
  workspace_id uuid not null,
  campaign_id uuid not null,
  name text not null,
  node_id uuid not null,
  sender_id uuid not null,
  shard smallint not null,
  n bigint not null,
  constraint counters_pkey PRIMARY KEY (workspace_id, campaign_id, name, node_id, sender_id, shard),
  constraint counters_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table drafting (
  workspace_id uuid not null,
  campaign_id uuid not null,
  taken_to uuid not null default '00000000-0000-0000-0000-000000000000'::uuid,
  constraint drafting_pkey PRIMARY KEY (workspace_id, campaign_id),
  constraint drafting_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table enrolments (
  workspace_id uuid not null,
  campaign_id uuid not null,
  lead_id uuid not null,
  prospect_id uuid not null,
  list_ids uuid[] not null,
  state text not null,
  constraint enrolments_pkey PRIMARY KEY (workspace_id, campaign_id, lead_id),
  constraint enrolments_state_check CHECK ((state = ANY (ARRAY['in'::text, 'unlinked'::text, 'left'::text, 'removed'::text]))),
  constraint enrolments_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table event_cursors (
  workspace_id uuid not null,
  seq bigint not null,
  constraint event_cursors_pkey PRIMARY KEY (workspace_id),
  constraint event_cursors_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table events (
  workspace_id uuid not null,
  seq bigint not null,
  kind text not null,
  at timestamp with time zone not null,
  actor text not null,
  campaign_id uuid,
  prospect_id uuid,
  sender_id uuid,
  data jsonb not null default '{}'::jsonb,
  constraint events_pkey PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX events_prospect ON public.events USING btree (workspace_id, prospect_id, seq) WHERE (prospect_id IS NOT NULL);

create table files (
  workspace_id uuid not null,
  hash bytea not null,
  bytes bytea not null storage e,
  created_at timestamp with time zone not null,
  constraint files_pkey PRIMARY KEY (workspace_id, hash),
  constraint files_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table forecasts (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  made_at timestamp with time zone not null,
  changes jsonb not null,
  result jsonb not null,
  constraint forecasts_pkey PRIMARY KEY (workspace_id, id),
  constraint forecasts_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table hand_messages (
  workspace_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  sender_id uuid not null,
  state text not null,
  touch text not null,
  to_address text not null,
  cc text,
  bcc text,
  subject text,
  body_text text,
  body_html text,
  refers_to text[] not null default '{}'::text[],
  despite_suppression boolean not null default false,
  due_at timestamp with time zone,
  attempts smallint not null default 0,
  tries smallint not null default 0,
  channel_key text,
  provider_key text,
  thread_key text,
  reserved_at timestamp with time zone,
  deadline_at timestamp with time zone,
  asked_at timestamp with time zone,
  confirm_at timestamp with time zone,
  doubted_at timestamp with time zone,
  sent_at timestamp with time zone,
  error_code text,
  error_detail text,
  actor text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint hand_messages_pkey PRIMARY KEY (workspace_id, id),
  constraint hand_messages_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'scheduled'::text, 'reserved'::text, 'sent'::text, 'failed'::text, 'unknown'::text]))),
  constraint hand_messages_workspace_id_thread_id_fkey FOREIGN KEY (workspace_id, thread_id) REFERENCES threads(workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX hand_messages_draft ON public.hand_messages USING btree (workspace_id, thread_id) WHERE (state = 'draft'::text);
CREATE INDEX hand_messages_due ON public.hand_messages USING btree (due_at) WHERE (state = 'scheduled'::text);
CREATE INDEX hand_messages_provider_key ON public.hand_messages USING btree (workspace_id, sender_id, provider_key) WHERE (provider_key IS NOT NULL);
CREATE INDEX hand_messages_reserved ON public.hand_messages USING btree (deadline_at) WHERE (state = 'reserved'::text);
CREATE INDEX hand_messages_thread ON public.hand_messages USING btree (workspace_id, thread_id, created_at);

create table idempotency_keys (
  workspace_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status smallint,
  body jsonb,
  created_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (workspace_id, key),
  constraint idempotency_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table import_chunks (
  workspace_id uuid not null,
  import_id uuid not null,
  "position" integer not null,
  first_byte bigint not null,
  bytes bytea not null storage e,
  constraint import_chunks_pkey PRIMARY KEY (workspace_id, import_id, "position"),
  constraint import_chunks_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES imports(workspace_id, id) ON DELETE CASCADE
);

create table import_left_out (
  workspace_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  kind text not null,
  identity text not null,
  detail text,
  constraint import_left_out_kind_check CHECK ((kind = ANY (ARRAY['duplicate'::text, 'repeated'::text, 'opted_out'::text]))),
  constraint import_left_out_pkey PRIMARY KEY (workspace_id, import_id, row_number),
  constraint import_left_out_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES imports(workspace_id, id) ON DELETE CASCADE
);

create table import_rejects (
  workspace_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  reason text not null,
  raw text not null,
  constraint import_rejects_pkey PRIMARY KEY (workspace_id, import_id, row_number),
  constraint import_rejects_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES imports(workspace_id, id) ON DELETE CASCADE
);

create table imports (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  status text not null,
  mapping jsonb,
  bytes bigint not null default 0,
  next_byte bigint not null default 0,
  rows bigint not null default 0,
  imported bigint not null default 0,
  duplicates bigint not null default 0,
  invalid bigint not null default 0,
  error text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  heard_at timestamp with time zone not null default now(),
  existing text not null default 'keep'::text,
  opt_outs text not null default 'suppress'::text,
  updated bigint not null default 0,
  opted_out bigint not null default 0,
  removed bigint,
  constraint imports_existing_check CHECK ((existing = ANY (ARRAY['keep'::text, 'fill'::text, 'overwrite'::text]))),
  constraint imports_opt_outs_check CHECK ((opt_outs = ANY (ARRAY['suppress'::text, 'skip'::text]))),
  constraint imports_pkey PRIMARY KEY (workspace_id, id),
  constraint imports_status_check CHECK ((status = ANY (ARRAY['receiving'::text, 'queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
  constraint imports_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX imports_campaign ON public.imports USING btree (workspace_id, campaign_id, id);
CREATE INDEX imports_open ON public.imports USING btree (workspace_id) WHERE (finished_at IS NULL);

create table inbound_messages (
  workspace_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  source_key text not null,
  channel_key text,
  from_address text,
  subject text,
  body_text text,
  headers jsonb not null default '{}'::jsonb,
  facts jsonb not null default '{}'::jsonb,
  received_at timestamp with time zone not null,
  kind text,
  kind_reason text,
  campaign_id uuid,
  prospect_id uuid,
  message_id uuid,
  applied_at timestamp with time zone,
  event text not null default 'message'::text,
  thread_key text,
  looked_at timestamp with time zone,
  thread_id uuid,
  body_html text,
  constraint inbound_messages_event_check CHECK ((event = ANY (ARRAY['message'::text, 'connected'::text]))),
  constraint inbound_messages_pkey PRIMARY KEY (workspace_id, id),
  constraint inbound_messages_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX inbound_key ON public.inbound_messages USING btree (workspace_id, sender_id, channel_key) WHERE (channel_key IS NOT NULL);
CREATE INDEX inbound_newest ON public.inbound_messages USING btree (workspace_id, received_at, id) WHERE (event = 'message'::text);
CREATE INDEX inbound_open ON public.inbound_messages USING btree (received_at) WHERE (applied_at IS NULL);
CREATE INDEX inbound_prospect ON public.inbound_messages USING btree (workspace_id, prospect_id);
CREATE UNIQUE INDEX inbound_source ON public.inbound_messages USING btree (workspace_id, sender_id, source_key);
CREATE INDEX inbound_thread ON public.inbound_messages USING btree (workspace_id, thread_id, received_at) WHERE (thread_id IS NOT NULL);
CREATE INDEX inbound_unmatched ON public.inbound_messages USING btree (workspace_id, sender_id, received_at) WHERE ((prospect_id IS NULL) AND (applied_at IS NOT NULL));

create table inboxes (
  workspace_id uuid not null,
  sender_id uuid not null,
  cursor jsonb,
  next_poll_at timestamp with time zone not null,
  polled_at timestamp with time zone,
  error text,
  failing_since timestamp with time zone,
  owner uuid,
  constraint inboxes_pkey PRIMARY KEY (workspace_id, sender_id),
  constraint inboxes_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX inboxes_due ON public.inboxes USING btree (next_poll_at);

create table instance (
  id boolean not null default true,
  database_id text,
  file_number text,
  file_changed text,
  held_since timestamp with time zone,
  held_reason text,
  constraint instance_id_check CHECK (id),
  constraint instance_pkey PRIMARY KEY (id)
);

create table lanes (
  workspace_id uuid not null,
  sender_id uuid not null,
  next_at timestamp with time zone,
  because text not null default 'nothing_to_send'::text,
  last_at timestamp with time zone,
  owner uuid,
  quiet_until timestamp with time zone,
  quiet_because text,
  planned_at timestamp with time zone,
  rests jsonb not null default '{}'::jsonb,
  constraint lanes_pkey PRIMARY KEY (workspace_id, sender_id),
  constraint lanes_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lanes_due ON public.lanes USING btree (next_at) WHERE (next_at IS NOT NULL);

create table lead_counts (
  workspace_id uuid not null,
  list_id uuid not null,
  type text not null,
  shard smallint not null,
  n bigint not null,
  constraint lead_counts_pkey PRIMARY KEY (workspace_id, list_id, type, shard)
);

create table lead_rules (
  workspace_id uuid not null,
  campaign_id uuid not null,
  exclude_contacted boolean not null default false,
  exclude_mutuals boolean not null default false,
  detach_behavior text not null default 'remove'::text,
  leave_behavior text not null default 'finish'::text,
  walk_after uuid,
  walk_new integer not null default 0,
  walk_fed integer not null default 0,
  fed integer not null default 0,
  removed integer not null default 0,
  synced_at timestamp with time zone,
  constraint lead_rules_detach_behavior_check CHECK ((detach_behavior = ANY (ARRAY['remove'::text, 'unlink'::text]))),
  constraint lead_rules_leave_behavior_check CHECK ((leave_behavior = ANY (ARRAY['finish'::text, 'stop'::text]))),
  constraint lead_rules_pkey PRIMARY KEY (workspace_id, campaign_id),
  constraint lead_rules_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_rules_walks ON public.lead_rules USING btree (workspace_id, campaign_id) WHERE (walk_after IS NOT NULL);

create table lead_statuses (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamp with time zone not null,
  constraint lead_statuses_pkey PRIMARY KEY (workspace_id, id),
  constraint lead_statuses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX lead_statuses_name ON public.lead_statuses USING btree (workspace_id, name);

create table lead_tags (
  workspace_id uuid not null,
  lead_id uuid not null,
  tag_id uuid not null,
  constraint lead_tags_pkey PRIMARY KEY (workspace_id, lead_id, tag_id),
  constraint lead_tags_workspace_id_lead_id_fkey FOREIGN KEY (workspace_id, lead_id) REFERENCES leads(workspace_id, id) ON DELETE CASCADE,
  constraint lead_tags_workspace_id_tag_id_fkey FOREIGN KEY (workspace_id, tag_id) REFERENCES tags(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_tags_tag ON public.lead_tags USING btree (workspace_id, tag_id, lead_id);

create table leads (
  workspace_id uuid not null,
  id uuid not null,
  type text not null,
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
  location jsonb not null default '{}'::jsonb,
  socials jsonb not null default '[]'::jsonb,
  contacts jsonb not null default '[]'::jsonb,
  attributes jsonb not null default '{}'::jsonb,
  sources jsonb not null default '[]'::jsonb,
  raw jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  x_handle text,
  status_id uuid,
  notes text,
  valuation double precision,
  assignee_id uuid,
  done boolean not null default false,
  constraint leads_pkey PRIMARY KEY (workspace_id, id),
  constraint leads_type_check CHECK ((type = ANY (ARRAY['person'::text, 'company'::text]))),
  constraint leads_workspace_id_assignee_id_fkey FOREIGN KEY (workspace_id, assignee_id) REFERENCES members(workspace_id, id) ON DELETE SET NULL (assignee_id),
  constraint leads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE,
  constraint leads_workspace_id_status_id_fkey FOREIGN KEY (workspace_id, status_id) REFERENCES lead_statuses(workspace_id, id) ON DELETE SET NULL (status_id)
);
CREATE INDEX leads_assignee ON public.leads USING btree (workspace_id, assignee_id) WHERE (assignee_id IS NOT NULL);
CREATE UNIQUE INDEX leads_email ON public.leads USING btree (workspace_id, email) WHERE (email IS NOT NULL);
CREATE UNIQUE INDEX leads_linkedin ON public.leads USING btree (workspace_id, linkedin_url) WHERE (linkedin_url IS NOT NULL);
CREATE INDEX leads_status ON public.leads USING btree (workspace_id, status_id, id) WHERE (status_id IS NOT NULL);
CREATE UNIQUE INDEX leads_x ON public.leads USING btree (workspace_id, x_handle) WHERE (x_handle IS NOT NULL);
CREATE TRIGGER leads_added AFTER INSERT ON public.leads REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_leads();
CREATE TRIGGER leads_deleted AFTER DELETE ON public.leads REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_leads();
CREATE TRIGGER mark_identified AFTER UPDATE OF email, linkedin_url, x_handle ON public.leads FOR EACH ROW WHEN ((((old.email IS DISTINCT FROM new.email) OR (old.linkedin_url IS DISTINCT FROM new.linkedin_url)) OR (old.x_handle IS DISTINCT FROM new.x_handle))) EXECUTE FUNCTION mark_identified();
CREATE TRIGGER unlist BEFORE DELETE ON public.leads FOR EACH ROW EXECUTE FUNCTION unlist_lead();

create table link_keys (
  name text not null,
  sealed text not null,
  constraint link_keys_pkey PRIMARY KEY (name)
);

create table links (
  hash bytea not null,
  id uuid not null,
  kind text not null,
  workspace_id uuid,
  member_id uuid,
  email text,
  role text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint links_id_key UNIQUE (id),
  constraint links_kind_check CHECK ((kind = ANY (ARRAY['welcome'::text, 'invite'::text, 'reset'::text]))),
  constraint links_pkey PRIMARY KEY (hash),
  constraint links_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'editor'::text, 'operator'::text, 'admin'::text]))),
  constraint links_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX links_workspace ON public.links USING btree (workspace_id, member_id);

create table list_imports (
  workspace_id uuid not null,
  id uuid not null,
  list_id uuid not null,
  status text not null,
  file_name text,
  content text,
  mapping jsonb not null,
  merge text not null,
  total integer not null,
  processed integer not null default 0,
  added integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  rejects jsonb not null default '[]'::jsonb,
  error text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint list_imports_merge_check CHECK ((merge = ANY (ARRAY['overwrite'::text, 'keep'::text]))),
  constraint list_imports_pkey PRIMARY KEY (workspace_id, id),
  constraint list_imports_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
  constraint list_imports_workspace_id_list_id_fkey FOREIGN KEY (workspace_id, list_id) REFERENCES lists(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX list_imports_list ON public.list_imports USING btree (workspace_id, list_id, id);
CREATE INDEX list_imports_open ON public.list_imports USING btree (workspace_id) WHERE (finished_at IS NULL);

create table list_leads (
  workspace_id uuid not null,
  list_id uuid not null,
  lead_id uuid not null,
  added_at timestamp with time zone not null,
  constraint list_leads_pkey PRIMARY KEY (workspace_id, list_id, lead_id),
  constraint list_leads_workspace_id_lead_id_fkey FOREIGN KEY (workspace_id, lead_id) REFERENCES leads(workspace_id, id) ON DELETE CASCADE,
  constraint list_leads_workspace_id_list_id_fkey FOREIGN KEY (workspace_id, list_id) REFERENCES lists(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX list_leads_lead ON public.list_leads USING btree (workspace_id, lead_id);
CREATE TRIGGER listed AFTER INSERT ON public.list_leads REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_listed();
CREATE TRIGGER mark_listed AFTER INSERT ON public.list_leads REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_listed();
CREATE TRIGGER mark_unlisted AFTER DELETE ON public.list_leads REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_listed();
CREATE TRIGGER unlisted AFTER DELETE ON public.list_leads REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_listed();

create table lists (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  description text,
  lead_type text not null default 'person'::text,
  protected boolean not null default false,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint lists_lead_type_check CHECK ((lead_type = ANY (ARRAY['person'::text, 'company'::text, 'mixed'::text]))),
  constraint lists_pkey PRIMARY KEY (workspace_id, id),
  constraint lists_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table logins (
  state_hash bytea not null,
  workspace_id uuid not null,
  sender_id uuid not null,
  verifier text not null,
  expires_at timestamp with time zone not null,
  constraint logins_pkey PRIMARY KEY (state_hash),
  constraint logins_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX logins_sender ON public.logins USING btree (workspace_id, sender_id);

create table members (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null,
  person_id uuid,
  role text not null default 'admin'::text,
  removed_at timestamp with time zone,
  constraint members_person_id_fkey FOREIGN KEY (person_id) REFERENCES persons(id),
  constraint members_pkey PRIMARY KEY (workspace_id, id),
  constraint members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'editor'::text, 'operator'::text, 'admin'::text]))),
  constraint members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX members_of_person ON public.members USING btree (person_id);
CREATE UNIQUE INDEX members_person ON public.members USING btree (workspace_id, person_id);

create table messages (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  prospect_id uuid not null,
  node_id uuid not null,
  sender_id uuid,
  touch text,
  state text not null,
  manually_edited boolean not null default false,
  subject text,
  body_text text,
  body_html text,
  channel_key text,
  attempts smallint not null default 0,
  reserved_at timestamp with time zone,
  deadline_at timestamp with time zone,
  asked_at timestamp with time zone,
  sent_at timestamp with time zone,
  error_code text,
  error_detail text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  reach jsonb,
  provider_key text,
  thread_key text,
  withdraw_at timestamp with time zone,
  withdraw_tries smallint not null default 0,
  withdraw_error text,
  withdrawn_at timestamp with time zone,
  written jsonb,
  doubted_at timestamp with time zone,
  confirm_at timestamp with time zone,
  tries smallint not null default 0,
  constraint messages_pkey PRIMARY KEY (workspace_id, id),
  constraint messages_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'reserved'::text, 'sent'::text, 'failed'::text, 'unknown'::text, 'skipped'::text])))
);
CREATE INDEX messages_campaign ON public.messages USING btree (workspace_id, campaign_id, id);
CREATE INDEX messages_left ON public.messages USING btree (workspace_id, campaign_id, state, id) WHERE (state = ANY (ARRAY['draft'::text, 'failed'::text, 'unknown'::text]));
CREATE UNIQUE INDEX messages_once ON public.messages USING btree (workspace_id, prospect_id, node_id);
CREATE INDEX messages_provider_key ON public.messages USING btree (workspace_id, sender_id, provider_key) WHERE (provider_key IS NOT NULL);
CREATE INDEX messages_reserved ON public.messages USING btree (deadline_at) WHERE (state = 'reserved'::text);
CREATE INDEX messages_thread ON public.messages USING btree (workspace_id, sender_id, thread_key) WHERE (thread_key IS NOT NULL);
CREATE INDEX messages_withdraw ON public.messages USING btree (withdraw_at) WHERE (withdraw_at IS NOT NULL);

create table notices (
  workspace_id uuid not null,
  url text not null,
  host text not null,
  kinds text[] not null,
  cursor bigint not null,
  next_at timestamp with time zone not null,
  failures integer not null default 0,
  error text,
  told_at timestamp with time zone,
  constraint notices_pkey PRIMARY KEY (workspace_id),
  constraint notices_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table past_answers (
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  how text not null,
  constraint past_answers_how_check CHECK ((how = ANY (ARRAY['replied'::text, 'unsubscribed'::text]))),
  constraint past_answers_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'linkedin'::text, 'x'::text]))),
  constraint past_answers_pkey PRIMARY KEY (workspace_id, kind, value),
  constraint past_answers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

create table persons (
  id uuid not null,
  email text not null,
  name text not null,
  password text,
  created_at timestamp with time zone not null,
  constraint persons_email_key UNIQUE (email),
  constraint persons_pkey PRIMARY KEY (id)
);

create table prospects (
  workspace_id uuid not null,
  id uuid not null,
  campaign_id uuid not null,
  lead_id uuid,
  status text not null default 'pending'::text,
  identity text collate "C" not null,
  email text,
  linkedin_url text,
  first_name text,
  last_name text,
  name text,
  company text,
  "position" text,
  headline text,
  custom_fields jsonb,
  source text not null,
  source_ref text,
  sender_id uuid,
  node_id uuid,
  anchor_at timestamp with time zone,
  hold text,
  hold_detail text,
  hold_until timestamp with time zone,
  contacted_at timestamp with time zone,
  opened_at timestamp with time zone,
  replied_at timestamp with time zone,
  bounced_at timestamp with time zone,
  ended_at timestamp with time zone,
  end_reason text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  pausing timestamp with time zone,
  local_zone text collate "C" not null default ''::text,
  local_zone_source text,
  person_key text,
  x_handle text,
  constraint prospects_pkey PRIMARY KEY (workspace_id, id),
  constraint prospects_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX prospects_awaiting ON public.prospects USING btree (campaign_id) WHERE (hold = 'awaiting_connection'::text);
CREATE INDEX prospects_bounced ON public.prospects USING btree (workspace_id, bounced_at) WHERE (bounced_at IS NOT NULL);
CREATE INDEX prospects_due ON public.prospects USING btree (campaign_id, sender_id, node_id, local_zone, anchor_at, id) WHERE ((anchor_at IS NOT NULL) AND (hold IS NULL));
CREATE INDEX prospects_email ON public.prospects USING btree (workspace_id, email) WHERE (email IS NOT NULL);
CREATE INDEX prospects_held ON public.prospects USING btree (hold_until) WHERE (hold_until IS NOT NULL);
CREATE INDEX prospects_held_of ON public.prospects USING btree (workspace_id, hold_until) WHERE (hold_until IS NOT NULL);
CREATE UNIQUE INDEX prospects_identity ON public.prospects USING btree (workspace_id, campaign_id, identity);
CREATE INDEX prospects_linkedin_url ON public.prospects USING btree (workspace_id, linkedin_url) WHERE (linkedin_url IS NOT NULL);
CREATE INDEX prospects_on_hold ON public.prospects USING btree (workspace_id, campaign_id, hold, id) WHERE ((hold IS NOT NULL) AND (hold <> ALL (ARRAY['reserved'::text, 'passing'::text])));
CREATE INDEX prospects_person ON public.prospects USING btree (workspace_id, person_key) WHERE (person_key IS NOT NULL);
CREATE INDEX prospects_place ON public.prospects USING btree (campaign_id, COALESCE(node_id, '00000000-0000-0000-0000-000000000000'::uuid), COALESCE(sender_id, '00000000-0000-0000-0000-000000000000'::uuid), status, id);
CREATE INDEX prospects_pool ON public.prospects USING btree (campaign_id, local_zone, id) WHERE ((status = 'pending'::text) AND (sender_id IS NULL) AND (hold IS NULL));
CREATE INDEX prospects_replied ON public.prospects USING btree (workspace_id, replied_at) WHERE (replied_at IS NOT NULL);
CREATE INDEX prospects_roster ON public.prospects USING btree (campaign_id, status, id);
CREATE INDEX prospects_x_handle ON public.prospects USING btree (workspace_id, x_handle) WHERE (x_handle IS NOT NULL);
CREATE TRIGGER messages_deleted AFTER DELETE ON public.prospects REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_messages();

create table reach_usage (
  workspace_id uuid not null,
  campaign_id uuid not null,
  kind text not null,
  key text not null,
  day date not null,
  n integer not null default 0,
  promised integer not null default 0,
  cap integer,
  constraint reach_usage_kind_check CHECK ((kind = ANY (ARRAY['domain'::text, 'company'::text]))),
  constraint reach_usage_pkey PRIMARY KEY (workspace_id, campaign_id, kind, key, day),
  constraint reach_usage_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table rule_lists (
  workspace_id uuid not null,
  campaign_id uuid not null,
  list_id uuid not null,
  role text not null,
  "position" integer not null,
  column_mapping jsonb not null default '{}'::jsonb,
  constraint rule_lists_pkey PRIMARY KEY (workspace_id, campaign_id, list_id),
  constraint rule_lists_role_check CHECK ((role = ANY (ARRAY['synced'::text, 'excluded'::text, 'unlinking'::text]))),
  constraint rule_lists_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES lead_rules(workspace_id, campaign_id) ON DELETE CASCADE
);
CREATE INDEX rule_lists_list ON public.rule_lists USING btree (workspace_id, list_id);

create table sandbox_mail (
  workspace_id uuid not null,
  sender_id uuid not null,
  channel_key text not null,
  to_address text not null,
  subject text not null,
  sent_at timestamp with time zone not null,
  answer text,
  answer_at timestamp with time zone,
  back_at timestamp with time zone,
  constraint sandbox_mail_pkey PRIMARY KEY (workspace_id, sender_id, channel_key),
  constraint sandbox_mail_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX sandbox_mail_answers ON public.sandbox_mail USING btree (workspace_id, answer_at) WHERE (answer IS NOT NULL);
CREATE INDEX sandbox_mail_away ON public.sandbox_mail USING btree (workspace_id, sender_id, to_address) WHERE (answer = 'away'::text);

create table seat_links (
  name_hash bytea not null,
  workspace_id uuid not null,
  member_id uuid not null,
  sender_id uuid,
  provider_account_id text,
  error text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint seat_links_pkey PRIMARY KEY (name_hash),
  constraint seat_links_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id) ON DELETE CASCADE,
  constraint seat_links_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX seat_links_workspace ON public.seat_links USING btree (workspace_id);

create table sender_readings (
  workspace_id uuid not null,
  sender_id uuid not null,
  day date not null,
  mills bigint not null,
  constraint sender_readings_pkey PRIMARY KEY (workspace_id, sender_id, day),
  constraint sender_readings_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);

create table sender_usage (
  workspace_id uuid not null,
  sender_id uuid not null,
  campaign_id uuid not null,
  touch text not null,
  bucket_at timestamp with time zone not null,
  n integer not null,
  notes integer not null default 0,
  constraint sender_usage_pkey PRIMARY KEY (workspace_id, sender_id, bucket_at, campaign_id, touch)
);
CREATE INDEX sender_usage_campaign ON public.sender_usage USING btree (workspace_id, campaign_id, bucket_at);

create table senders (
  workspace_id uuid not null,
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
  connection jsonb not null default '{}'::jsonb,
  credentials text,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  hourly_limit integer,
  daily_window text not null default 'calendar'::text,
  ramp_up jsonb,
  send_faults integer not null default 0,
  heals_at timestamp with time zone,
  daily_budget_mills integer,
  constraint senders_daily_window_check CHECK ((daily_window = ANY (ARRAY['calendar'::text, 'rolling'::text]))),
  constraint senders_pkey PRIMARY KEY (workspace_id, id),
  constraint senders_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE,
  constraint senders_workspace_id_member_id_fkey FOREIGN KEY (workspace_id, member_id) REFERENCES members(workspace_id, id)
);
CREATE UNIQUE INDEX senders_email ON public.senders USING btree (workspace_id, email_address) WHERE ((email_address IS NOT NULL) AND (removed_at IS NULL));
CREATE UNIQUE INDEX senders_linkedin ON public.senders USING btree (workspace_id, provider_account_id) WHERE ((type = 'linkedin'::text) AND (removed_at IS NULL));
CREATE INDEX senders_provider ON public.senders USING btree (provider_account_id) WHERE ((provider_account_id IS NOT NULL) AND (removed_at IS NULL));
CREATE UNIQUE INDEX senders_x ON public.senders USING btree (workspace_id, provider_account_id) WHERE ((type = 'x'::text) AND (removed_at IS NULL));

create table sequences (
  workspace_id uuid not null,
  campaign_id uuid not null,
  revision integer not null,
  nodes jsonb not null,
  created_at timestamp with time zone not null,
  removed_touches jsonb not null default '{}'::jsonb,
  constraint sequences_pkey PRIMARY KEY (workspace_id, campaign_id, revision),
  constraint sequences_workspace_id_campaign_id_fkey FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns(workspace_id, id) ON DELETE CASCADE
);

create table sessions (
  id uuid not null,
  person_id uuid not null,
  hash bytea not null,
  agent text not null,
  address text not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  constraint sessions_hash_key UNIQUE (hash),
  constraint sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES persons(id) ON DELETE CASCADE,
  constraint sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX sessions_person ON public.sessions USING btree (person_id);

create table suppressions (
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  reason text not null,
  campaign_id uuid,
  created_at timestamp with time zone not null,
  constraint suppressions_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'domain'::text, 'linkedin'::text, 'x'::text, 'erased'::text]))),
  constraint suppressions_pkey PRIMARY KEY (workspace_id, kind, value),
  constraint suppressions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE INDEX suppressions_newest ON public.suppressions USING btree (workspace_id, kind, created_at DESC, value);
CREATE INDEX suppressions_value ON public.suppressions USING btree (workspace_id, value COLLATE "C");

create table sync_marks (
  workspace_id uuid not null,
  campaign_id uuid not null,
  id bigint not null,
  lead_id uuid not null,
  constraint sync_marks_pkey PRIMARY KEY (workspace_id, campaign_id, id)
);

create table tags (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  color text,
  created_at timestamp with time zone not null,
  constraint tags_pkey PRIMARY KEY (workspace_id, id),
  constraint tags_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tags_name ON public.tags USING btree (workspace_id, name);

create table threads (
  workspace_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  channel text not null,
  identity text collate "C" not null,
  name text,
  company text,
  campaign_id uuid,
  prospect_id uuid,
  subject text,
  snippet text,
  last_at timestamp with time zone not null,
  last_direction text,
  last_in_at timestamp with time zone,
  received integer not null default 0,
  sent integer not null default 0,
  unread integer not null default 0,
  awaits_answer boolean not null default false,
  mark text,
  done boolean not null default false,
  snoozed_until timestamp with time zone,
  assignee_id uuid,
  search tsvector not null default ''::tsvector,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint threads_direction_check CHECK ((last_direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint threads_mark_check CHECK ((mark = ANY (ARRAY['bounce'::text, 'absence'::text, 'complaint'::text, 'unsubscribe'::text]))),
  constraint threads_pkey PRIMARY KEY (workspace_id, id),
  constraint threads_workspace_id_assignee_id_fkey FOREIGN KEY (workspace_id, assignee_id) REFERENCES members(workspace_id, id) ON DELETE SET NULL (assignee_id),
  constraint threads_workspace_id_sender_id_fkey FOREIGN KEY (workspace_id, sender_id) REFERENCES senders(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX threads_assignee ON public.threads USING btree (workspace_id, assignee_id, last_at, id) WHERE (assignee_id IS NOT NULL);
CREATE INDEX threads_awaiting ON public.threads USING btree (workspace_id, last_at, id) WHERE (awaits_answer AND (NOT done));
CREATE INDEX threads_identity ON public.threads USING btree (workspace_id, identity);
CREATE INDEX threads_inbox ON public.threads USING btree (workspace_id, last_at, id) WHERE ((received > 0) AND (NOT done));
CREATE INDEX threads_marked ON public.threads USING btree (workspace_id, mark, last_at, id) WHERE (mark IS NOT NULL);
CREATE INDEX threads_newest ON public.threads USING btree (workspace_id, last_at, id);
CREATE UNIQUE INDEX threads_person ON public.threads USING btree (workspace_id, sender_id, identity);
CREATE INDEX threads_prospect ON public.threads USING btree (workspace_id, prospect_id) WHERE (prospect_id IS NOT NULL);
CREATE INDEX threads_search ON public.threads USING gin (search) WHERE (search <> ''::tsvector);
CREATE INDEX threads_sender ON public.threads USING btree (workspace_id, sender_id, last_at, id);
CREATE INDEX threads_unread ON public.threads USING btree (workspace_id, last_at, id) WHERE (unread > 0);

create table workers (
  id uuid not null,
  heartbeat_at timestamp with time zone not null,
  constraint workers_pkey PRIMARY KEY (id)
);

create table workspaces (
  id uuid not null,
  name text not null,
  mode text not null default 'live'::text,
  time_zone text,
  event_seq bigint not null default 0,
  created_at timestamp with time zone not null,
  clock_at timestamp with time zone,
  clock_speed double precision not null default 0,
  clock_set_at timestamp with time zone,
  advance_from timestamp with time zone,
  advance_to timestamp with time zone,
  advance_seq bigint,
  keep_bodies_days integer,
  constraint workspaces_clock CHECK (((mode = 'sandbox'::text) = (clock_at IS NOT NULL))),
  constraint workspaces_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'sandbox'::text]))),
  constraint workspaces_pkey PRIMARY KEY (id)
);
CREATE INDEX workspaces_sandbox ON public.workspaces USING btree (id) WHERE (mode = 'sandbox'::text);

CREATE OR REPLACE FUNCTION public.count_leads()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into lead_counts select workspace_id, '00000000-0000-0000-0000-000000000000', type, pg_backend_pid() % 16,
    count(*) * case tg_op when 'INSERT' then 1 else -1 end from changed group by 1, 3 order by 1, 3
  on conflict (workspace_id, list_id, type, shard) do update set n = lead_counts.n + excluded.n;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.count_listed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into lead_counts select m.workspace_id, m.list_id, l.type, pg_backend_pid() % 16,
    count(*) * case tg_op when 'INSERT' then 1 else -1 end
  from changed m join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id group by 1, 2, 3 order by 1, 2, 3
  on conflict (workspace_id, list_id, type, shard) do update set n = lead_counts.n + excluded.n;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.delete_messages()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from messages m using gone g where m.workspace_id = g.workspace_id and m.prospect_id = g.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.mark_identified()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into sync_marks (workspace_id, campaign_id, lead_id)
  select workspace_id, campaign_id, new.id from lead_rules where workspace_id = new.workspace_id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.mark_listed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from lists where (workspace_id, id) in (select distinct workspace_id, list_id from changed) order by workspace_id, id for key share;
  insert into sync_marks (workspace_id, campaign_id, lead_id)
  select r.workspace_id, r.campaign_id, m.lead_id from changed m
  join rule_lists r on r.workspace_id = m.workspace_id and r.list_id = m.list_id and r.role <> 'unlinking';
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.unlist_lead()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from list_leads where workspace_id = old.workspace_id and lead_id = old.id;
  return old;
end $function$;
