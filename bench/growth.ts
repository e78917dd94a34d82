import { sql } from 'kysely';
import {
  cost,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, countCompleted, fillCampaign } from './fixtures/people.ts';
import { createStepper, type Stepper } from './fixtures/stepper.ts';

const many = 1_000_000;
const few = 10_000;
const senders = 100;
/**
 * A round ends with the tick that reaches this number; a tick sends up to four times as many as
 * there are senders. All rounds in total must not empty the small campaign.
 */
const sends = 1_000;
const rounds = 7;

/**
 * The cost of a send, from claim to commit without a network, in a campaign of a million people
 * against one of ten thousand.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const stepper = createStepper(fixture.services, fixture.services.newId());
    const large = await campaign(fixture, 'large', many);
    const small = await campaign(fixture, 'small', few);
    await sql`vacuum analyze`.execute(fixture.services.db);
    const pair = await interleave(
      rounds,
      () => sendSome(fixture, stepper, large),
      () => sendSome(fixture, stepper, small),
    );
    return [cost('growth', 'ms a send', pair)];
  } finally {
    await fixture.close();
  }
}

/** A paused campaign with senders of its own. */
async function campaign(fixture: Fixture, name: string, people: number): Promise<string> {
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  const id = await fillCampaign(fixture, { name, people, senders: lanes, launch: true });
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(fixture.services.db);
  return id;
}

/** Lets a campaign run for a good thousand sends. Returns the time of one send, in ms. */
async function sendSome(fixture: Fixture, { engine, clock }: Stepper, id: string): Promise<number> {
  const { db } = fixture.services;
  const sent = () => countCompleted(fixture, id);
  const before = await sent();
  await sql`update campaigns set status = 'active' where id = ${id}`.execute(db);
  await sql`
    update lanes set next_at = ${clock.now()}
    where sender_id in (select sender_id from campaign_senders where campaign_id = ${id})`.execute(
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
