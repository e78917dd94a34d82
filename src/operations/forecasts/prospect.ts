import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { findProspect } from '../../db/people/roster.ts';
import { bindingOfFate } from '../../domain/forecast/explain.ts';
import { forecastPerson } from '../../engine/forecast/forecast-person.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { personInput } from '../roster/person.ts';

export const forecastProspect = defineOperation({
  name: 'forecast.prospect',
  route: 'GET /api/campaigns/{id}/leads/{prospectId}/forecast',
  cli: 'campaign lead forecast',
  summary: 'Forecast all touches to come of one person',
  description:
    'The same run as GET …/forecast, of one person: when each touch goes out, and from which ' +
    'sender, if nobody replies; and why the rest does not, where it does not. Empty for a ' +
    'person who has ended or is held until something is mended: GET …/explain says why.',
  scope: 'read',
  input: z.object(personInput),
  output: z.object({
    prospect_id: z.uuid(),
    touches: z.array(
      z.object({
        node_id: z.uuid(),
        type: z.string(),
        sender_id: z.uuid(),
        expected_at: z.iso.datetime(),
      }),
    ),
    stop: z
      .object({ at: z.iso.datetime(), code: z.string(), words: z.string() })
      .nullable()
      .describe('Where the way ends before its last touch: skipped or held then, and why.'),
    finished: z.boolean().describe('False when touches may remain after a year.'),
  }),
  errors: ['campaign.not_found', 'prospect.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id: campaignId, prospectId }) {
    const person = { workspaceId, campaignId, prospectId };
    await getCampaign(db, person);
    if (!(await findProspect(db, person))) throw new AppError('prospect.not_found');
    const made = await forecastPerson(db, person, { workspaceId, now, signal });
    const iso = (at: number) => new Date(at).toISOString();
    const binding = made.stop && bindingOfFate(made.stop.fate);
    return {
      prospect_id: prospectId,
      touches: made.touches.map(({ nodeId, type, senderId, at }) => ({
        node_id: nodeId,
        type,
        sender_id: senderId,
        expected_at: iso(at),
      })),
      stop: binding && { at: iso(made.stop!.at), code: binding.code, words: binding.words },
      finished: !made.isCut,
    };
  },
});
