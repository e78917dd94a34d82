import { z } from 'zod';
import { updateRules } from '../../operations/rules/update.ts';
import { bodyId, pathId } from './ids.ts';
import { defineRoute, type OwnApi } from './route.ts';

export const rulesInput = {
  syncedListIds: z.array(bodyId).optional(),
  excludedListIds: z.array(bodyId).optional(),
  excludeContacted: z.boolean().optional(),
  excludeMutuals: z.boolean().optional(),
  columnMappings: z.record(bodyId, z.record(z.string(), z.string())).optional(),
  detachBehavior: z.enum(['unlink', 'remove']).optional(),
};
/** The rules as a campaign shows them, which can be sent back. */
const shownRules = {
  syncedLists: z
    .array(
      z.object({ listId: bodyId, columnMapping: z.record(z.string(), z.string()).default({}) }),
    )
    .optional()
    .describe('As a campaign shows them; syncedListIds and columnMappings win.'),
  excludedLists: z
    .array(z.object({ listId: bodyId }))
    .optional()
    .describe('As a campaign shows them; excludedListIds wins.'),
};
type RulesInput = z.output<z.ZodObject<typeof rulesInput>>;

/** Changes the given rules of a campaign. */
export async function changeRules(api: OwnApi, id: string, rules: RulesInput): Promise<void> {
  await api.call(updateRules, {
    id,
    synced_list_ids: rules.syncedListIds,
    excluded_list_ids: rules.excludedListIds,
    exclude_contacted: rules.excludeContacted,
    exclude_mutuals: rules.excludeMutuals,
    column_mappings: rules.columnMappings,
    detach_behavior: rules.detachBehavior,
  });
}

export const setRules = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}/rules',
  summary: 'Update lead rules',
  scope: 'write',
  input: z.strictObject({ campaignId: pathId, ...rulesInput, ...shownRules }),
  output: z.object({ success: z.literal(true) }),
  async run(api, { campaignId: id, syncedLists, excludedLists, ...rules }) {
    const idsOf = (lists: readonly { listId: string }[] | undefined) =>
      lists?.map(({ listId }) => listId);
    const mappings = syncedLists?.map((list) => [list.listId, list.columnMapping] as const);
    await changeRules(api, id, {
      syncedListIds: idsOf(syncedLists),
      excludedListIds: idsOf(excludedLists),
      columnMappings: mappings && Object.fromEntries(mappings),
      ...rules,
    });
    return { success: true as const };
  },
});
