-- Tables of people on their way into a list.
create table list_imports (
  workspace_id uuid not null,
  id uuid not null,
  list_id uuid not null,
  status text not null check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  file_name text,
  -- the table itself; gone when the import is over
  content text,
  -- which column holds what: [{column, field}]
  mapping jsonb not null,
  -- what becomes of leads the workspace has already
  merge text not null check (merge in ('overwrite', 'keep')),
  -- rows with anything in them; the next batch starts at `processed`, committed with the batch before it
  total integer not null,
  processed integer not null default 0,
  added integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  -- the first rows that failed, each with its number and the reason
  rejects jsonb not null default '[]',
  error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, list_id) references lists on delete cascade
);
create index list_imports_list on list_imports (workspace_id, list_id, id);
