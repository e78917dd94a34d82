import { sql } from 'kysely';
import { runOperation } from '../src/operation.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
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

const many = 1_000_000;
const few = 1_000;
const rounds = 15;

/** A launch of a million people against one of a thousand: it must not read the people. */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const senders = await addSenders(fixture, 20, { host: '127.0.0.1', port: 25 });
    const large = await fillCampaign(fixture, {
      name: 'large',
      people: many,
      senders,
      launch: false,
    });
    const small = await fillCampaign(fixture, {
      name: 'small',
      people: few,
      senders,
      launch: false,
    });
    await sql`analyze`.execute(fixture.services.db);
    const pair = await interleave(
      rounds,
      () => launchOnce(fixture, large),
      () => launchOnce(fixture, small),
    );
    return [cost('launch', 'ms a launch', pair)];
  } finally {
    await fixture.close();
  }
}

/** Launches a draft and makes it a draft again. Returns the time of the launch, in ms. */
async function launchOnce(fixture: Fixture, id: string): Promise<number> {
  const { services, workspaceId } = fixture;
  const call = { caller: adminOf(fixture), raw: { id } };
  const tookS = await seconds(() => runOperation(launchCampaign, services, call));
  await sql`
    update campaigns set status = 'draft', launched_at = null
    where workspace_id = ${workspaceId} and id = ${id}`.execute(services.db);
  return tookS * 1000;
}
