import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../src/db/database.ts';
import { appendEvents } from '../../../src/db/events.ts';
import { installJobs } from '../../../src/engine/jobs.ts';
import { runAutomations } from '../../../src/engine/people/automations.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { createAutomation } from '../../../src/operations/automations/create.ts';
import { deleteAutomation } from '../../../src/operations/automations/delete.ts';
import { updateAutomation } from '../../../src/operations/automations/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createTag } from '../../../src/operations/tags/create.ts';
import { createLists } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase({ connections: 20 });
const { db, services, workspaceId, clock } = test;
const { call, makeList, makeCampaign, addLeads, roster } = createLists(test);

/** A campaign with `count` prospects, none of them a lead. Returns its id and theirs. */
async function filled(count: number): Promise<{ id: string; people: string[] }> {
  const id = await makeCampaign();
  const prospects = Array.from({ length: count }, (_, i) => ({
    email: `${id}-${i}@example.com`,
    first_name: `P${i}`,
    company: 'Acme',
  }));
  for (let i = 0; i < count; i += 1000)
    await call(addProspects, { id, prospects: prospects.slice(i, i + 1000) });
  const rows = await db
    .selectFrom('prospects')
    .select('id')
    .where('campaign_id', '=', id)
    .execute();
  return { id, people: rows.map((row) => row.id) };
}

/** Appends the events of first touches to these prospects. */
async function contact(campaignId: string, people: readonly string[]): Promise<void> {
  const at = clock.now();
  await sql`update prospects set contacted_at = ${at} where id = any (${people}::uuid[])`.execute(
    db,
  );
  const events = people.map((prospectId) => ({
    kind: 'message.sent' as const,
    campaignId,
    prospectId,
    at,
    data: {},
  }));
  await db
    .transaction()
    .execute((transaction) =>
      appendEvents(transaction, { workspaceId, at, actor: 'test' }, events),
    );
}

const notified = async (id: string): Promise<string[]> => {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('campaign_id', '=', id)
    .where('kind', '=', 'automation.notified')
    .execute();
  return rows.map((row) => row.prospect_id!).sort();
};

describe('an automation', () => {
  it('takes effect once by several workers whose connections are cut', async () => {
    const { id, people } = await filled(4_000);
    const { tag } = await call(createTag, { name: 'reached' });
    await call(createAutomation, { id, event: 'contacted', action: 'notify', text: 'reached' });
    await call(createAutomation, { id, event: 'contacted', action: 'add_tag', tag_id: tag.id });
    const workers = Array.from({ length: 3 }, () =>
      openDatabase(
        { connectionString: test.url, application_name: 'follower', max: 2 },
        services.log,
      ),
    );
    let busy = true;
    const work = async ({ db: own }: (typeof workers)[number]) => {
      while (busy) await runAutomations({ ...services, db: own }).catch(() => 0);
    };
    const running = workers.map(work);
    for (let i = 0; i < 4_000; i += 500) {
      await contact(id, people.slice(i, i + 500));
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'follower'`.execute(
        db,
      );
    }
    await vi.waitFor(async () => expect(await notified(id)).toHaveLength(4_000), {
      timeout: 25_000,
      interval: 50,
    });
    busy = false;
    await Promise.all(running);
    await Promise.all(workers.map((worker) => worker.close()));
    expect(await notified(id)).toEqual(people.toSorted());
    const { rows } = await sql<{ tagged: number; leads: number }>`
      select (select count(*) from lead_tags where tag_id = ${tag.id}) as tagged, (select count(*) from leads where company = 'Acme') as leads`.execute(
      db,
    );
    expect(rows).toEqual([{ tagged: 4_000, leads: 4_000 }]);
  });

  it('that is made later starts at its own time, because no cursor was kept', async () => {
    const { id, people } = await filled(3);
    const cursors = async () => (await sql`select seq from event_cursors`.execute(db)).rows.length;
    const { automation } = await call(createAutomation, {
      id,
      event: 'contacted',
      action: 'notify',
      text: 'one',
    });
    await sql`update automations set enabled = false where id <> ${automation.id}`.execute(db);
    await contact(id, [people[0]!]);
    while ((await runAutomations(services)) > 0);
    expect([await notified(id), await cursors()]).toEqual([[people[0]], 1]);
    await call(deleteAutomation, { id, automationId: automation.id });
    await contact(id, [people[1]!]);
    await runAutomations(services);
    expect(await cursors()).toBe(0);
    await call(createAutomation, { id, event: 'contacted', action: 'notify', text: 'two' });
    await contact(id, [people[2]!]);
    while ((await runAutomations(services)) > 0);
    expect(await notified(id)).toEqual([people[0], people[2]].toSorted());
  });

  it('acts on nothing older than itself, although the cursor is behind', async () => {
    const { id, people } = await filled(2);
    const make = (text: string) =>
      call(createAutomation, { id, event: 'contacted', action: 'notify', text });
    await make('first');
    await contact(id, [people[0]!]);
    // The first one keeps the cursor; nothing has run since.
    await make('second');
    await contact(id, [people[1]!]);
    while ((await runAutomations(services)) > 0);
    expect(await notified(id)).toEqual([people[0], people[1], people[1]].toSorted());
  });

  it('that is switched on acts on nothing from before', async () => {
    const { id, people } = await filled(2);
    const make = (text: string) =>
      call(createAutomation, { id, event: 'contacted', action: 'notify', text });
    await make('first');
    const automationId = (await make('second')).automation.id;
    await call(updateAutomation, { id, automationId, enabled: false });
    await contact(id, [people[0]!]);
    await call(updateAutomation, { id, automationId, enabled: true });
    await contact(id, [people[1]!]);
    while ((await runAutomations(services)) > 0);
    expect(await notified(id)).toEqual([people[0], people[1], people[1]].toSorted());
  });

  it('acts on the events of its own campaign, and of its own kind', async () => {
    const [one, two] = [await filled(1), await filled(1)];
    await call(createAutomation, { id: one.id, event: 'contacted', action: 'notify', text: 'a' });
    await call(createAutomation, { id: one.id, event: 'replied', action: 'notify', text: 'b' });
    await call(createAutomation, { id: two.id, event: 'replied', action: 'notify', text: 'c' });
    await contact(one.id, one.people);
    await contact(two.id, two.people);
    while ((await runAutomations(services)) > 0);
    expect([await notified(one.id), await notified(two.id)]).toEqual([one.people, []]);
  });
});

it('a worker process runs rules and automations, and removes mutual contacts', async () => {
  await installJobs(test.pool);
  const leads = await addLeads(['ann', 'bob']);
  const list = await makeList(leads);
  const [first, second] = [await makeCampaign(), await makeCampaign()];
  const worker = await startWorker(services);
  try {
    await call(updateRules, { id: first, synced_list_ids: [list] });
    await call(updateRules, { id: second, synced_list_ids: [list], exclude_contacted: true });
    await sql`update campaigns set launched_at = created_at where id = ${first}`.execute(db);
    await vi.waitFor(
      async () =>
        expect([await roster(first), await roster(second)]).toEqual(
          Array(2).fill({ ann: 'pending', bob: 'pending' }),
        ),
      {
        timeout: 10_000,
      },
    );
    const { rows } = await sql<{
      id: string;
    }>`select id from prospects where campaign_id = ${first} and first_name = 'ann'`.execute(db);
    await contact(first, [rows[0]!.id]);
    await vi.waitFor(
      async () => expect(await roster(second)).toEqual({ ann: 'off', bob: 'pending' }),
      { timeout: 10_000 },
    );
  } finally {
    await worker.stop();
  }
});
