import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createLists } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase({ connections: 20 });
const { db } = test;
const { call, addLeads, makeList, put, take, makeCampaign, settle, roster } = createLists(test);

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

/** The lead rules in sets: computed again for every lead each time the syncs have settled. */
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
        const left = known.contacted ? 'left' : 'removed';
        known.kind = letGo ? 'unlinked' : left;
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

it('the roster equals the lead rules applied to the lists after any sequence of changes', {
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
    // Unlink lets go of the leads that are fed at that moment.
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
