import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/db/database.ts';
import { syncRules } from '../../../src/engine/people/rules.ts';
import { syncStats } from '../../../src/operations/campaigns/sync-stats.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createLists } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase({ connections: 20 });
const { db, services, workspaceId } = test;
const { call, addLeads, makeList, put, take, makeCampaign, settle, roster } = createLists(test);

/** A list of `count` leads, straight into the database. Returns its id. */
async function longList(count: number): Promise<string> {
  const list = await makeList();
  await sql`
    with made as (
      insert into leads (workspace_id, id, type, email, first_name, created_at, updated_at)
      select ${workspaceId}, gen_random_uuid(), 'person', ${list} || i || '@example.com', 'P' || i, ${services.clock.now()}, ${services.clock.now()}
      from generate_series(1, ${count}::int) as i returning id
    ) insert into list_leads (workspace_id, list_id, lead_id, added_at) select ${workspaceId}, ${list}, id, ${services.clock.now()} from made`.execute(
    db,
  );
  return list;
}

/**
 * Expects the pending prospects to be exactly the leads of the list, and every count to be right.
 */
async function expectFed(campaignId: string, listId: string): Promise<void> {
  await sql`analyze prospects, list_leads, enrolments`.execute(db);
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from list_leads where workspace_id = ${workspaceId} and list_id = ${listId}) as listed,
      (select count(*) from prospects p where campaign_id = ${campaignId} and status = 'pending'
        and exists (select 1 from list_leads m where m.workspace_id = ${workspaceId} and m.list_id = ${listId} and m.lead_id = p.lead_id)) as fed,
      (select count(*) from prospects p where campaign_id = ${campaignId} and status = 'pending') as pending,
      (select fed from lead_rules where campaign_id = ${campaignId}) as noted,
      (select removed from lead_rules where campaign_id = ${campaignId}) - (select count(*) from enrolments where campaign_id = ${campaignId} and state = 'removed') as off,
      (select count(*) from sync_marks where campaign_id = ${campaignId}) as marks`.execute(db);
  const { listed } = rows[0]!;
  expect(rows[0]).toEqual({
    listed,
    fed: listed,
    pending: listed,
    noted: listed,
    off: 0,
    marks: 0,
  });
  expect(await call(syncStats, { id: campaignId })).toMatchObject({ repaired: 0 });
}

/** Services of another worker, with connections that can be cut. */
function openWorker(name: string) {
  const { db: own, close } = openDatabase(
    { connectionString: test.url, application_name: name, max: 2 },
    services.log,
  );
  const cut = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`.execute(
      db,
    );
  return { services: { ...services, db: own }, cut, close };
}

describe('a sync of lead rules', () => {
  it('adds every lead once although its connection is cut again and again', async () => {
    const list = await longList(14_000);
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [list] });
    const worker = openWorker('cut');
    let cuts = 0;
    for (let over = false; !over; ) {
      const run = syncRules(worker.services).then(
        (n) => n === 0,
        () => false,
      );
      const hit = await Promise.race([
        run.then(() => false),
        new Promise<boolean>((go) => setTimeout(go, 20 * (cuts % 7), true)),
      ]);
      if (hit && cuts < 14) {
        await worker.cut();
        cuts += 1;
      }
      over = (await run) && cuts > 6;
    }
    await worker.close();
    await settle();
    await expectFed(id, list);
  });

  it('by several workers while leads enter and leave ends with the list’s leads', async () => {
    const list = await longList(12_000);
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [list] });
    const { rows } = await sql<{
      id: string;
    }>`select lead_id as id from list_leads where list_id = ${list} order by random() limit 300`.execute(
      db,
    );
    const leaving = rows.map((row) => row.id);
    const entering = await addLeads(Array.from({ length: 300 }, (_, i) => `enters${i}`));
    let busy = true;
    const work = async () => {
      while (busy)
        if ((await syncRules(services)) === 0)
          await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const edit = async () => {
      for (let i = 0; i < 300; i += 10) {
        await put(list, entering.slice(i, i + 10));
        await take(list, leaving.slice(i, i + 10));
        await put(list, leaving.slice(i, i + 4));
      }
    };
    const workers = [work(), work(), work()];
    await Promise.all([edit(), edit()]);
    busy = false;
    await Promise.all(workers);
    await settle();
    await expectFed(id, list);
  });

  it('misses no lead that enters or leaves the list while the rules are saved', async () => {
    for (let round = 0; round < 12; round++) {
      const leads = await addLeads(Array.from({ length: 6 }, (_, i) => `races${round}-${i}`));
      const list = await makeList(leads.slice(0, 3));
      const id = await makeCampaign();
      const slow = db.transaction().execute(async (transaction) => {
        await sql`insert into list_leads (workspace_id, list_id, lead_id, added_at) values (${workspaceId}, ${list}, ${leads[3]!}, ${services.clock.now()})`.execute(
          transaction,
        );
        await sql`delete from list_leads where list_id = ${list} and lead_id = ${leads[0]!}`.execute(
          transaction,
        );
        await sql`select pg_sleep(0.03)`.execute(transaction);
      });
      const rules = call(updateRules, { id, synced_list_ids: [list] }).then(() =>
        syncRules(services),
      );
      await Promise.all([
        slow,
        rules,
        put(list, [leads[4]!]),
        take(list, [leads[1]!]),
        put(list, [leads[5]!]),
      ]);
      await settle();
      await expectFed(id, list);
    }
  });

  it('changes nothing when it runs again', async () => {
    const list = await longList(100);
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [list] });
    await settle();
    const picture = () =>
      sql`select id, status, updated_at from prospects where campaign_id = ${id} order by id`.execute(
        db,
      );
    const before = await picture();
    test.clock.advanceTo(new Date(test.clock.now().getTime() + 1_000));
    await call(updateRules, { id, exclude_mutuals: true });
    await settle();
    expect((await picture()).rows).toEqual(before.rows);
  });

  it('leaves prospects in hand alone and assesses them again afterwards', async () => {
    const [zoe] = await addLeads(['zoe']);
    const list = await makeList([zoe!]);
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [list] });
    await settle();
    await sql`update prospects set hold = 'reserved' where campaign_id = ${id}`.execute(db);
    await take(list, [zoe!]);
    expect(await syncRules(services)).toBe(0);
    expect(await roster(id)).toEqual({ zoe: 'pending' });
    await sql`update prospects set hold = null where campaign_id = ${id}`.execute(db);
    await settle();
    expect(await roster(id)).toEqual({ zoe: 'off' });
  });
});
