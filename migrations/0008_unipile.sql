-- A seat that is connected belongs to one sender: found without its workspace when its provider tells of it.
create unique index senders_linkedin on senders (workspace_id, provider_account_id) where type = 'linkedin' and removed_at is null;
create index senders_provider on senders (provider_account_id) where provider_account_id is not null and removed_at is null;

-- Hosted logins that were begun, of a new seat or of a sender's again. Found by the hash of the name that their provider gives back.
create table seat_links (
  name_hash bytea primary key,
  workspace_id uuid not null,
  member_id uuid not null,
  -- null: it makes a new sender
  sender_id uuid,
  -- the seat that was logged in, until it is a sender's
  provider_account_id text,
  -- why it could not become one
  error text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (workspace_id, member_id) references members on delete cascade,
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create index seat_links_workspace on seat_links (workspace_id);
