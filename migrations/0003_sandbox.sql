-- A sandbox workspace has a clock of its own: where it stands, and how many seconds of it pass in one of ours (0: it stands still).
alter table workspaces
  add column clock_at timestamptz,
  add column clock_speed double precision not null default 0,
  -- from when on the wall the speed counts
  add column clock_set_at timestamptz,
  -- the advance that is under way: from and to where, and the last event before it
  add column advance_from timestamptz,
  add column advance_to timestamptz,
  add column advance_seq bigint,
  add constraint workspaces_clock check ((mode = 'sandbox') = (clock_at is not null));
-- Live work leaves sandboxes out; this is how it knows them.
create index workspaces_sandbox on workspaces (id) where mode = 'sandbox';

-- What a sandbox's senders handed over, and what comes back for it when.
create table sandbox_mail (
  workspace_id uuid not null,
  sender_id uuid not null,
  channel_key text not null,
  to_address text not null,
  subject text not null,
  sent_at timestamptz not null,
  answer text,
  answer_at timestamptz,
  -- when somebody who is away says to be back
  back_at timestamptz,
  primary key (workspace_id, sender_id, channel_key),
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create index sandbox_mail_answers on sandbox_mail (workspace_id, answer_at) where answer is not null;
-- Somebody who is away says so once.
create index sandbox_mail_away on sandbox_mail (workspace_id, sender_id, to_address) where answer = 'away';

-- The next hold of one workspace that ends.
create index prospects_held_of on prospects (workspace_id, hold_until) where hold_until is not null;
