import { expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { compareForecast } from '../../../src/operations/forecasts/compare.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { createSandboxSender } from '../../../src/operations/senders/create-sandbox.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { advanceTo, openSandboxFixture } from '../../fixtures/sandbox.ts';
import { peopleOf } from '../../fixtures/x.ts';

const start = '2026-03-02T09:00:00.000Z';
const fixture = await openSandboxFixture({ clock: start });
const { call } = fixture;
const nodes = [
  { type: 'message', body: 'Hi %first_name%' },
  { type: 'delay', delay_days: 3 },
  { type: 'message', body: 'Any thoughts?' },
  { type: 'end' },
];

async function launch(name: string, handles: readonly string[]): Promise<string> {
  const { account } = await call(createSandboxSender, { type: 'x', display_name: name });
  expect(account).toMatchObject({
    type: 'x',
    status: 'active',
    daily_limit: 192,
    hourly_limit: 8,
    min_gap_seconds: 300,
  });
  const { campaign } = await call(createCampaign, {
    type: 'x',
    name,
    timezone: 'UTC',
    sender_account_ids: [account.id],
  });
  await call(updateCampaign, { id: campaign.id, sequence_nodes: nodes });
  await call(addProspects, {
    id: campaign.id,
    prospects: handles.map((x_handle) => ({ x_handle, first_name: x_handle })),
  });
  await call(launchCampaign, { id: campaign.id });
  return campaign.id;
}

it('people in a sandbox act as their handles say', async () => {
  const id = await launch('Scripted', [
    'jane__reply_2d',
    'k__unsubscribe',
    'jo__unreachable',
    'silent',
  ]);
  await advanceTo(fixture, '2026-03-03T09:00:00.000Z');
  const early = await peopleOf(fixture, id);
  expect(early.jane__reply_2d).toMatchObject({ status: 'message_sent' });
  expect(early.k__unsubscribe).toMatchObject({ status: 'unsubscribed' });
  expect(early.jo__unreachable).toMatchObject({
    status: 'failed',
    end_reason: expect.stringContaining('sandbox'),
  });
  expect((await call(listSuppressions, { kind: 'x' })).suppressions).toMatchObject([
    { value: 'k__unsubscribe', reason: 'unsubscribed' },
  ]);
  await advanceTo(fixture, '2026-03-08T09:00:00.000Z');
  const late = await peopleOf(fixture, id);
  expect(late.jane__reply_2d).toMatchObject({ status: 'replied' });
  expect(late.silent).toMatchObject({ status: 'completed' });
});

it('a rehearsal on X sends as forecast', async () => {
  const id = await launch(
    'Forecast',
    Array.from({ length: 30 }, (_, n) => `person_${n}`),
  );
  const forecast = await call(createForecast, { id });
  expect(forecast).toMatchObject({ sends: 60 });
  await advanceTo(fixture, '2026-03-16T09:00:00.000Z');
  const { happened, days_over } = await call(compareForecast, {
    id,
    forecastId: forecast.forecast_id,
  });
  expect(days_over).toEqual({ forecast: 60, happened: 60 });
  expect(happened.days.map(({ date, sends }) => [date, sends])).toEqual(
    forecast.days.map(({ date, sends }) => [date, sends]),
  );
});
