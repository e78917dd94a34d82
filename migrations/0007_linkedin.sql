-- What the provider calls a touch and its conversation, where it has names of its own; and invitations to take back.
alter table messages
  add column provider_key text,
  add column thread_key text,
  -- when it is to be taken back, or tried again
  add column withdraw_at timestamptz,
  add column withdraw_tries smallint not null default 0,
  add column withdraw_error text,
  -- taken back, or found to be pending no more
  add column withdrawn_at timestamptz,
  drop constraint messages_state_check,
  -- skipped: there was no need for it, nothing went out and nothing is counted
  add constraint messages_state_check check (state in ('draft', 'reserved', 'sent', 'failed', 'unknown', 'skipped'));
create index messages_thread on messages (workspace_id, sender_id, thread_key) where thread_key is not null;
create index messages_withdraw on messages (withdraw_at) where withdraw_at is not null;

-- What the provider calls the person, as the sender found it out.
alter table prospects add column person_key text;
create index prospects_person on prospects (workspace_id, person_key) where person_key is not null;
create index prospects_awaiting on prospects (campaign_id) where hold = 'awaiting_connection';

alter table inbound_messages
  add column event text not null default 'message' check (event in ('message', 'connected')),
  add column thread_key text;
-- What nobody was found for: looked at again when a touch turns out to have gone out before it came.
create index inbound_unmatched on inbound_messages (workspace_id, sender_id, received_at) where prospect_id is null and applied_at is not null;

-- How long an invitation may wait for its answer, in days; null is the default.
alter table campaigns add column connection_timeout_days smallint;

-- Of the touches, those that carried a note.
alter table sender_usage add column notes integer not null default 0;
