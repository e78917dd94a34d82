import { sql } from 'kysely';
import { runOperation } from '../src/operation.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import {
  adminOf,
  type Figure,
  type Fixture,
  median,
  openFixture,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const many = 1_000_000;
const rounds = 5;
/** Launching a million people takes no longer, in seconds. */
const longestS = 5;

/** A launch of a million people, which looks at each of them in a few statements. */
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
    await sql`vacuum analyze prospects`.execute(fixture.services.db);
    const times: number[] = [];
    for (let round = 0; round <= rounds; round++) times.push(await launchOnce(fixture, large));
    const ours = median(times.slice(1));
    return [
      { bench: 'launch', ours, reference: longestS, unit: 's a launch', ratio: longestS / ours },
    ];
  } finally {
    await fixture.close();
  }
}

/** Launches a draft and makes it a draft again. Returns the time of the launch, in seconds. */
async function launchOnce(fixture: Fixture, id: string): Promise<number> {
  const { services, workspaceId } = fixture;
  const call = { caller: adminOf(fixture), raw: { id } };
  const tookS = await seconds(() => runOperation(launchCampaign, services, call));
  await sql`
    update campaigns set status = 'draft', launched_at = null
    where workspace_id = ${workspaceId} and id = ${id}`.execute(services.db);
  return tookS;
}
