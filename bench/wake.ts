import { sql } from 'kysely';
import { Engine } from '../src/engine/engine.ts';
import { runOperation } from '../src/operation.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import {
  adminOf,
  cost,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';

const many = 1_000_000;
const few = 1_000;
const senders = 20;
const rounds = 15;

/**
 * A change of operating_hours until every lane is planned anew, with a million people waiting for
 * their follow-up against a thousand.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const large = await waiting(fixture, 'large', many);
    const small = await waiting(fixture, 'small', few);
    await sql`analyze`.execute(fixture.services.db);
    const engine = new Engine(fixture.services, fixture.services.newId());
    await engine.runDue();
    const pair = await interleave(
      rounds,
      (round) => replan(fixture, engine, large, round),
      (round) => replan(fixture, engine, small, round),
    );
    return [cost('wake', 'ms a change', pair)];
  } finally {
    await fixture.close();
  }
}

/** A running campaign with its own senders, in which everybody waits for the second mail. */
async function waiting(fixture: Fixture, name: string, people: number): Promise<string> {
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  return waitingCampaign(fixture, { name, people, senders: lanes });
}

async function replan(
  fixture: Fixture,
  engine: Engine,
  id: string,
  round: number,
): Promise<number> {
  const caller = adminOf(fixture);
  const operating_hours = { monday: { start: 480 + ((round + 1) % 60), end: 1080 } };
  const tookS = await seconds(async () => {
    await runOperation(updateCampaign, fixture.services, {
      caller,
      raw: { id, operating_hours },
    });
    const planned = await engine.tick();
    if (planned !== senders) throw new Error(`${planned} lanes were planned, not ${senders}`);
  });
  return tookS * 1000;
}
