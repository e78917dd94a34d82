-- Everybody who ever replied, whether it stopped them or not, is counted beside the statuses.
insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
select workspace_id, campaign_id, 'answered', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 0, count(*)
from prospects where replied_at is not null group by 1, 2 order by 1, 2;
