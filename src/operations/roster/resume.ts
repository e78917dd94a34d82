import { z } from 'zod';
import { resumeByHand } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { actOf, personInput, personOnWire, personOutput } from './person.ts';

export const resumeProspect = defineOperation({
  name: 'campaign_lead.resume',
  route: 'POST /api/campaigns/{id}/leads/{prospectId}/resume',
  cli: 'campaign lead resume',
  summary: 'Let one paused person go on',
  description:
    'A touch that became due meanwhile is due at once. A person who is not paused stays as before.',
  scope: 'send',
  input: z.object({ ...personInput }),
  output: personOutput,
  errors: ['campaign.not_found', 'prospect.not_found', 'prospect.ended'],
  async run(context, { ...place }) {
    return personOnWire(await resumeByHand(context.db, actOf(context, place)));
  },
});
