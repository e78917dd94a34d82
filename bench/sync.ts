import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import { syncRules } from '../src/engine/people/rules.ts';
import { runOperation } from '../src/operation.ts';
import { updateRules } from '../src/operations/rules/update.ts';
import {
  adminOf,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { draftCampaign, expectPeople } from './fixtures/people.ts';
import { unchecked } from './fixtures/tables.ts';

const count = 100_000;
const rounds = 7;

/**
 * A list of many leads begins to feed a campaign, until the last is in its roster, against the same
 * people written by one bare statement.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  const list = await fillList(fixture);
  const client = await fixture.services.pool.connect();
  const ours = async (round: number) => {
    const id = await draftCampaign(fixture, `synced ${round}`);
    const tookS = await seconds(async () => {
      await feed(fixture, id, list);
      while ((await syncRules(fixture.services)) > 0);
    });
    await expectFed(fixture, id);
    return count / tookS;
  };
  const reference = async (round: number) => {
    const id = await draftCampaign(fixture, `written ${round}`);
    const tookS = await seconds(() => writeBare(client, fixture, { id, list }));
    await expectPeople(fixture, id, count);
    return count / tookS;
  };
  try {
    return [rate('sync', 'leads/s', await interleave(rounds, ours, reference))];
  } finally {
    client.release();
    await fixture.close();
  }
}

async function fillList({ services, workspaceId }: Fixture): Promise<string> {
  const { db, newId } = services;
  const [list, now] = [newId(), services.clock.now()];
  await sql`
    insert into lists (workspace_id, id, name, created_at, updated_at)
    values (${workspaceId}, ${list}, 'bench', ${now}, ${now})`.execute(db);
  await unchecked(db, async (transaction) => {
    await sql`
      insert into leads (
        workspace_id, id, type, email, first_name, last_name, title, company,
        created_at, updated_at
      )
      select ${workspaceId}, uuidv7(), 'person',
        'person.' || i || '@company-' || i % 5000 || '.example.com', 'Name' || i % 300,
        'Family' || i % 7000, 'Head of Sales', 'Company ' || i % 5000 || ' Ltd', ${now}, ${now}
      from generate_series(1, ${count}::int) as i`.execute(transaction);
    await sql`
      insert into list_leads (workspace_id, list_id, lead_id, added_at)
      select workspace_id, ${list}, id, ${now} from leads
      where workspace_id = ${workspaceId}`.execute(transaction);
  });
  await sql`vacuum analyze leads, list_leads`.execute(db);
  return list;
}

async function feed(fixture: Fixture, id: string, list: string): Promise<void> {
  const call = { caller: adminOf(fixture), raw: { id, synced_list_ids: [list] } };
  await runOperation(updateRules, fixture.services, call);
}

async function expectFed(fixture: Fixture, id: string): Promise<void> {
  await expectPeople(fixture, id, count);
  const { rows } = await sql<{ n: number }>`
    select fed as n from lead_rules where campaign_id = ${id} and walk_after is null`.execute(
    fixture.services.db,
  );
  if (rows[0]?.n !== count) throw new Error(`${rows[0]?.n} leads are noted as fed, not ${count}`);
}

/** Writes the same columns of the same tables in one statement. */
async function writeBare(
  client: PoolClient,
  { services, workspaceId }: Fixture,
  { id, list }: { id: string; list: string },
): Promise<void> {
  const text = `
    with added as (
      insert into prospects (
        workspace_id, campaign_id, source, source_ref, created_at, updated_at, id, identity,
        lead_id, email, linkedin_url, x_handle, first_name, last_name, name, company, position
      )
      select $1::uuid, $2::uuid, 'rule', $3::uuid, $4::timestamptz, $4, uuidv7(), l.email,
        l.id, l.email, l.linkedin_url, l.x_handle, l.first_name, l.last_name,
        l.first_name || ' ' || l.last_name, l.company, l.title
      from list_leads m join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id
      where m.workspace_id = $1 and m.list_id = $3::uuid
      on conflict (workspace_id, campaign_id, identity) do nothing returning id, lead_id
    )
    insert into enrolments (workspace_id, campaign_id, lead_id, prospect_id, list_ids, state)
    select $1, $2, lead_id, id, array[$3::uuid], 'in' from added`;
  await client.query(text, [workspaceId, id, list, services.clock.now()]);
}
