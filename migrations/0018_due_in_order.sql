-- People who are due since the same instant are taken in the order in which a forecast expects them.
drop index prospects_due;
create index prospects_due on prospects (campaign_id, sender_id, node_id, local_zone, anchor_at, id) where anchor_at is not null and hold is null;
