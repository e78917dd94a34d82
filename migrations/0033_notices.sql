-- Where a workspace is told in a chat what needs somebody. `url` is sealed, because it
-- lets everybody write there. Events after `cursor` are still to be told; `next_at`: not before this instant.
create table notices (
  workspace_id uuid primary key references workspaces (id) on delete cascade,
  url text not null,
  host text not null,
  kinds text[] not null,
  cursor bigint not null,
  next_at timestamptz not null,
  failures integer not null default 0,
  error text,
  told_at timestamptz
);
