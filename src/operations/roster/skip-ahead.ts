import { z } from 'zod';
import { skipAhead } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { actOf, personInput, personOnWire, personOutput } from './person.ts';

export const skipAheadProspect = defineOperation({
  name: 'campaign_lead.skip_ahead',
  route: 'POST /api/campaigns/{id}/leads/{prospectId}/skip-ahead',
  cli: 'campaign lead skip-ahead',
  summary: 'Bring the next touch of one person forward',
  description:
    '`skip` "delay": the next touch is due now, inside hours and limits. "touch": it is left ' +
    'out, and the delay of the one after it counts from now; without one the person is ' +
    'completed. A person still in the pool is taken by the first active sender. It ends an ' +
    'absence or a retry; a pause, or a missing value of the touch, still holds the person. ' +
    'While a touch is on its way this is a 409.',
  scope: 'send',
  input: z.object({ ...personInput, skip: z.enum(['delay', 'touch']).default('delay') }),
  output: personOutput,
  errors: [
    'campaign.not_found',
    'prospect.not_found',
    'campaign.not_active',
    'prospect.ended',
    'prospect.in_hand',
    'prospect.awaiting_connection',
    'sender.not_found',
  ],
  transaction: false,
  async run(context, { skip, ...place }) {
    return personOnWire(await skipAhead(context.db, actOf(context, place), skip));
  },
});
