import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listForecasts as listRows } from '../../db/forecast/forecasts.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

export const listForecasts = defineOperation({
  name: 'forecast.list',
  route: 'GET /api/campaigns/{id}/forecasts',
  cli: 'campaign forecast list',
  summary: 'List the kept forecasts of a campaign',
  description: 'The newest first, with the changes that each tried out and the end it came to.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(200, 50),
  }),
  output: z.object({
    forecasts: z.array(
      z.object({
        forecast_id: z.uuid(),
        made_at: z.iso.datetime(),
        changes: z.record(z.string(), z.unknown()),
        sends: z.int(),
        ends_at: z.iso.datetime().nullable(),
      }),
    ),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id: campaignId, cursor, limit }) {
    await getCampaign(db, { workspaceId, campaignId });
    const asked = { workspaceId, campaignId, before: cursor ?? null, limit: limit + 1 };
    const found = await listRows(db, asked);
    const shown = found.slice(0, limit);
    return {
      forecasts: shown.map((row) => ({
        forecast_id: row.id,
        made_at: row.madeAt.toISOString(),
        changes: row.changes as Record<string, unknown>,
        sends: row.sends,
        ends_at: row.endsAt,
      })),
      next_cursor: found.length > limit ? shown.at(-1)!.id : null,
    };
  },
});
