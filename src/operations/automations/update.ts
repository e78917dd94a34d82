import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import {
  type AutomationRow,
  listAutomations,
  listenFromNow,
  updateAutomation as writeAutomation,
} from '../../db/people/automations.ts';
import {
  type AutomationAction,
  automationActions,
  automationInputs,
} from '../../domain/people/automation.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { automationOnWire, automationOutput, readAction, requireSendForFeeder } from './wire.ts';

export const updateAutomation = defineOperation({
  name: 'automation.update',
  route: 'PATCH /api/campaigns/{id}/automations/{automationId}',
  cli: 'campaign automation update',
  summary: 'Change an automation, or switch it on or off',
  description:
    'Only the given fields change; another action needs its field. One that is switched on ' +
    'acts on events from then on.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    automationId: uuid,
    ...automationInputs,
    event: automationInputs.event.optional(),
    action: automationInputs.action.optional(),
  }),
  output: z.object({ automation: automationOutput }),
  errors: ['campaign.not_found', 'automation.not_found'],
  async run(context, { id, automationId, event, action, enabled, ...data }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    await lockCampaign(db, campaign);
    const row = (await listAutomations(db, { workspaceId, campaignIds: [id] })).find(
      (automation) => automation.id === automationId,
    );
    if (!row) throw new AppError('automation.not_found');
    const given = {
      ...(action === undefined || action === row.action ? dataOf(row) : {}),
      ...data,
    };
    const next = {
      event: event ?? row.event,
      action: action ?? (row.action as AutomationAction),
      enabled: enabled ?? row.enabled,
    };
    const changesAction =
      Object.values(data).some((value) => value !== undefined) || action !== undefined;
    const target = changesAction ? await readAction(db, workspaceId, { ...next, ...given }) : {};
    await requireSendForFeeder(context, { ...row, ...next, ...target }, row);
    const begins = (next.enabled && !row.enabled) || next.event !== row.event;
    const from = begins ? { from_seq: await listenFromNow(db, workspaceId) } : {};
    const updated = await writeAutomation(
      db,
      { ...campaign, automationId },
      { ...next, ...target, ...from, updated_at: now },
    );
    return { automation: automationOnWire(updated!) };
  },
});

/** The field that the automation's action needs, with its value, as callers give it. */
function dataOf(row: AutomationRow): Record<string, string> {
  const field = automationActions[row.action as AutomationAction];
  const value = field === 'text' ? row.text : row.target_id;
  return field && value ? { [field]: value } : {};
}
