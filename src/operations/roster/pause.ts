import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { lockProspect } from '../../db/people/roster.ts';
import { isInHand } from '../../domain/sending/hold.ts';
import { pauseByHand } from '../../engine/people/prospect-actions.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
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
    const act = actOf(context, place);
    if (until) {
      const campaign = await getCampaign(context.db, act);
      const person = await lockProspect(context.db, act);
      const isHeld = person?.pausing || (person?.hold && !isInHand(person.hold));
      // A pause with an end may be over before the hold that it replaces.
      if (isHeld) requireSendAfterLaunch(context, campaign);
    }
    return personOnWire(await pauseByHand(context.db, act, until ? new Date(until) : null));
  },
});
