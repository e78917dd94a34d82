-- What X may charge for a sender in a day (UTC), in thousandths of a dollar; null without a budget.
alter table senders add column daily_budget_mills integer;

-- What reading has cost a sender by day (UTC). Touches are counted in sender_usage.
create table sender_readings (
  workspace_id uuid not null,
  sender_id uuid not null,
  day date not null,
  mills bigint not null,
  primary key (workspace_id, sender_id, day),
  foreign key (workspace_id, sender_id) references senders (workspace_id, id) on delete cascade
);

-- Rules of a provider that somebody of the workspace has acknowledged. `rules`: their name and version.
create table acknowledgements (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  rules text not null,
  at timestamptz not null,
  member_id uuid not null,
  primary key (workspace_id, rules),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
