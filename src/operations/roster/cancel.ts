import { z } from 'zod';
import { stopByHand } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { actOf, personInput, personOnWire, personOutput } from './person.ts';

export const cancelProspect = defineOperation({
  name: 'campaign_lead.cancel',
  route: 'POST /api/campaigns/{id}/leads/{prospectId}/cancel',
  cli: 'campaign lead cancel',
  summary: 'Take one person out of a campaign',
  description:
    'The person ends as "cancelled" at once, and no further touch is claimed; a touch on its ' +
    'way may still go out, and is kept in the ledger. Cancelling a cancelled person is a 200.',
  scope: 'write',
  input: z.object({ ...personInput }),
  output: personOutput,
  errors: ['campaign.not_found', 'prospect.not_found', 'prospect.ended'],
  transaction: false,
  async run(context, { ...place }) {
    return personOnWire(await stopByHand(context.db, actOf(context, place), 'cancelled'));
  },
});
