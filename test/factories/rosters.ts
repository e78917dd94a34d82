import { sql } from 'kysely';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { listRoster } from '../../src/operations/roster/list.ts';
import { createCaller } from '../fixtures/caller.ts';
import type { TestDatabase } from '../fixtures/database.ts';

/** What the stories of the roster share: drafts, people in them, and a look at the campaign. */
export function createRosters(test: TestDatabase) {
  const { call, fail } = createCaller(test.services, test);
  let serial = 0;
  async function makeDraft(type = 'email', more: Record<string, unknown> = {}): Promise<string> {
    serial += 1;
    return (await call(createCampaign, { type, name: `Roster ${serial}`, ...more })).campaign.id;
  }

  async function fill(id: string, count: number): Promise<string[]> {
    await call(addProspects, {
      id,
      prospects: Array.from({ length: count }, (_, n) => ({ email: `p${n}@acme.example.com` })),
    });
    const { prospects } = await call(listRoster, { id, limit: 200 });
    return prospects.map((prospect) => prospect.id);
  }

  const setStatus = (id: string, status: string) =>
    sql`update campaigns set status = ${status} where id = ${id}`.execute(test.db);
  const stats = async (id: string) => (await call(getCampaign, { id })).campaign.stats;
  return { call, fail, makeDraft, fill, setStatus, stats };
}
