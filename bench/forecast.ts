import { forecast } from '../src/domain/forecast/forecast.ts';
import { horizonMs } from '../src/engine/forecast/forecast.ts';
import { readForecastInput } from '../src/engine/forecast/forecast-input.ts';
import { runOperation } from '../src/operation.ts';
import { createForecast } from '../src/operations/forecasts/create.ts';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const people = 100_000;
const senders = 20;
const perDay = 400;
const goalS = 3;
const rounds = 7;

/** A forecast of 100,000 people and 20 senders, from the call to the answer that is kept; against three seconds, and against the bare loop over the planner. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  try {
    const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
    await house.services.pool.query('update senders set daily_limit = $1, min_gap_seconds = 60', [
      perDay,
    ]);
    const id = await fillCampaign(house, {
      name: 'forecast',
      people,
      senders: lanes,
      launch: true,
    });
    const pair = await interleave(
      rounds,
      () => seconds(() => ask(house, id)),
      () => bareLoop(house, id),
    );
    return [
      cost('forecast-loop', 's', pair),
      cost('forecast', 's', { ours: pair.ours, reference: goalS }),
    ];
  } finally {
    await house.close();
  }
}

async function ask({ services, workspaceId, memberId }: House, id: string): Promise<void> {
  const caller = { workspaceId, memberId, keyId: services.newId(), scopes: ['admin'] } as const;
  const { body } = await runOperation(createForecast, services, { caller, raw: { id } });
  const { sends } = body as { sends: number };
  if (sends !== people) throw new Error(`${sends} sends were forecast, not ${people}`);
}

/** The loop alone, over facts that are already there, in s. */
async function bareLoop({ services, workspaceId }: House, campaignId: string): Promise<number> {
  const now = services.clock.now();
  const world = await readForecastInput(services.db, { workspaceId, campaignId, changes: {}, now });
  let sends = 0;
  return seconds(async () => {
    forecast({ ...world, now: now.getTime(), until: now.getTime() + horizonMs }, () => {
      sends += 1;
      return undefined;
    });
    if (sends !== people) throw new Error(`${sends} sends, not ${people}`);
  });
}
