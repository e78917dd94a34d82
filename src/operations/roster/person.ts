import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import type { ActionResult, ProspectAction } from '../../engine/people/prospect-actions.ts';
import type { Context } from '../../operation.ts';
import { prospectOnWire, prospectOutput } from './wire.ts';

/** Input and output of the routes that act on one person of a campaign. */
export const personInput = { id: uuid.describe('Campaign'), prospectId: uuid };
export const personOutput = z.object({ prospect: prospectOutput });

export function actOf(
  { workspaceId, now, actor }: Context,
  { id, prospectId }: { id: string; prospectId: string },
): ProspectAction {
  return { workspaceId, campaignId: id, prospectId, now, actor };
}

export function personOnWire({ campaign, person }: ActionResult): z.input<typeof personOutput> {
  return { prospect: prospectOnWire(person, campaign.member_id) };
}
