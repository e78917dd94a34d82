import type { ColumnType, Generated } from 'kysely';
import type { Pause } from '../domain/hours/delay.ts';
import type { Holidays } from '../domain/hours/holidays.ts';
import type { RampUp } from '../domain/sending/limit.ts';
import type { RemovedTouches } from '../domain/sequence/revision.ts';
import type { SequenceNode } from '../domain/sequence/sequence.ts';

/** A jsonb column: read as its value, written as JSON text. */
type Json<T> = ColumnType<T, string | null | undefined, string | null>;

type WorkspacesTable = {
  id: string;
  name: string;
  mode: Generated<string>;
  time_zone: string | null;
  event_seq: Generated<number>;
  created_at: Date;
  clock_at: Date | null;
  clock_speed: Generated<number>;
  clock_set_at: Date | null;
  advance_from: Date | null;
  advance_to: Date | null;
  advance_seq: number | null;
};

type SandboxMailTable = {
  workspace_id: string;
  sender_id: string;
  channel_key: string;
  to_address: string;
  subject: string;
  sent_at: Date;
  answer: string | null;
  answer_at: Date | null;
  back_at: Date | null;
};

type MembersTable = {
  workspace_id: string;
  id: string;
  name: string;
  created_at: Date;
};

type ApiKeysTable = {
  workspace_id: string;
  id: string;
  member_id: string;
  name: string;
  prefix: string;
  hash: Buffer;
  scopes: string[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
};

type IdempotencyKeysTable = {
  workspace_id: string;
  key: string;
  fingerprint: Buffer;
  status: number | null;
  body: Json<Record<string, unknown> | null>;
  created_at: Date;
};

type SendersTable = {
  workspace_id: string;
  id: string;
  member_id: string;
  type: string;
  status: string;
  status_reason: string | null;
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email_address: string | null;
  provider_account_id: string | null;
  profile_url: string | null;
  is_premium: Generated<boolean>;
  signature: string | null;
  daily_limit: Generated<number>;
  min_gap_seconds: Generated<number>;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
  connection: Json<Record<string, unknown>>;
  credentials: string | null;
  removed_at: Date | null;
  created_at: Date;
  updated_at: Date;
  hourly_limit: number | null;
  daily_window: Generated<string>;
  ramp_up: Json<RampUp | null>;
};

type LoginsTable = {
  state_hash: Buffer;
  workspace_id: string;
  sender_id: string;
  verifier: string;
  expires_at: Date;
};

type WorkersTable = {
  id: string;
  heartbeat_at: Date;
};

type LanesTable = {
  workspace_id: string;
  sender_id: string;
  next_at: Date | null;
  because: Generated<string>;
  last_at: Date | null;
  owner: string | null;
  quiet_until: Date | null;
  quiet_because: string | null;
};

type InboxesTable = {
  workspace_id: string;
  sender_id: string;
  cursor: Json<Record<string, unknown> | null>;
  next_poll_at: Date;
  polled_at: Date | null;
  error: string | null;
  failing_since: Date | null;
  owner: string | null;
};

type CampaignsTable = {
  workspace_id: string;
  id: string;
  member_id: string;
  type: string;
  name: string;
  status: string;
  pause_reason: string | null;
  time_zone: string | null;
  operating_hours: Json<Record<string, unknown> | null>;
  daily_limit: number | null;
  stop_on_reply: boolean | null;
  open_tracking: boolean | null;
  signature: string | null;
  skip_other_campaigns: boolean | null;
  roster: Generated<string>;
  revision: Generated<number>;
  created_at: Date;
  updated_at: Date;
  launched_at: Date | null;
  paused_at: Date | null;
  completed_at: Date | null;
  last_synced_at: Date | null;
  holidays: Json<Holidays | null>;
  pauses: Json<Pause[]>;
  dry_run: Generated<boolean>;
  guard_bounce_rate: number | null;
  guard_bounce_min: number | null;
  guard_from: Json<{ contacted: number; bounced: number }>;
  refused_in_row: Generated<number>;
  local_hours: Generated<boolean>;
  domain_daily_limit: number | null;
  company_daily_limit: number | null;
  connection_timeout_days: number | null;
  description: string | null;
  hourly_limit: number | null;
  last_started_at: Date | null;
  ruled: Generated<boolean>;
};

type SequencesTable = {
  workspace_id: string;
  campaign_id: string;
  revision: number;
  nodes: Json<SequenceNode[]>;
  created_at: Date;
  removed_touches: Json<RemovedTouches>;
};

type CampaignSendersTable = {
  workspace_id: string;
  campaign_id: string;
  sender_id: string;
  position: number;
  daily_limit: number | null;
  removed_at: Date | null;
};

type LeadsTable = {
  workspace_id: string;
  id: string;
  type: string;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  title: string | null;
  company: string | null;
  domain: string | null;
  industry: string | null;
  size: string | null;
  location: Json<Record<string, unknown>>;
  socials: Json<unknown[]>;
  contacts: Json<unknown[]>;
  attributes: Json<Record<string, unknown>>;
  sources: Json<unknown[]>;
  raw: Json<Record<string, unknown>>;
  created_at: Date;
  updated_at: Date;
  status_id: string | null;
};

type ListsTable = {
  workspace_id: string;
  id: string;
  name: string;
  description: string | null;
  lead_type: Generated<string>;
  protected: Generated<boolean>;
  created_at: Date;
  updated_at: Date;
};

type LeadCountsTable = {
  workspace_id: string;
  /** The nil id for all of the workspace. */
  list_id: string;
  type: string;
  shard: number;
  n: number;
};

type ListLeadsTable = {
  workspace_id: string;
  list_id: string;
  lead_id: string;
  added_at: Date;
};

type ProspectsTable = {
  workspace_id: string;
  id: string;
  campaign_id: string;
  lead_id: string | null;
  status: Generated<string>;
  identity: string;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  company: string | null;
  position: string | null;
  headline: string | null;
  custom_fields: Json<Record<string, unknown> | null>;
  source: string;
  source_ref: string | null;
  sender_id: string | null;
  node_id: string | null;
  anchor_at: Date | null;
  hold: string | null;
  hold_detail: string | null;
  hold_until: Date | null;
  contacted_at: Date | null;
  opened_at: Date | null;
  replied_at: Date | null;
  bounced_at: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
  created_at: Date;
  updated_at: Date;
  pausing: Date | null;
  local_zone: Generated<string>;
  local_zone_source: string | null;
  person_key: string | null;
};

type CountersTable = {
  workspace_id: string;
  campaign_id: string;
  name: string;
  node_id: string;
  sender_id: string;
  shard: number;
  n: number;
};

type MessagesTable = {
  workspace_id: string;
  id: string;
  campaign_id: string;
  prospect_id: string;
  node_id: string;
  sender_id: string | null;
  touch: string | null;
  state: string;
  manually_edited: Generated<boolean>;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
  channel_key: string | null;
  attempts: Generated<number>;
  reserved_at: Date | null;
  deadline_at: Date | null;
  asked_at: Date | null;
  sent_at: Date | null;
  error_code: string | null;
  error_detail: string | null;
  created_at: Date;
  updated_at: Date;
  reach: Json<Record<string, string> | null>;
  written: Json<Record<string, unknown> | null>;
  provider_key: string | null;
  thread_key: string | null;
  withdraw_at: Date | null;
  withdraw_tries: Generated<number>;
  withdraw_error: string | null;
  withdrawn_at: Date | null;
};

type ReachUsageTable = {
  workspace_id: string;
  campaign_id: string;
  kind: string;
  key: string;
  day: string;
  n: Generated<number>;
  promised: Generated<number>;
  cap: number | null;
};

type SenderUsageTable = {
  workspace_id: string;
  sender_id: string;
  campaign_id: string;
  touch: string;
  bucket_at: Date;
  n: number;
  notes: Generated<number>;
};

type InboundMessagesTable = {
  workspace_id: string;
  id: string;
  sender_id: string;
  source_key: string;
  channel_key: string | null;
  from_address: string | null;
  subject: string | null;
  body_text: string | null;
  headers: Json<Record<string, unknown>>;
  facts: Json<Record<string, unknown>>;
  received_at: Date;
  kind: string | null;
  kind_reason: string | null;
  campaign_id: string | null;
  prospect_id: string | null;
  message_id: string | null;
  applied_at: Date | null;
  event: Generated<string>;
  thread_key: string | null;
};

type SuppressionsTable = {
  workspace_id: string;
  kind: string;
  value: string;
  reason: string;
  campaign_id: string | null;
  created_at: Date;
};

type ImportsTable = {
  workspace_id: string;
  id: string;
  campaign_id: string;
  status: string;
  mapping: Json<Record<string, unknown> | null>;
  bytes: Generated<number>;
  next_byte: Generated<number>;
  rows: Generated<number>;
  imported: Generated<number>;
  duplicates: Generated<number>;
  invalid: Generated<number>;
  error: string | null;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
};

type ImportChunksTable = {
  workspace_id: string;
  import_id: string;
  position: number;
  first_byte: number;
  bytes: Buffer;
};

type ImportRejectsTable = {
  workspace_id: string;
  import_id: string;
  row_number: number;
  reason: string;
  raw: string;
};

type EventsTable = {
  workspace_id: string;
  seq: number;
  kind: string;
  at: Date;
  actor: string;
  campaign_id: string | null;
  prospect_id: string | null;
  sender_id: string | null;
  data: Json<Record<string, unknown>>;
};

type ForecastsTable = {
  workspace_id: string;
  id: string;
  campaign_id: string;
  made_at: Date;
  changes: Json<unknown>;
  result: Json<unknown>;
};

type ListImportsTable = {
  workspace_id: string;
  id: string;
  list_id: string;
  status: string;
  file_name: string | null;
  content: string | null;
  mapping: Json<{ column: string; field: string }[]>;
  merge: string;
  total: number;
  processed: Generated<number>;
  added: Generated<number>;
  skipped: Generated<number>;
  failed: Generated<number>;
  rejects: Json<{ row: number; reason: string }[]>;
  error: string | null;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
};

type LeadRulesTable = {
  workspace_id: string;
  campaign_id: string;
  exclude_contacted: Generated<boolean>;
  exclude_mutuals: Generated<boolean>;
  detach_behavior: Generated<string>;
  leave_behavior: Generated<string>;
  walk_after: string | null;
  walk_new: Generated<number>;
  walk_fed: Generated<number>;
  fed: Generated<number>;
  removed: Generated<number>;
  synced_at: Date | null;
};

type RuleListsTable = {
  workspace_id: string;
  campaign_id: string;
  list_id: string;
  role: string;
  position: number;
  column_mapping: Json<Record<string, string>>;
};

type EnrolmentsTable = {
  workspace_id: string;
  campaign_id: string;
  lead_id: string;
  prospect_id: string;
  list_ids: string[];
  state: string;
};

type SyncMarksTable = {
  workspace_id: string;
  campaign_id: string;
  id: Generated<number>;
  lead_id: string;
};

type LabelsTable = {
  workspace_id: string;
  id: string;
  name: string;
  color: string | null;
  created_at: Date;
};

type LeadTagsTable = {
  workspace_id: string;
  lead_id: string;
  tag_id: string;
};

type CampaignColumnsTable = {
  workspace_id: string;
  campaign_id: string;
  id: string;
  name: string;
  type: string;
  description: string | null;
  created_at: Date;
  updated_at: Date;
};

type AutomationsTable = {
  workspace_id: string;
  id: string;
  campaign_id: string;
  position: number;
  event: string;
  action: string;
  target_id: string | null;
  text: string | null;
  enabled: boolean;
  from_seq: number;
  created_at: Date;
  updated_at: Date;
};

type EventCursorsTable = {
  workspace_id: string;
  seq: number;
};

type SeatLinksTable = {
  name_hash: Buffer;
  workspace_id: string;
  member_id: string;
  sender_id: string | null;
  provider_account_id: string | null;
  error: string | null;
  created_at: Date;
  expires_at: Date;
};

/** The tables as kysely sees them; migrations/ is the truth. */
export type Schema = {
  workspaces: WorkspacesTable;
  members: MembersTable;
  api_keys: ApiKeysTable;
  idempotency_keys: IdempotencyKeysTable;
  senders: SendersTable;
  logins: LoginsTable;
  workers: WorkersTable;
  lanes: LanesTable;
  inboxes: InboxesTable;
  campaigns: CampaignsTable;
  sequences: SequencesTable;
  campaign_senders: CampaignSendersTable;
  leads: LeadsTable;
  lists: ListsTable;
  list_leads: ListLeadsTable;
  lead_counts: LeadCountsTable;
  prospects: ProspectsTable;
  counters: CountersTable;
  messages: MessagesTable;
  sender_usage: SenderUsageTable;
  reach_usage: ReachUsageTable;
  inbound_messages: InboundMessagesTable;
  suppressions: SuppressionsTable;
  imports: ImportsTable;
  import_chunks: ImportChunksTable;
  import_rejects: ImportRejectsTable;
  events: EventsTable;
  forecasts: ForecastsTable;
  list_imports: ListImportsTable;
  lead_rules: LeadRulesTable;
  rule_lists: RuleListsTable;
  enrolments: EnrolmentsTable;
  sync_marks: SyncMarksTable;
  lead_statuses: LabelsTable;
  tags: LabelsTable;
  lead_tags: LeadTagsTable;
  campaign_columns: CampaignColumnsTable;
  automations: AutomationsTable;
  event_cursors: EventCursorsTable;
  sandbox_mail: SandboxMailTable;
  seat_links: SeatLinksTable;
};
