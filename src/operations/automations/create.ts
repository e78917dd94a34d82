import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { insertAutomations, listAutomations, listenFromNow } from '../../db/people/automations.ts';
import { automationInputs } from '../../domain/people/automation.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { automationOnWire, automationOutput, readAction, requireSendForFeeder } from './wire.ts';

export const maxAutomations = 50;

export const createAutomation = defineOperation({
  name: 'automation.create',
  route: 'POST /api/campaigns/{id}/automations',
  cli: 'campaign automation create',
  summary: 'Add an automation: an action that follows an event of a campaign',
  description:
    'In any status; it acts on events from now on, once for each, in the background. People ' +
    'who are not leads yet become leads. `contacted` is the first touch that went out, ' +
    '`completed` the last one, `connected` an accepted invitation. notify writes an event ' +
    '`automation.notified` with the text; stop_in_other_campaigns cancels the same person in ' +
    'every other campaign. Dry runs trigger nothing.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), ...automationInputs }),
  output: z.object({ automation: automationOutput }),
  status: 201,
  errors: ['campaign.not_found'],
  async run(context, { id, event, action, enabled = true, ...data }) {
    const { db, workspaceId, newId, now } = context;
    await lockCampaign(db, { workspaceId, campaignId: id });
    const existing = await listAutomations(db, { workspaceId, campaignIds: [id] });
    if (existing.length >= maxAutomations)
      throw new AppError(
        'request.invalid',
        `A campaign has at most ${maxAutomations} automations.`,
      );
    const row = {
      ...(await readAction(db, workspaceId, { event, action, ...data })),
      workspace_id: workspaceId,
      id: newId(),
      campaign_id: id,
      position: Math.max(-1, ...existing.map((other) => other.position)) + 1,
      event,
      action,
      enabled,
      from_seq: await listenFromNow(db, workspaceId),
      created_at: now,
      updated_at: now,
    };
    await requireSendForFeeder(context, row);
    await insertAutomations(db, [row]);
    return { automation: automationOnWire(row) };
  },
});
