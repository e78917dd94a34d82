import { bare } from '../../fixtures/inbox-api.ts';
import { type Target, withIds } from './target.ts';

let serial = 0;

/** The places of ids in the rules of campaigns. */
export const ruleTargets: Record<string, Target> = {};
for (const method of ['PATCH', 'PUT'])
  for (const field of ['synced_list_ids', 'excluded_list_ids'])
    ruleTargets[`${method} /api/campaigns/{id}/rules ${field}[]`] = {
      kind: 'list',
      body: withIds(field),
    };
for (const field of ['syncedListIds', 'excludedListIds']) {
  ruleTargets[`PATCH /api/v1/campaigns/v2/{campaignId}/rules ${field}[]`] = {
    kind: 'list',
    body: withIds(field),
  };
  const shown = field.replace('Ids', 's');
  ruleTargets[`PATCH /api/v1/campaigns/v2/{campaignId}/rules ${shown}[].listId`] = {
    kind: 'list',
    body: (listId) => ({ [shown]: [{ listId }] }),
  };
  ruleTargets[`POST /api/v1/campaigns/v2 rules.${field}[]`] = {
    kind: 'list',
    body: (id, own) => ({
      name: `Ruled ${++serial}`,
      accountLinkIds: [bare(own.onX)],
      rules: { [field]: [id] },
    }),
  };
}
