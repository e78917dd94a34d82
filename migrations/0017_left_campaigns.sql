-- A sender that was deleted for good is off every campaign.
update campaign_senders cs set removed_at = s.removed_at from senders s
where s.workspace_id = cs.workspace_id and s.id = cs.sender_id and s.removed_at is not null and cs.removed_at is null;
