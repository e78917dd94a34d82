-- What a workspace has waiting is added up with each piece of a file that arrives. An upload of
-- which nothing is heard any more is known by the database's clock: its server died.
alter table imports add column heard_at timestamptz not null default now();
create index imports_open on imports (workspace_id) where finished_at is null;
create index list_imports_open on list_imports (workspace_id) where finished_at is null;
