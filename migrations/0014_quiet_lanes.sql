-- Until when a provider has asked a sender to rest, and why: kept apart from next_at, which any change may bring forward.
alter table lanes add column quiet_until timestamptz, add column quiet_because text;
