-- The keys that sign links in mails, sealed with the master key: the random one that is called
-- current, and those that signed before. Opening one shows that the master key is the right one.
create table link_keys (
  name text primary key,
  sealed text not null
);
