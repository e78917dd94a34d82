import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/db/database.ts';
import { syncRules } from '../../../src/engine/people/rules.ts';
import { newId } from '../../../src/ids.ts';
import { syncStats } from '../../../src/operations/campaigns/sync-stats.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { listFixture } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase({ connections: 20 });
const { db, services, workspaceId } = test;
const { call, addLeads, makeList, put, take, makeCampaign, settle, roster } = listFixture(test);

/** A list of so many leads, straight into the database. */
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
 * Who is on the roster without having been taken off is just who is in the list, and every count is
 * right.
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

/** Connections of a worker of its own, which can be cut. */
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

describe('a sync', () => {
  it('that is cut at any point, again and again, ends with everybody once', async () => {
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

  it('by several workers while people enter and leave the list ends with who is in it', async () => {
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

  it('misses nobody who enters or leaves while the rules are made', async () => {
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

  it('run again changes nothing', async () => {
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

  it('waits for who is in hand, and looks at them again', async () => {
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

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const some = (of: readonly string[]) => fc.subarray([...of], { minLength: 1, maxLength: 3 });
const lists = ['one', 'two', 'three'];
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      list: fc.constantFrom(...lists),
      who: some(names),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      list: fc.constantFrom(...lists),
      who: some(names),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('contact' as const), who: fc.constantFrom(...names) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rules' as const),
      roles: fc.tuple(
        ...lists.map(() =>
          fc.constantFrom('synced' as const, 'synced' as const, 'excluded' as const, null),
        ),
      ),
      detach: fc.constantFrom('remove' as const, 'unlink' as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What the rules mean, in sets: worked out anew for everybody each time things have settled. */
class Model {
  members = new Map(lists.map((list) => [list, new Set<string>()]));
  synced: string[] = [];
  excluded: string[] = [];
  detached: string[] = [];
  state = new Map<
    string,
    { kind: 'in' | 'unlinked' | 'left' | 'removed'; by: string[]; contacted: boolean }
  >();

  settle(): void {
    for (const name of names) {
      const by = this.synced.filter((list) => this.members.get(list)!.has(name));
      const shut = this.excluded.some((list) => this.members.get(list)!.has(name));
      const known = this.state.get(name);
      if (by.length > 0 && !shut)
        this.state.set(name, { contacted: known?.contacted ?? false, kind: 'in', by });
      else if (known?.kind === 'in') {
        const letGo =
          by.length === 0 && !shut && known.by.some((list) => this.detached.includes(list));
        known.kind = letGo ? 'unlinked' : known.contacted ? 'left' : 'removed';
        known.by = [];
      }
    }
    this.detached = [];
  }

  get roster(): Record<string, string> {
    return Object.fromEntries(
      [...this.state].map(([name, { kind }]) => [name, kind === 'removed' ? 'off' : 'pending']),
    );
  }
}

it('after any changes of lists and rules, the roster is the rules applied to the lists', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const prefix = newId().slice(-8);
      const leads = new Map(
        (await addLeads(names.map((name) => `${prefix}${name}`))).map((id, index) => [
          names[index]!,
          id,
        ]),
      );
      const ids = new Map<string, string>();
      for (const list of lists) ids.set(list, await makeList());
      const id = await makeCampaign();
      const model = new Model();
      for (const one of steps) await play(one, { id, model, leads, ids, prefix });
      await settle();
      model.settle();
      const found = Object.entries(await roster(id)).map(([name, status]) => [
        name.slice(prefix.length),
        status,
      ]);
      expect(Object.fromEntries(found)).toEqual(model.roster);
    }),
    { numRuns: 40 },
  );
});

type Stage = {
  id: string;
  model: Model;
  leads: Map<string, string>;
  ids: Map<string, string>;
  prefix: string;
};

async function play(one: Step, { id, model, leads, ids, prefix }: Stage): Promise<void> {
  const idsOf = (who: readonly string[]) => who.map((name) => leads.get(name)!);
  if (one.do === 'put') {
    await put(ids.get(one.list)!, idsOf(one.who));
    for (const name of one.who) model.members.get(one.list)!.add(name);
  } else if (one.do === 'take') {
    await take(ids.get(one.list)!, idsOf(one.who));
    for (const name of one.who) model.members.get(one.list)!.delete(name);
  } else if (one.do === 'contact') {
    await settle();
    model.settle();
    await sql`update prospects set contacted_at = created_at where campaign_id = ${id} and first_name = ${prefix + one.who} and ended_at is null`.execute(
      db,
    );
    const known = model.state.get(one.who);
    if (known && known.kind !== 'removed') known.contacted = true;
  } else if (one.do === 'settle') {
    await settle();
    model.settle();
  } else {
    // What unlink lets go of is who is fed at that moment.
    await settle();
    model.settle();
    const having = (role: string) => lists.filter((_, index) => one.roles[index] === role);
    const [synced, excluded] = [having('synced'), having('excluded')];
    if (one.detach === 'unlink')
      model.detached = model.synced.filter((list) => !synced.includes(list));
    Object.assign(model, { synced, excluded });
    const listIds = (of: readonly string[]) => of.map((list) => ids.get(list)!);
    await call(updateRules, {
      id,
      synced_list_ids: listIds(synced),
      excluded_list_ids: listIds(excluded),
      detach_behavior: one.detach,
    });
  }
}
