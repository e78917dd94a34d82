-- Conversations between a sender and a person, over all campaigns. The transactions that write the
-- ledger and received messages keep them. `received` counts messages that a person or their
-- mailbox wrote, `sent` those that went out. `mark`: the last thing that came back was a bounce, an
-- absence, a complaint or a wish to be left alone.
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
  last_at timestamptz not null,
  last_direction text,
  last_in_at timestamptz,
  received integer not null default 0,
  sent integer not null default 0,
  unread integer not null default 0,
  awaits_answer boolean not null default false,
  mark text,
  done boolean not null default false,
  snoozed_until timestamptz,
  assignee_id uuid,
  search tsvector not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint threads_pkey primary key (workspace_id, id),
  constraint threads_direction_check check (last_direction in ('inbound', 'outbound')),
  constraint threads_mark_check check (mark in ('bounce', 'absence', 'complaint', 'unsubscribe')),
  constraint threads_workspace_id_sender_id_fkey foreign key (workspace_id, sender_id)
    references senders (workspace_id, id) on delete cascade,
  constraint threads_workspace_id_assignee_id_fkey foreign key (workspace_id, assignee_id)
    references members (workspace_id, id) on delete set null (assignee_id)
);
create unique index threads_person on threads (workspace_id, sender_id, identity);
create index threads_identity on threads (workspace_id, identity);
create index threads_newest on threads (workspace_id, last_at, id);
create index threads_inbox on threads (workspace_id, last_at, id) where received > 0 and not done;
create index threads_awaiting on threads (workspace_id, last_at, id) where awaits_answer and not done;
create index threads_unread on threads (workspace_id, last_at, id) where unread > 0;
create index threads_marked on threads (workspace_id, mark, last_at, id) where mark is not null;
create index threads_sender on threads (workspace_id, sender_id, last_at, id);
create index threads_assignee on threads (workspace_id, assignee_id, last_at, id) where assignee_id is not null;
create index threads_prospect on threads (workspace_id, prospect_id) where prospect_id is not null;
create index threads_search on threads using gin (search) where search <> '';

-- The thread and the HTML of what came in. Bodies are forgotten after so many days, where a
-- workspace says so.
alter table inbound_messages add column thread_id uuid, add column body_html text;
create index inbound_thread on inbound_messages (workspace_id, thread_id, received_at) where thread_id is not null;
alter table workspaces add column keep_bodies_days integer;

-- The part of the ledger that people write by hand, so that no sequence depends on it: reserved
-- before the network sees it, in doubt as touches are.
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
  refers_to text[] not null default '{}',
  despite_suppression boolean not null default false,
  due_at timestamptz,
  attempts smallint not null default 0,
  tries smallint not null default 0,
  channel_key text,
  provider_key text,
  thread_key text,
  reserved_at timestamptz,
  deadline_at timestamptz,
  asked_at timestamptz,
  confirm_at timestamptz,
  doubted_at timestamptz,
  sent_at timestamptz,
  error_code text,
  error_detail text,
  actor text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint hand_messages_pkey primary key (workspace_id, id),
  constraint hand_messages_state_check
    check (state in ('draft', 'scheduled', 'reserved', 'sent', 'failed', 'unknown')),
  constraint hand_messages_workspace_id_thread_id_fkey foreign key (workspace_id, thread_id)
    references threads (workspace_id, id) on delete cascade
);
create unique index hand_messages_draft on hand_messages (workspace_id, thread_id) where state = 'draft';
create index hand_messages_thread on hand_messages (workspace_id, thread_id, created_at);
create index hand_messages_due on hand_messages (due_at) where state = 'scheduled';
create index hand_messages_reserved on hand_messages (deadline_at) where state = 'reserved';
create index hand_messages_provider_key on hand_messages (workspace_id, sender_id, provider_key) where provider_key is not null;

-- Files that came or go with messages: each content once for a workspace. Without `hash`: the file
-- was too large to be kept, or is forgotten.
create table files (
  workspace_id uuid not null,
  hash bytea not null,
  bytes bytea not null,
  created_at timestamptz not null,
  constraint files_pkey primary key (workspace_id, hash),
  constraint files_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);
