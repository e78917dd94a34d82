import { z } from 'zod';
import { pauseByHand } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { actOf, personInput, personOnWire, personOutput } from './person.ts';

export const pauseProspect = defineOperation({
  name: 'campaign_lead.pause',
  route: 'POST /api/campaigns/{id}/leads/{prospectId}/pause',
  cli: 'campaign lead pause',
  summary: 'Pause one person of a campaign',
  description:
    'Until an instant, or until resumed; it replaces the hold that the person had before. ' +
    'Delays go on counting meanwhile. A touch that is on its way (hold "reserved") goes out, ' +
    'and the person is paused once it is recorded.',
  scope: 'write',
  input: z.object({ ...personInput, until: z.iso.datetime({ offset: true }).nullish() }),
  output: personOutput,
  errors: ['campaign.not_found', 'prospect.not_found', 'prospect.ended'],
  async run(context, { until, ...place }) {
    return personOnWire(
      await pauseByHand(context.db, actOf(context, place), until ? new Date(until) : null),
    );
  },
});
