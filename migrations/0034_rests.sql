-- Kinds of touch that a sender's provider takes no more of for now, while the others go on: by kind
-- the end of the rest and what led to it (src/domain/sending/rest.ts).
alter table lanes add column rests jsonb not null default '{}';

-- A sender that a send took out of service is not back for its provider's word alone: faults in a
-- row, and the instant from which that word is believed again.
alter table senders add column send_faults integer not null default 0, add column heals_at timestamptz;

-- A received message that one of our own sends has made is told by the provider's name of it.
create index messages_provider_key on messages (workspace_id, sender_id, provider_key) where provider_key is not null;