alter table files alter column bytes set storage external;
create table attachments (
  workspace_id uuid not null,
  id uuid not null,
  inbound_id uuid,
  hand_message_id uuid,
  name text not null,
  type text not null,
  size integer not null,
  hash bytea,
  created_at timestamptz not null,
  constraint attachments_pkey primary key (workspace_id, id),
  constraint attachments_workspace_id_hash_fkey foreign key (workspace_id, hash) references files (workspace_id, hash),
  constraint attachments_workspace_id_inbound_id_fkey foreign key (workspace_id, inbound_id)
    references inbound_messages (workspace_id, id) on delete cascade,
  constraint attachments_workspace_id_hand_message_id_fkey foreign key (workspace_id, hand_message_id)
    references hand_messages (workspace_id, id) on delete cascade
);
create index attachments_inbound on attachments (workspace_id, inbound_id) where inbound_id is not null;
create index attachments_hand on attachments (workspace_id, hand_message_id) where hand_message_id is not null;
create index attachments_hash on attachments (workspace_id, hash) where hash is not null;

-- Threads of what was sent and received before. Their ids are those of `threadIdOf` (src/ids.ts).
create function thread_id_of(sender uuid, identity text) returns uuid language sql immutable as $$
  select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-8' || substr(h, 13, 3) || '-8'
    || substr(h, 16, 3) || '-' || substr(h, 19, 12))::uuid
  from encode(sha256(convert_to(sender || ' ' || identity, 'UTF8')), 'hex') as h
$$;
insert into threads (workspace_id, id, sender_id, channel, identity, name, company, campaign_id,
  prospect_id, subject, snippet, last_at, last_direction, sent, created_at, updated_at)
select distinct on (m.workspace_id, m.sender_id, p.identity)
  m.workspace_id, thread_id_of(m.sender_id, p.identity), m.sender_id, s.type, p.identity,
  coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')), p.company, p.campaign_id,
  p.id, m.subject, left(m.body_text, 200), m.sent_at, 'outbound',
  count(*) over (partition by m.workspace_id, m.sender_id, p.identity), m.sent_at, m.sent_at
from messages m
join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
join campaigns c on c.workspace_id = m.workspace_id and c.id = m.campaign_id and not c.dry_run
join senders s on s.workspace_id = m.workspace_id and s.id = m.sender_id
where m.state in ('sent', 'unknown') and m.sent_at is not null and m.touch <> 'profile_visit'
  and m.body_text <> ''
order by m.workspace_id, m.sender_id, p.identity, m.sent_at desc, m.id;

insert into threads (workspace_id, id, sender_id, channel, identity, name, company, campaign_id,
  prospect_id, last_at, created_at, updated_at)
select distinct on (i.workspace_id, w.sender_id, p.identity)
  i.workspace_id, thread_id_of(w.sender_id, p.identity), w.sender_id, s.type, p.identity,
  coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')), p.company, p.campaign_id,
  p.id, i.received_at, i.received_at, i.received_at
from inbound_messages i
join prospects p on p.workspace_id = i.workspace_id and p.id = i.prospect_id
cross join lateral (select coalesce((select m.sender_id from messages m
  where m.workspace_id = i.workspace_id and m.id = i.message_id), i.sender_id) as sender_id) w
join senders s on s.workspace_id = i.workspace_id and s.id = w.sender_id
where i.event = 'message'
order by i.workspace_id, w.sender_id, p.identity, i.received_at
on conflict do nothing;

update inbound_messages i set thread_id = t.id
from prospects p, threads t
where i.event = 'message' and p.workspace_id = i.workspace_id and p.id = i.prospect_id
  and t.workspace_id = i.workspace_id and t.identity = p.identity
  and t.sender_id = coalesce((select m.sender_id from messages m
    where m.workspace_id = i.workspace_id and m.id = i.message_id), i.sender_id);

update threads t set received = n.received, last_in_at = n.at,
  mark = case n.kind when 'auto_reply' then 'absence' when 'bounce' then 'bounce'
    when 'complaint' then 'complaint' when 'unsubscribe' then 'unsubscribe' end,
  subject = case when n.at >= t.last_at then n.subject else t.subject end,
  snippet = case when n.at >= t.last_at then left(n.body_text, 200) else t.snippet end,
  last_direction = case when n.at >= t.last_at then 'inbound' else t.last_direction end,
  last_at = greatest(t.last_at, n.at), search = to_tsvector('simple', concat_ws(' ', t.identity, t.name, t.company)) || n.search
from (
  select distinct on (i.workspace_id, i.thread_id) i.workspace_id, i.thread_id, i.kind, i.subject,
    i.body_text, i.received_at as at,
    count(*) filter (where i.kind not in ('bounce', 'other'))
      over (partition by i.workspace_id, i.thread_id) as received,
    to_tsvector('simple', concat_ws(' ', i.from_address, i.subject, left(i.body_text, 20000))) as search
  from inbound_messages i where i.thread_id is not null
  order by i.workspace_id, i.thread_id, i.received_at desc, i.id
) n
where t.workspace_id = n.workspace_id and t.id = n.thread_id;
drop function thread_id_of(uuid, text);
