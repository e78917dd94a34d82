-- How many attempts of a message the server put off: a touch fails after seven of them. Attempts
-- that failed through the sender's fault do not count.
alter table messages add column tries smallint not null default 0;
-- The refusals in a row of a campaign: the answer that the last of them share, and their messages.
alter table campaigns
  add column refused_answer text,
  add column refused_message_ids uuid[] not null default '{}';
-- When somebody attached or dismissed a mail that had matched nobody.
alter table inbound_messages add column looked_at timestamptz;
