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
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { maxAutomations } from './create.ts';
import { automationOnWire, automationOutput, readAction } from './wire.ts';

const item = z.strictObject({
  id: uuid.optional().describe('One of those there are; it stays the same.'),
  ...automationInputs,
});

export const replaceAutomations = defineOperation({
  name: 'automation.replace',
  route: 'PUT /api/campaigns/{id}/automations',
  cli: 'campaign automation replace',
  summary: 'Make these the automations of a campaign',
  description:
    'Those that are not given are deleted. What is new, switched on, or listens for another event acts on what happens from now on.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    automations: z.array(item).max(maxAutomations),
  }),
  output: z.object({ automations: z.array(automationOutput) }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, newId, now }, { id, automations: given }) {
    const campaign = { workspaceId, campaignId: id };
    await lockCampaign(db, campaign);
    const before = new Map(
      (await listAutomations(db, { workspaceId, campaignIds: [id] })).map((row) => [row.id, row]),
    );
    refuseStrangers(given, before);
    const from_seq = await listenFromNow(db, workspaceId);
    await deleteAutomations(db, campaign, { allBut: given.flatMap((one) => one.id ?? []) });
    const fresh: AutomationRow[] = [];
    for (const [position, { id: known, enabled = true, ...one }] of given.entries()) {
      const { event, action } = one;
      const values = {
        event,
        action,
        enabled,
        position,
        ...(await readAction(db, workspaceId, one, `/automations/${position}`)),
        updated_at: now,
      };
      const old = known && before.get(known);
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

/** @throws request.invalid naming ids that are not the campaign's, or stand twice */
function refuseStrangers(
  given: readonly { id?: string | undefined }[],
  before: ReadonlyMap<string, unknown>,
): void {
  const errors = given.flatMap(({ id }, index) => {
    const twice = given.findIndex((other) => other.id === id) < index;
    if (id === undefined || (before.has(id) && !twice)) return [];
    return [
      {
        pointer: `/automations/${index}/id`,
        code: 'automation.not_found',
        message: `${id} is no other automation of this campaign.`,
      },
    ];
  });
  if (errors[0])
    throw new AppError('request.invalid', `${errors[0].pointer.slice(1)}: ${errors[0].message}`, {
      errors,
    });
}
