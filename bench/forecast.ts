import { forecast } from '../src/domain/forecast/forecast.ts';
import { horizonMs } from '../src/engine/forecast/forecast.ts';
import { readForecastInput } from '../src/engine/forecast/forecast-input.ts';
import { runOperation } from '../src/operation.ts';
import { createForecast } from '../src/operations/forecasts/create.ts';
import {
  adminOf,
  cost,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const people = 100_000;
const senders = 20;
const perDay = 400;
const goalS = 3;
const rounds = 7;

/**
 * A forecast of 100,000 people and 20 senders, from the call to the stored answer, against three
 * seconds, and against the bare loop over the planner.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
    await fixture.services.pool.query('update senders set daily_limit = $1, min_gap_seconds = 60', [
      perDay,
    ]);
    const id = await fillCampaign(fixture, {
      name: 'forecast',
      people,
      senders: lanes,
      launch: true,
    });
    const pair = await interleave(
      rounds,
      () => seconds(() => forecastOnce(fixture, id)),
      () => bareLoop(fixture, id),
    );
    return [
      cost('forecast-loop', 's', pair),
      cost('forecast', 's', { ours: pair.ours, reference: goalS }),
    ];
  } finally {
    await fixture.close();
  }
}

async function forecastOnce(fixture: Fixture, id: string): Promise<void> {
  const call = { caller: adminOf(fixture), raw: { id } };
  const { body } = await runOperation(createForecast, fixture.services, call);
  const { sends } = body as { sends: number };
  if (sends !== people) throw new Error(`${sends} sends were forecast, not ${people}`);
}

/** Seconds that the loop alone takes, over facts that are read already. */
async function bareLoop({ services, workspaceId }: Fixture, campaignId: string): Promise<number> {
  const now = services.clock.now();
  const input = await readForecastInput(services.db, { workspaceId, campaignId, changes: {}, now });
  let sends = 0;
  return seconds(async () => {
    forecast({ ...input, now: now.getTime(), until: now.getTime() + horizonMs }, () => {
      sends += 1;
      return undefined;
    });
    if (sends !== people) throw new Error(`${sends} sends, not ${people}`);
  });
}
