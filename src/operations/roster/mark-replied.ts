import { z } from 'zod';
import { stopByHand } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { actOf, personInput, personOnWire, personOutput } from './person.ts';

export const markReplied = defineOperation({
  name: 'campaign_lead.mark_replied',
  route: 'POST /api/campaigns/{id}/leads/{prospectId}/mark-replied',
  cli: 'campaign lead mark-replied',
  summary: 'Mark one person as replied',
  description:
    'For a reply that came another way. The person ends as "replied", also after completing ' +
    'the sequence; a touch on its way may still go out. Marking a replied person is a 200.',
  scope: 'write',
  input: z.object({ ...personInput }),
  output: personOutput,
  errors: ['campaign.not_found', 'prospect.not_found', 'prospect.ended'],
  transaction: false,
  async run(context, { ...place }) {
    return personOnWire(await stopByHand(context.db, actOf(context, place), 'replied'));
  },
});
