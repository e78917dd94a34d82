-- The people of a campaign by the touch they stand before and their sender. A page is read from here, however
-- many people there are; `counters` has the same keys, with the nil id where there is none.
create index prospects_place on prospects (
  campaign_id,
  coalesce(node_id, '00000000-0000-0000-0000-000000000000'),
  coalesce(sender_id, '00000000-0000-0000-0000-000000000000'),
  status,
  id
);
