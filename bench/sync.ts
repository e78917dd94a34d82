import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import { syncRules } from '../src/engine/people/rules.ts';
import { runOperation } from '../src/operation.ts';
import { updateRules } from '../src/operations/rules/update.ts';
import {
  type Figure,
  type House,
  interleave,
  openHouse,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { draftCampaign, expectPeople } from './fixtures/people.ts';
import { unchecked } from './fixtures/tables.ts';

const count = 100_000;
const rounds = 7;

/** A list of many leads that feeds a campaign from now on, until the last is in its roster, against the same people written by one bare statement. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  const list = await fillList(house);
  const client = await house.services.pool.connect();
  const ours = async (round: number) => {
    const id = await draftCampaign(house, `synced ${round}`);
    const tookS = await seconds(async () => {
      await feed(house, id, list);
      while ((await syncRules(house.services)) > 0);
    });
    await expectFed(house, id);
    return count / tookS;
  };
  const reference = async (round: number) => {
    const id = await draftCampaign(house, `written ${round}`);
    const tookS = await seconds(() => writeBare(client, house, { id, list }));
    await expectPeople(house, id, count);
    return count / tookS;
  };
  try {
    return [rate('sync', 'leads/s', await interleave(rounds, ours, reference))];
  } finally {
    client.release();
    await house.close();
  }
}

async function fillList({ services, workspaceId }: House): Promise<string> {
  const { db, newId } = services;
  const [list, now] = [newId(), services.clock.now()];
  await sql`insert into lists (workspace_id, id, name, created_at, updated_at) values (${workspaceId}, ${list}, 'bench', ${now}, ${now})`.execute(
    db,
  );
  await unchecked(db, async (given) => {
    await sql`
      insert into leads (workspace_id, id, type, email, first_name, last_name, title, company, created_at, updated_at)
      select ${workspaceId}, uuidv7(), 'person', 'person.' || i || '@company-' || i % 5000 || '.example.com', 'Name' || i % 300, 'Family' || i % 7000,
        'Head of Sales', 'Company ' || i % 5000 || ' Ltd', ${now}, ${now}
      from generate_series(1, ${count}::int) as i`.execute(given);
    await sql`
      insert into list_leads (workspace_id, list_id, lead_id, added_at)
      select workspace_id, ${list}, id, ${now} from leads where workspace_id = ${workspaceId}`.execute(
      given,
    );
  });
  await sql`vacuum analyze leads, list_leads`.execute(db);
  return list;
}

async function feed(
  { services, workspaceId, memberId }: House,
  id: string,
  list: string,
): Promise<void> {
  const caller = { workspaceId, memberId, keyId: services.newId(), scopes: ['admin'] } as const;
  await runOperation(updateRules, services, { caller, raw: { id, synced_list_ids: [list] } });
}

async function expectFed(house: House, id: string): Promise<void> {
  await expectPeople(house, id, count);
  const { rows } = await sql<{
    n: number;
  }>`select fed as n from lead_rules where campaign_id = ${id} and walk_after is null`.execute(
    house.services.db,
  );
  if (rows[0]?.n !== count) throw new Error(`${rows[0]?.n} leads are noted as fed, not ${count}`);
}

/** The same columns of the same tables. */
async function writeBare(
  client: PoolClient,
  { services, workspaceId }: House,
  { id, list }: { id: string; list: string },
): Promise<void> {
  const text = `
    with added as (
      insert into prospects (workspace_id, campaign_id, source, source_ref, created_at, updated_at, id, identity, lead_id,
        email, linkedin_url, x_handle, first_name, last_name, name, company, position)
      select $1::uuid, $2::uuid, 'rule', $3::uuid, $4::timestamptz, $4, uuidv7(), l.email, l.id,
        l.email, l.linkedin_url, l.x_handle, l.first_name, l.last_name, l.first_name || ' ' || l.last_name, l.company, l.title
      from list_leads m join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id where m.workspace_id = $1 and m.list_id = $3::uuid
      on conflict (campaign_id, identity) do nothing returning id, lead_id
    )
    insert into enrolments (workspace_id, campaign_id, lead_id, prospect_id, list_ids, state) select $1, $2, lead_id, id, array[$3::uuid], 'in' from added`;
  await client.query(text, [workspaceId, id, list, services.clock.now()]);
}
