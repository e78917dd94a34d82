import { expect, it } from 'vitest';
import { dayMs } from '../../../src/domain/time.ts';
import { readForecastInput } from '../../../src/engine/forecast/forecast-input.ts';
import { runForecast } from '../../../src/engine/forecast/run-forecast.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { draftCampaign, hello, people } from '../../factories/campaigns.ts';
import { addMailbox, idleChannel } from '../../factories/rows.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { measureHold } from '../../fixtures/event-loop.ts';

const t = await testDatabase({ channels: [idleChannel('email')], connections: 2 });
const { call, fail } = createCaller(t.services, t);
const sender = await addMailbox(t, {
  address: 'ann@sender.test',
  smtp: { host: '127.0.0.1', port: 25 },
  dailyLimit: 1_000_000,
  minGapSeconds: 0,
});
const settings = { operating_hours: { mon: { start: 0, end: 1440 } }, timezone: 'UTC' };
const id = await draftCampaign(
  { call },
  { name: 'large', senders: [sender], nodes: [hello], people: people(2), settings },
);

it('a forecast of many people lets others have the thread and the connections', async () => {
  let isOver = false;
  let answered = 0;
  const holdMs = await measureHold(async () => {
    const made = call(createForecast, { id, more_leads: 100_000 }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      expect(t.pool.waitingCount).toBe(0);
      await t.pool.query('select 1');
      answered += 1;
    }
    expect(await made).toMatchObject({ sends: 100_002, finished: true });
  });
  expect(answered).toBeGreaterThan(10);
  expect(holdMs).toBeLessThan(300);
});

it('a forecast ends when its caller hangs up, and so does one that waits', async () => {
  const gone = new AbortController();
  const asked = [1, 2].map(() =>
    call(createForecast, { id, more_leads: 1_000_000 }, { signal: gone.signal }),
  );
  const outcome = Promise.allSettled(asked);
  await t.pool.query('select 1');
  gone.abort(new Error('hung up'));
  expect((await outcome).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await call(showForecast, { id })).toMatchObject({ sends: 2 });
});

it('more than twenty that wait are refused', async () => {
  const asked = Array.from({ length: 25 }, () => call(showForecast, { id }));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(21);
  expect(String(outcomes.find((one) => one.status === 'rejected')!.reason)).toContain(
    'request.rate_limited',
  );
});

it('a forecast that takes too long is given up', async () => {
  const input = await readForecastInput(t.db, {
    workspaceId: t.workspaceId,
    campaignId: id,
    changes: { more_leads: 100_000 },
    now: t.clock.now(),
  });
  const now = t.clock.now().getTime();
  const start = { ...input, now, until: now + dayMs };
  await expect(runForecast(start, { onSend: () => undefined }, { maxMs: 1 })).rejects.toMatchObject(
    {
      code: 'forecast.too_large',
      status: 422,
    },
  );
});

it('a kept forecast of a campaign that is gone is refused', async () => {
  expect(await fail(createForecast, { id: t.services.newId() })).toMatchObject({
    code: 'campaign.not_found',
  });
});
