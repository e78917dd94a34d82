import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import {
  type AutomationRow,
  deleteAutomations,
  insertAutomations,
  listAutomations,
  listenFromNow,
  updateAutomation,
} from '../../db/people/automations.ts';
import { automationInputs } from '../../domain/people/automation.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';
import { maxAutomations } from './create.ts';
import { automationOnWire, automationOutput, readAction, requireSendForFeeder } from './wire.ts';

const item = z.strictObject({
  id: uuid.optional().describe('An existing automation to keep.'),
  ...automationInputs,
  campaign_id: uuid.optional().describe('Ignored.'),
  created_at: z.iso.datetime().optional().describe('Ignored.'),
  updated_at: z.iso.datetime().optional().describe('Ignored.'),
});

export const replaceAutomations = defineOperation({
  name: 'automation.replace',
  route: 'PUT /api/campaigns/{id}/automations',
  cli: 'campaign automation replace',
  summary: 'Replace the automations of a campaign',
  description:
    'Automations that are not given are deleted. One that is new, switched on, or listens for ' +
    'another event acts on events from now on.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    automations: z.array(item).max(maxAutomations),
  }),
  output: z.object({ automations: z.array(automationOutput) }),
  errors: ['campaign.not_found'],
  async run(context, { id, automations: given }) {
    const { db, workspaceId, newId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    await lockCampaign(db, campaign);
    const before = new Map(
      (await listAutomations(db, { workspaceId, campaignIds: [id] })).map((row) => [row.id, row]),
    );
    refuseUnknown(given, before);
    const from_seq = await listenFromNow(db, workspaceId);
    await deleteAutomations(db, campaign, {
      allBut: given.flatMap((automation) => automation.id ?? []),
    });
    const fresh: AutomationRow[] = [];
    for (const [position, { id: known, enabled = true, ...automation }] of given.entries()) {
      const { event, action } = automation;
      const values = {
        event,
        action,
        enabled,
        position,
        ...(await readAction(db, workspaceId, automation, `/automations/${position}`)),
        updated_at: now,
      };
      const old = known && before.get(known);
      await requireSendForFeeder(context, values, old || undefined);
      const begins = !old || old.event !== event || (enabled && !old.enabled);
      if (old)
        await updateAutomation(
          db,
          { ...campaign, automationId: old.id },
          { ...values, ...(begins ? { from_seq } : {}) },
        );
      else
        fresh.push({
          ...values,
          workspace_id: workspaceId,
          campaign_id: id,
          id: newId(),
          from_seq,
          created_at: now,
        });
    }
    await insertAutomations(db, fresh);
    return {
      automations: (await listAutomations(db, { workspaceId, campaignIds: [id] })).map(
        automationOnWire,
      ),
    };
  },
});

/** @throws request.invalid naming ids that are not the campaign's, or are given twice */
function refuseUnknown(
  given: readonly { id?: string | undefined }[],
  before: ReadonlyMap<string, unknown>,
): void {
  const problems = given.flatMap(({ id }, index) => {
    const twice = given.findIndex((other) => other.id === id) < index;
    if (id === undefined || (before.has(id) && !twice)) return [];
    const message = `${id} is not an automation of this campaign, or is given twice.`;
    return [{ pointer: `/automations/${index}/id`, code: 'automation.not_found', message }];
  });
  refuseProblems(problems);
}
