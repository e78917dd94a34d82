import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { forecastCampaign } from '../../engine/forecast/forecast.ts';
import { defineOperation } from '../../operation.ts';
import { daysInput, forecastOnWire, forecastOutput, withDays } from './wire.ts';

const personOutput = z.object({
  prospect_id: z.uuid(),
  first_at: z.iso.datetime(),
  last_at: z.iso.datetime(),
});

export const showForecast = defineOperation({
  name: 'forecast.show',
  route: 'GET /api/campaigns/{id}/forecast',
  cli: 'campaign forecast',
  summary: 'Forecast the sends of a campaign',
  description:
    'Runs the same planner as sending does over the time to come, with all campaigns that ' +
    'share its senders: sends by day and sender, when each person is written to first and ' +
    'last, and when it ends. Nothing is kept; POST …/forecasts keeps one, and tries out ' +
    'changes.',
  scope: 'read',
  input: z.object({
    id: uuid,
    page: z
      .int()
      .min(1)
      .default(1)
      .describe('Page of prospects, in the order they are written to.'),
    limit: pageLimit(1000, 100),
    ...daysInput,
  }),
  output: forecastOutput.extend({
    prospects: z.array(personOutput),
    total: z.int(),
    page: z.int(),
    limit: z.int(),
  }),
  errors: ['campaign.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id, page, limit, ...asked }) {
    await getCampaign(db, { workspaceId, campaignId: id });
    const made = await forecastCampaign(db, {
      workspaceId,
      campaignId: id,
      changes: {},
      now,
      signal,
    });
    const iso = (at: number) => new Date(at).toISOString();
    const people = made.people.slice((page - 1) * limit, page * limit);
    const prospects = people.map((person) => ({
      ...person,
      first_at: iso(person.first_at),
      last_at: iso(person.last_at),
    }));
    return {
      ...withDays(forecastOnWire(made, { campaignId: id, madeAt: now }), asked),
      prospects,
      total: made.people.length,
      page,
      limit,
    };
  },
});
