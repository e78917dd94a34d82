-- The people of a campaign by the touch they stand before and their sender. A page is read from here, however
-- many people there are; `counters` has the same keys, with the nil id where there is none.
create index prospects_place on prospects (
  campaign_id,
  coalesce(node_id, '00000000-0000-0000-0000-000000000000'),
  coalesce(sender_id, '00000000-0000-0000-0000-000000000000'),
  status,
  id
);

-- What happened to one person, and the files of one campaign, however much else there is.
create index events_prospect on events (workspace_id, prospect_id, seq) where prospect_id is not null;
create index imports_campaign on imports (workspace_id, campaign_id, id);
