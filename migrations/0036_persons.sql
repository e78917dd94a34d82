-- Persons sign in with an address and a password, and are members of one workspace or several.
-- `password` is a PHC text (argon2id).
create table persons (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password text,
  created_at timestamptz not null
);

-- A session is found by the SHA-256 of its cookie. `agent` and `address` are shortened: they help
-- the person to tell its sessions apart.
create table sessions (
  id uuid primary key,
  person_id uuid not null references persons on delete cascade,
  hash bytea not null unique,
  agent text not null,
  address text not null,
  created_at timestamptz not null,
  used_at timestamptz not null
);
create index sessions_person on sessions (person_id);

-- Members that there were before act by keys only, which may do everything that they could.
-- Removed members stay as rows: campaigns, senders and events name them.
alter table members
  add column person_id uuid references persons,
  add column role text not null default 'admin' check (role in ('viewer', 'editor', 'operator', 'admin')),
  add column removed_at timestamptz;
create unique index members_person on members (workspace_id, person_id);
create index members_of_person on members (person_id);

-- Links that work once: `welcome` makes the first account of the server, `invite` a member, `reset`
-- a new password. Found by the SHA-256 of their token. `workspace_id` and `member_id` say in whose
-- name one was made; without them it was made on the server's machine.
create table links (
  hash bytea primary key,
  id uuid not null unique,
  kind text not null check (kind in ('welcome', 'invite', 'reset')),
  workspace_id uuid,
  member_id uuid,
  email text,
  role text check (role in ('viewer', 'editor', 'operator', 'admin')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (workspace_id, member_id) references members on delete cascade
);
create index links_workspace on links (workspace_id, member_id);
