-- What an import does with people who are in the campaign already, and with those whose row says
-- that they opted out. `removed`: how many people an undo took out again; null before.
alter table imports
  add column existing text not null default 'keep' check (existing in ('keep', 'fill', 'overwrite')),
  add column opt_outs text not null default 'suppress' check (opt_outs in ('suppress', 'skip')),
  add column updated bigint not null default 0,
  add column opted_out bigint not null default 0,
  add column removed bigint;

-- Rows of an import that added nobody and are no rejects: people who were there already
-- (`duplicate`), or stand in the file before (`repeated`), or must not be written to (`opted_out`).
create table import_left_out (
  workspace_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  kind text not null check (kind in ('duplicate', 'repeated', 'opted_out')),
  identity text not null,
  detail text,
  primary key (workspace_id, import_id, row_number),
  foreign key (workspace_id, import_id) references imports (workspace_id, id) on delete cascade
);

-- `erased`: the hash of an address or profile of a person who was erased everywhere.
alter table suppressions drop constraint suppressions_kind_check;
alter table suppressions add constraint suppressions_kind_check
  check (kind in ('email', 'domain', 'linkedin', 'x', 'erased'));
