import { sql } from 'kysely';
import { syncRules } from '../../src/engine/people/rules.ts';
import { addListLeads } from '../../src/operations/lists/add-leads.ts';
import { createList } from '../../src/operations/lists/create.ts';
import { removeListLeads } from '../../src/operations/lists/remove-leads.ts';
import { updateRules } from '../../src/operations/rules/update.ts';
import type { Chance } from './chance.ts';
import { at } from './expectations.ts';
import { draftOf, groupSize, groups, identify } from './people.ts';
import type { Simulation } from './simulation.ts';

type Lead = { id: string; group: string; n: number };
type Rules = { synced: readonly string[]; excluded: readonly string[] };

/** The members of lists, and the rules of campaigns by tag, as they were requested. */
export class LiveLists {
  readonly leads: Lead[] = [];
  /** Leads by list id. */
  readonly members = new Map<string, Set<Lead>>();
  readonly rules = new Map<string, Rules>();

  /** Leads that the rules feed to a campaign: in a synced list, and in no excluded one. */
  scopeOf({ synced, excluded }: Rules): Set<Lead> {
    const of = (lists: readonly string[]) => lists.flatMap((list) => [...this.members.get(list)!]);
    const out = new Set(of(excluded));
    return new Set(of(synced).filter((lead) => !out.has(lead)));
  }
}

/** Inserts leads of all groups, and makes lists of some of them. */
export async function makeLists(simulation: Simulation): Promise<void> {
  const { c, test, lists } = simulation;
  for (const group of groups)
    for (let n = 0; n < groupSize; n += 2) {
      const id = c.newId();
      const {
        first_name = null,
        company = null,
        custom_fields = {},
      } = draftOf('email', group, n).draft;
      const [email, url, handle] = (['email', 'linkedin', 'x'] as const).map(
        (channel) => identify(channel, group, n).value,
      );
      await sql`insert into leads (workspace_id, id, type, email, linkedin_url, x_handle, first_name, company, attributes, created_at, updated_at)
        values (${test.workspaceId}, ${id}, 'person', ${email}, ${url}, ${handle}, ${first_name}, ${company}, ${JSON.stringify(custom_fields)},
          ${test.clock.now()}, ${test.clock.now()})`.execute(test.db);
      lists.leads.push({ id, group, n });
    }
  for (let i = 0; i < 3; i++) {
    const members = lists.leads.filter(() => c.happens(0.2));
    const { list } = await simulation.caller.call(createList, {
      name: `List ${i}`,
      leadIds: members.map(({ id }) => id),
    });
    lists.members.set(list.id, new Set(members));
  }
}

function drawRules(c: Chance, lists: readonly string[]): Rules {
  const synced = lists.filter(() => c.happens(0.5));
  return { synced, excluded: lists.filter((list) => !synced.includes(list) && c.happens(0.4)) };
}

/** Gives a campaign other rules. */
export async function changeRules(simulation: Simulation, tag: string): Promise<void> {
  const { c, lists, expected } = simulation;
  const rules = drawRules(c, [...lists.members.keys()]);
  const from = simulation.instant();
  const change = {
    synced_list_ids: rules.synced,
    excluded_list_ids: rules.excluded,
    leave_behavior: c.one(['finish', 'stop']),
    detach_behavior: 'remove',
  };
  if (!(await simulation.ask(updateRules, { id: expected.campaigns.get(tag)!.id, ...change })))
    return;
  lists.rules.set(tag, rules);
  letBack(simulation, lists.leads, from);
}

/** Lets some leads enter or leave a list. */
export async function editList(simulation: Simulation): Promise<void> {
  const { c, lists } = simulation;
  const list = c.one([...lists.members.keys()]);
  if (!list) return;
  const from = simulation.instant();
  const members = lists.members.get(list)!;
  const chosen = lists.leads.filter(() => c.happens(0.2));
  if (chosen.length === 0) return;
  const enter = c.happens(0.5);
  const operation = enter ? addListLeads : removeListLeads;
  if (!(await simulation.ask(operation, { id: list, leadIds: chosen.map(({ id }) => id) }))) return;
  for (const lead of chosen) enter ? members.add(lead) : members.delete(lead);
  letBack(simulation, chosen, from);
}

/** A prospect removed by hand may come back by a list, so the removal no longer counts. */
function letBack({ expected, lists }: Simulation, leads: readonly Lead[], from: number): void {
  for (const tag of lists.rules.keys()) {
    const { type } = expected.campaigns.get(tag)!;
    expected.enrol(
      tag,
      leads.map(({ group, n }) => identify(type, group, n).value),
      { from, gone: false },
    );
  }
}

/**
 * Applies the remaining rules and compares the rosters with the lists.
 * @throws the error of applying them
 */
export async function settleLists(simulation: Simulation): Promise<void> {
  while ((await syncRules(simulation.services)) > 0);
  simulation.expected.breaches.push(...(await findMisfed(simulation)));
}

type Person = {
  identity: string;
  source: string;
  off: boolean;
  contacted: boolean;
  ended: boolean;
  busy: boolean;
};

/**
 * Finds leads in scope that are not on the roster, and prospects that stay on it by a list that
 * they left before contact, a line each.
 */
async function findMisfed({ expected, lists, test, now }: Simulation): Promise<string[]> {
  const found: string[] = [];
  for (const [tag, rules] of lists.rules) {
    const { id, type, gone } = expected.campaigns.get(tag)!;
    const { rows } = await sql<Person>`
      select identity, source, status = 'cancelled' and end_reason like 'lead rules:%' as off, contacted_at is not null as contacted, ended_at is not null as ended,
        coalesce(hold in ('reserved', 'passing'), false) as busy
      from prospects where workspace_id = ${test.workspaceId} and campaign_id = ${id} order by identity`.execute(
      test.db,
    );
    const roster = new Map(rows.map((row) => [row.identity, row]));
    const scope = new Set(
      [...lists.scopeOf(rules)].map(({ group, n }) => identify(type, group, n).value),
    );
    for (const identity of scope) {
      const person = roster.get(identity);
      const away = gone.get(identity);
      if (!person && !(away && at(away, now) !== undefined))
        found.push(`${identity} is in a list, and not on the roster of ${tag}`);
      if (person?.off && !person.contacted)
        found.push(`${identity} is in a list, and off the roster of ${tag}`);
    }
    // A prospect that is reserved or being skipped is synced afterwards.
    const fed = rows.filter(
      ({ source, contacted, ended, busy }) => source === 'rule' && !contacted && !ended && !busy,
    );
    for (const person of fed)
      if (!scope.has(person.identity))
        found.push(`${person.identity} is in no list that feeds ${tag}, and on its roster`);
  }
  return found;
}
