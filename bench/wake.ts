import { sql } from 'kysely';
import { Engine } from '../src/engine/engine.ts';
import { runOperation } from '../src/operation.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';

const many = 1_000_000;
const few = 1_000;
const senders = 20;
const rounds = 15;

/** Changing operating_hours, until every lane is planned anew: with a million people waiting for their follow-up against a thousand. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  try {
    const large = await waiting(house, 'large', many);
    const small = await waiting(house, 'small', few);
    await sql`analyze`.execute(house.services.db);
    const engine = new Engine(house.services, house.services.newId());
    await engine.runDue();
    const pair = await interleave(
      rounds,
      (round) => replan(house, engine, large, round),
      (round) => replan(house, engine, small, round),
    );
    return [cost('wake', 'ms a change', pair)];
  } finally {
    await house.close();
  }
}

/** A running campaign, with senders of its own, in which everybody waits for the second mail. */
async function waiting(house: House, name: string, people: number): Promise<string> {
  const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
  return waitingCampaign(house, { name, people, senders: lanes });
}

async function replan(
  { services, workspaceId, memberId }: House,
  engine: Engine,
  id: string,
  round: number,
): Promise<number> {
  const caller = { workspaceId, memberId, keyId: services.newId(), scopes: ['admin'] } as const;
  const operating_hours = { monday: { start: 480 + ((round + 1) % 60), end: 1080 } };
  const tookS = await seconds(async () => {
    await runOperation(updateCampaign, services, { caller, raw: { id, operating_hours } });
    const planned = await engine.tick();
    if (planned !== senders) throw new Error(`${planned} lanes were planned, not ${senders}`);
  });
  return tookS * 1000;
}
