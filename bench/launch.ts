import { sql } from 'kysely';
import { runOperation } from '../src/operation.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const many = 1_000_000;
const few = 1_000;
const rounds = 15;

/** Launching a campaign of a million people against one of a thousand: it must not look at them. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  try {
    const senders = await addSenders(house, 20, { host: '127.0.0.1', port: 25 });
    const large = await fillCampaign(house, {
      name: 'large',
      people: many,
      senders,
      launch: false,
    });
    const small = await fillCampaign(house, { name: 'small', people: few, senders, launch: false });
    await sql`analyze`.execute(house.services.db);
    const pair = await interleave(
      rounds,
      () => launchOnce(house, large),
      () => launchOnce(house, small),
    );
    return [cost('launch', 'ms a launch', pair)];
  } finally {
    await house.close();
  }
}

/** Launches a draft and makes it one again. Returns how long the launch took, in ms. */
async function launchOnce({ services, workspaceId, memberId }: House, id: string): Promise<number> {
  const caller = { workspaceId, memberId, keyId: services.newId(), scopes: ['admin'] } as const;
  const tookS = await seconds(() =>
    runOperation(launchCampaign, services, { caller, raw: { id } }),
  );
  await sql`update campaigns set status = 'draft', launched_at = null where workspace_id = ${workspaceId} and id = ${id}`.execute(
    services.db,
  );
  return tookS * 1000;
}
