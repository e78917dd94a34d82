import { z } from 'zod';
import {
  type AutomationAction,
  automationActions,
  automationEvents,
} from '../../domain/people/automation.ts';
import { text } from '../../domain/text.ts';
import { listAutomations } from '../../operations/automations/list.ts';
import { replaceAutomations } from '../../operations/automations/replace.ts';
import { updateAutomation } from '../../operations/automations/update.ts';
import { bare, bodyId, idOutput, pathId } from './ids.ts';
import { defineRoute, type OutputOf } from './route.ts';

/** The actions of automations, by Inbox's names. */
const actions = {
  setStatus: 'set_status',
  addTag: 'add_tag',
  addToList: 'add_to_list',
  notify: 'notify',
  stopInOtherCampaigns: 'stop_in_other_campaigns',
} as const satisfies Record<string, AutomationAction>;
const actionNames = Object.keys(actions) as [keyof typeof actions, ...(keyof typeof actions)[]];
const nameOf = (action: string) =>
  actionNames.find((name) => actions[name] === action) ?? actionNames[0];

const actionData = z.strictObject({
  statusId: bodyId.optional(),
  tagId: bodyId.optional(),
  listId: bodyId.optional(),
  text: text({ min: 1, max: 2000 }).optional(),
});

const fields = {
  trigger: z.enum(automationEvents),
  action: z.enum(actionNames),
  actionData: actionData.default({}),
  enabled: z.boolean().optional(),
};

export const automationOutput = z.object({
  id: idOutput,
  trigger: z.enum(automationEvents),
  action: z.enum(actionNames),
  actionData: z.record(z.string(), z.string()),
  enabled: z.boolean(),
});

type Automation = OutputOf<typeof listAutomations>['automations'][number];

/** An automation in Inbox's shape. */
export function automationOf(automation: Automation): z.input<typeof automationOutput> {
  const { id, event, action, enabled } = automation;
  return {
    id: bare(id),
    trigger: event,
    action: nameOf(action),
    actionData: dataOf(automation),
    enabled,
  };
}

function dataOf(automation: Automation): Record<string, string> {
  const field = automationActions[automation.action];
  if (!field) return {};
  const value = automation[field] ?? '';
  return field === 'text' ? { text: value } : { [field.replace('_id', 'Id')]: bare(value) };
}

function ownData({
  statusId,
  tagId,
  listId,
  text,
}: z.output<typeof actionData>): Record<string, unknown> {
  return { status_id: statusId, tag_id: tagId, list_id: listId, text };
}

const campaignId = { campaignId: pathId };
const output = z.object({ automations: z.array(automationOutput) });

const replace = defineRoute({
  route: 'PUT /campaigns/v2/{campaignId}/automations',
  summary: 'Replace automations',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    automations: z.array(z.strictObject({ id: bodyId.optional(), ...fields })).max(50),
  }),
  output,
  async run(api, { campaignId: id, automations }) {
    const replacements = automations.map(
      ({ id: automationId, trigger: event, action, actionData: data, enabled }) => ({
        ...(automationId ? { id: automationId } : {}),
        event,
        action: actions[action],
        ...ownData(data),
        enabled,
      }),
    );
    const replaced = await api.call(replaceAutomations, { id, automations: replacements });
    return { automations: replaced.automations.map(automationOf) };
  },
});

const change = z.strictObject({
  id: bodyId,
  trigger: fields.trigger.optional(),
  action: fields.action.optional(),
  actionData: actionData.optional(),
  enabled: fields.enabled,
});

const update = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}/automations',
  summary: 'Update automations',
  scope: 'write',
  input: z.strictObject({ ...campaignId, automations: z.array(change).max(50) }),
  output,
  async run(api, { campaignId: id, automations }) {
    for (const { id: automationId, trigger: event, action, actionData, enabled } of automations)
      await api.call(updateAutomation, {
        id,
        automationId,
        event,
        action: action && actions[action],
        ...ownData(actionData ?? {}),
        enabled,
      });
    const { automations: all } = await api.call(listAutomations, { id });
    return { automations: all.map(automationOf) };
  },
});

export const automationRoutes = [replace, update];
