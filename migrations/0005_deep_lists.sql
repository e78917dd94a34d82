-- Lists answer as fast at five million rows as at fifty thousand.
create index suppressions_newest on suppressions (workspace_id, kind, created_at desc, value);
create index suppressions_value on suppressions (workspace_id, value collate "C");
-- Sent messages are most; those that are not are found without walking past them. They are not in this index, so that sending does not write it.
create index messages_left on messages (workspace_id, campaign_id, state, id) where state in ('draft', 'failed', 'unknown');

-- How many leads there are by type, in each list and (nil list) in the workspace; sums over shards that writers do not wait for.
create table lead_counts (
  workspace_id uuid not null,
  list_id uuid not null,
  type text not null,
  shard smallint not null,
  n bigint not null,
  primary key (workspace_id, list_id, type, shard)
);
insert into lead_counts select workspace_id, '00000000-0000-0000-0000-000000000000', type, 0, count(*) from leads group by 1, 3;
insert into lead_counts select m.workspace_id, m.list_id, l.type, 0, count(*)
  from list_leads m join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id group by 1, 2, 3;

create function count_leads() returns trigger language plpgsql as $$
begin
  insert into lead_counts select workspace_id, '00000000-0000-0000-0000-000000000000', type, pg_backend_pid() % 16,
    count(*) * case tg_op when 'INSERT' then 1 else -1 end from changed group by 1, 3 order by 1, 3
  on conflict (workspace_id, list_id, type, shard) do update set n = lead_counts.n + excluded.n;
  return null;
end $$;
create trigger leads_added after insert on leads referencing new table as changed for each statement execute function count_leads();
create trigger leads_deleted after delete on leads referencing old table as changed for each statement execute function count_leads();

create function count_listed() returns trigger language plpgsql as $$
begin
  insert into lead_counts select m.workspace_id, m.list_id, l.type, pg_backend_pid() % 16,
    count(*) * case tg_op when 'INSERT' then 1 else -1 end
  from changed m join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id group by 1, 2, 3 order by 1, 2, 3
  on conflict (workspace_id, list_id, type, shard) do update set n = lead_counts.n + excluded.n;
  return null;
end $$;
create trigger listed after insert on list_leads referencing new table as changed for each statement execute function count_listed();
create trigger unlisted after delete on list_leads referencing old table as changed for each statement execute function count_listed();

-- While its type can still be read.
create function unlist_lead() returns trigger language plpgsql as $$
begin
  delete from list_leads where workspace_id = old.workspace_id and lead_id = old.id;
  return old;
end $$;
create trigger unlist before delete on leads for each row execute function unlist_lead();
