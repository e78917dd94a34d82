import { z } from 'zod';
import type { LeadRules } from '../../db/people/rules.ts';
import { detachBehaviors, leaveBehaviors } from '../../domain/people/rule.ts';
import { text, uuid } from '../../domain/text.ts';
import { listsOf } from '../../engine/people/lead-rules.ts';

const maxLists = 100;
const maxColumns = 200;
const column = text({ min: 1, max: 255 });

export const ruleInputs = {
  synced_list_ids: z
    .array(uuid)
    .max(maxLists)
    .optional()
    .describe('Live feeds: a lead that enters one of these lists enters the campaign.'),
  excluded_list_ids: z
    .array(uuid)
    .max(maxLists)
    .optional()
    .describe('Leads of these lists are never fed, even when a synced list has them.'),
  exclude_contacted: z
    .boolean()
    .optional()
    .describe('Leads that another campaign of the channel has written to are not fed.'),
  exclude_mutuals: z
    .boolean()
    .optional()
    .describe('Leads that have replied to another campaign of the channel are not fed.'),
  column_mappings: z
    .record(uuid, z.record(column, column))
    .refine(
      (mappings) =>
        Object.values(mappings).every((mapping) => Object.keys(mapping).length <= maxColumns),
      `At most ${maxColumns} columns.`,
    )
    .optional()
    .describe(
      "Per synced list: attribute of the lead → column of the campaign. All of a lead's " +
        'attributes become custom fields besides.',
    ),
  detach_behavior: z
    .enum(detachBehaviors)
    .optional()
    .describe(
      'For the people of a list that is taken off: remove (as if they had left it), or unlink ' +
        '(they stay, no longer fed).',
    ),
  leave_behavior: z
    .enum(leaveBehaviors)
    .optional()
    .describe(
      'For people who were written to and then leave every list: they finish the sequence, or ' +
        'stop.',
    ),
};

export const rulesOutput = z
  .object({
    synced_list_ids: z.array(z.uuid()),
    excluded_list_ids: z.array(z.uuid()),
    exclude_contacted: z.boolean(),
    exclude_mutuals: z.boolean(),
    column_mappings: z.record(z.string(), z.record(z.string(), z.string())),
    detach_behavior: z.enum(detachBehaviors),
    leave_behavior: z.enum(leaveBehaviors),
    list_names: z.record(z.string(), z.string()).describe('List id, name.'),
    synced_at: z.iso.datetime().nullable().describe('When all leads were last checked.'),
  })
  .meta({ id: 'LeadRules' });

export function rulesOnWire(rules: LeadRules): z.input<typeof rulesOutput> {
  const synced = listsOf(rules, 'synced');
  const excluded = listsOf(rules, 'excluded');
  return {
    synced_list_ids: synced.map((list) => list.id),
    excluded_list_ids: excluded.map((list) => list.id),
    exclude_contacted: rules.exclude_contacted,
    exclude_mutuals: rules.exclude_mutuals,
    column_mappings: Object.fromEntries(synced.map((list) => [list.id, list.columnMapping])),
    detach_behavior: rules.detach_behavior as (typeof detachBehaviors)[number],
    leave_behavior: rules.leave_behavior as (typeof leaveBehaviors)[number],
    list_names: Object.fromEntries(
      [...synced, ...excluded].map((list) => [list.id, list.name ?? '']),
    ),
    synced_at: rules.synced_at?.toISOString() ?? null,
  };
}
