-- People on X: the handle without @ in lower case, or the numeric user id.
alter table leads add column x_handle text;
create unique index leads_x on leads (workspace_id, x_handle) where x_handle is not null;
alter table prospects add column x_handle text;
alter table suppressions
  drop constraint suppressions_kind_check,
  add constraint suppressions_kind_check check (kind in ('email', 'domain', 'linkedin', 'x'));

-- An account on X belongs to one sender of a workspace.
create unique index senders_x on senders (workspace_id, provider_account_id) where type = 'x' and removed_at is null;

-- Logins that were begun at a provider: found by the hash of the state that comes back, once.
create table logins (
  state_hash bytea primary key,
  workspace_id uuid not null,
  sender_id uuid not null,
  -- what proves that it was begun here (PKCE), sealed
  verifier text not null,
  expires_at timestamptz not null,
  foreign key (workspace_id, sender_id) references senders on delete cascade
);
create index logins_sender on logins (workspace_id, sender_id);
