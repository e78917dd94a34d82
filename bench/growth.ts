import { sql } from 'kysely';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';
import { createStepper, type Stepper } from './fixtures/stepper.ts';

const many = 1_000_000;
const few = 10_000;
const senders = 100;
/** A round ends with the tick that reaches it, of up to four times as many as there are senders: all rounds together must not empty the small one. */
const sends = 1_000;
const rounds = 7;

/** What a send costs, claim to commit without a network, in a campaign of a million people against one of ten thousand. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  try {
    const stepper = createStepper(house.services, house.services.newId());
    const large = await campaign(house, 'large', many);
    const small = await campaign(house, 'small', few);
    await sql`vacuum analyze`.execute(house.services.db);
    const pair = await interleave(
      rounds,
      () => sendSome(house, stepper, large),
      () => sendSome(house, stepper, small),
    );
    return [cost('growth', 'ms a send', pair)];
  } finally {
    await house.close();
  }
}

/** A paused campaign with senders of its own. */
async function campaign(house: House, name: string, people: number): Promise<string> {
  const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
  const id = await fillCampaign(house, { name, people, senders: lanes, launch: true });
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(house.services.db);
  return id;
}

/** Lets a campaign run until it has sent a good thousand more. Returns the time of each, in ms. */
async function sendSome(
  { services: { db } }: House,
  { engine, clock }: Stepper,
  id: string,
): Promise<number> {
  const sent = async () => {
    const { rows } = await sql<{
      n: number;
    }>`select coalesce(sum(n), 0)::int as n from counters where campaign_id = ${id} and name = 'completed'`.execute(
      db,
    );
    return rows[0]!.n;
  };
  const before = await sent();
  await sql`update campaigns set status = 'active' where id = ${id}`.execute(db);
  await sql`update lanes set next_at = ${clock.now()} where sender_id in (select sender_id from campaign_senders where campaign_id = ${id})`.execute(
    db,
  );
  const tookS = await seconds(async () => {
    for (let n = 0; n < sends; n = (await sent()) - before) {
      await engine.tick();
      await engine.settled();
      clock.advanceMs(1_000);
    }
  });
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(db);
  await engine.runDue();
  return (tookS * 1000) / ((await sent()) - before);
}
