import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { findForecast, sentByDay } from '../../db/forecast/forecasts.ts';
import { readTimeZone } from '../../db/settings.ts';
import { localDate } from '../../domain/hours/schedule.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { daysOutput, forecastOutput } from './wire.ts';

const keptForecast = forecastOutput.omit({ people: true });

export const compareForecast = defineOperation({
  name: 'forecast.compare',
  route: 'GET /api/campaigns/{id}/forecasts/{forecastId}',
  cli: 'campaign forecast compare',
  summary: 'Compare a kept forecast with the sends since then',
  description:
    'The forecast as it was made, the sends since then by day and sender, and the numbers ' +
    'forecast and made up to now.',
  scope: 'read',
  input: z.object({ id: uuid, forecastId: uuid }),
  output: z.object({
    forecast_id: z.uuid(),
    forecast: keptForecast,
    changes: z.record(z.string(), z.unknown()).describe('The changes it was made with.'),
    happened: z.object({ days: daysOutput, sends: z.int() }),
    days_over: z
      .object({ forecast: z.int(), happened: z.int() })
      .describe('Sends on the whole days since the forecast, today left out.'),
  }),
  errors: ['campaign.not_found', 'forecast.not_found'],
  async run({ db, workspaceId, now }, { id, forecastId }) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const found = await findForecast(db, { workspaceId, campaignId: id, id: forecastId });
    if (!found) throw new AppError('forecast.not_found');
    const forecast = keptForecast.parse(found.result);
    const timeZone = campaign.time_zone ?? (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
    const days = await sentByDay(db, {
      workspaceId,
      campaignId: id,
      since: found.madeAt,
      timeZone,
    });
    const today = localDate(timeZone, now.getTime());
    const sumUntilToday = (list: readonly { date: string; sends: number }[]) =>
      sum(list.filter((day) => day.date < today));
    return {
      forecast_id: forecastId,
      forecast,
      changes: found.changes as Record<string, unknown>,
      happened: { days, sends: sum(days) },
      days_over: { forecast: sumUntilToday(forecast.days), happened: sumUntilToday(days) },
    };
  },
});

const sum = (days: readonly { sends: number }[]): number =>
  days.reduce((total, { sends }) => total + sends, 0);
