import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { findProspect } from '../../../src/db/people/roster.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { explainProspect } from '../../../src/engine/forecast/explain-prospect.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { chance } from '../../simulate/chance.ts';
import { ExplainScenario, iso, type Sent, startAction } from './explain-scenario.ts';

type Explanations = Awaited<ReturnType<typeof readExplanations>>;

/** The explanations of all prospects at this instant. */
async function readExplanations({ fixture: { call }, campaigns, senders, now }: ExplainScenario) {
  const people = [];
  const explanations = [];
  for (const id of campaigns) {
    const { prospects } = await call(listRoster, { id });
    for (const listed of prospects)
      people.push({
        id,
        listed,
        explained: await call(explainOneProspect, { id, prospectId: listed.id }),
      });
    explanations.push({ id, ...(await call(explainOneCampaign, { id })) });
  }
  const lanes = [];
  for (const id of senders) lanes.push(await call(explainOneSender, { id }));
  return { now, people, campaigns: explanations, lanes };
}

const json = (value: unknown) => JSON.stringify(value);
const byItself = ['queue', 'due', 'pacing'];

/** Contradictions within one explanation. */
function findContradictions({ now, people, campaigns }: Explanations): string[] {
  const wrong: string[] = [];
  for (const { listed, explained } of people) {
    const { binding, constraints, next_touch: next } = explained;
    const expected = next?.expected_at ?? null;
    const { hold, because, next_touch_at: until } = listed;
    const wordless = constraints.map(({ words: _words, ...rest }) => rest);
    const context = { now: iso(now), hold, until, because, binding, next, constraints: wordless };
    const say = (what: string) => wrong.push(`${what}: ${JSON.stringify(context)}`);
    if ((listed.because === null) !== (listed.ended_at !== null)) say('ended, or not');
    if (listed.ended_at) continue;
    const weighed = constraints.find(({ code }) => code === binding.code);
    if (weighed?.open && !listed.hold) say('what binds is open');
    if (binding.code === 'due' && constraints.some(({ open }) => !open))
      say('due, and something is closed');
    if (binding.opens_at && expected && binding.opens_at > expected) say('opens after the touch');
    if (expected && binding.opens_at === null) say('never opens, and is expected');
    if (listed.next_touch_at === null && expected && listed.hold !== 'awaiting_connection')
      say('the list says never');
    if (listed.next_touch_at && expected && expected < listed.next_touch_at)
      say('the list says later');
    if (listed.next_touch_at && !expected && binding.code !== 'never_open')
      say('the list says when, and nothing is expected');
    const same =
      listed.because === binding.code ||
      ((listed.because === 'due' || listed.because === 'queue' || listed.because === 'delay') &&
        (weighed !== undefined || byItself.includes(binding.code)));
    if (!same) say('list and explanation give other reasons');
    if (
      listed.because === 'delay' &&
      constraints.some(({ code, open }) => code === 'delay' && open)
    )
      say('the list says delay');
  }
  for (const { id, expected_at, binding } of campaigns) {
    if (expected_at && binding.opens_at && binding.opens_at > expected_at)
      wrong.push(`the campaign opens after its touch: ${JSON.stringify(binding)}`);
    const own = people
      .filter((person) => person.id === id)
      .flatMap(({ explained }) => explained.next_touch?.expected_at ?? []);
    const first = own.toSorted()[0] ?? null;
    if (first !== expected_at)
      wrong.push(`the campaign expects ${expected_at}, its people ${first}`);
  }
  return wrong;
}

/** Sends that differ from their explanations. */
function findDeviations(
  explanations: Explanations,
  { before, after, until }: { before: readonly Sent[]; after: readonly Sent[]; until: number },
): string[] {
  const now = iso(explanations.now);
  const known = new Set(before.map(({ id }) => id));
  const fresh = after.filter(({ id }) => !known.has(id));
  const wrong: string[] = [];
  for (const { listed, explained } of explanations.people) {
    const { binding, next_touch: next } = explained;
    const expected = next?.expected_at ?? null;
    const came = fresh.find(({ prospect_id }) => prospect_id === listed.id);
    const due = expected !== null && Date.parse(expected) <= until;
    const happened = came
      ? `${came.at.toISOString()} ${came.node_id} ${came.sender_id}`
      : 'nothing';
    const said = due ? `${expected} ${next!.node_id} ${next!.sender_id}` : 'nothing';
    if (said !== happened)
      wrong.push(`${listed.email} at ${now}: said ${said}, came ${happened}, ${json(binding)}`);
  }
  for (const lane of explanations.lanes) {
    const first = fresh.find(({ sender_id }) => sender_id === lane.sender_id);
    const holds = explanations.people.some(({ listed }) => listed.hold !== null);
    if (
      first &&
      !holds &&
      (lane.binding.opens_at === null || first.at < new Date(lane.binding.opens_at))
    )
      wrong.push(`a sender at ${now} sent at ${first.at.toISOString()}: ${json(lane.binding)}`);
  }
  return wrong;
}

type Lift = (ids: { id: string; prospectId: string; senderId: string }) => ReturnType<typeof sql>;
const unlimited =
  (column: string): Lift =>
  ({ id }) =>
    sql`update campaigns set ${sql.ref(column)} = null where id = ${id}`;
const open: Lift = ({ id }) =>
  sql`update campaigns set operating_hours = null, holidays = null where id = ${id}`;

/** Removes a constraint, as a person would. */
const lifts: Record<string, Lift> = {
  operating_hours: open,
  local_hours: open,
  delay: ({
    id,
    prospectId,
  }) => sql`with c as (update campaigns set launched_at = launched_at - interval '9 days' where id = ${id})
    update prospects set anchor_at = anchor_at - interval '9 days' where id = ${prospectId}`,
  sender_daily_limit: ({ senderId }) =>
    sql`update senders set daily_limit = 500, ramp_up = null where id = ${senderId}`,
  sender_hourly_limit: ({ senderId }) =>
    sql`update senders set hourly_limit = null where id = ${senderId}`,
  account_limit: ({ id, senderId }) =>
    sql`update campaign_senders set daily_limit = null where campaign_id = ${id} and sender_id = ${senderId}`,
  campaign_daily_limit: unlimited('daily_limit'),
  campaign_hourly_limit: unlimited('hourly_limit'),
  domain_limit: unlimited('domain_daily_limit'),
  company_limit: unlimited('company_daily_limit'),
};

class Undone extends Error {}

/**
 * Whether a constraint that binds alone is the cause: without it and without other prospects, the
 * touch comes earlier.
 */
async function findFalseBlames(
  { c, fixture: { db, workspaceId }, now }: ExplainScenario,
  { people }: Explanations,
): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = people.filter(
    ({ listed, explained }) => !listed.hold && explained.next_touch?.expected_at,
  );
  for (const { id, listed } of waiting.toSorted(() => c.number() - 0.5).slice(0, 2)) {
    const prospectId = listed.id;
    const undone = db.transaction().execute(async (trx) => {
      const explain = async () => {
        await sql`update lanes set next_at = ${iso(now)} where workspace_id = ${workspaceId}`.execute(
          trx,
        );
        const campaign = await getCampaign(trx, { workspaceId, campaignId: id });
        const prospect = (await findProspect(trx, { workspaceId, campaignId: id, prospectId }))!;
        return explainProspect(trx, campaign, prospect, { workspaceId, now: new Date(now) });
      };
      await sql`update prospects set ended_at = ${iso(now)} where workspace_id = ${workspaceId} and id <> ${prospectId}`.execute(
        trx,
      );
      const { binding, constraints, next } = await explain();
      const lift = lifts[binding.code];
      if (!lift || constraints.filter(({ open }) => !open).length !== 1) throw new Undone();
      await lift({ id, prospectId, senderId: next!.senderId! }).execute(trx);
      const lifted = await explain();
      // A higher daily limit is spread over a longer time.
      const earlier =
        lifted.next!.expectedAt! < next!.expectedAt! || lifted.binding.code === 'pacing';
      if (lifted.binding.code === binding.code || !earlier)
        wrong.push(
          `${listed.email} at ${iso(now)}: without ${json(binding)} it is ${json(lifted.binding)}`,
        );
      throw new Undone();
    });
    await undone.catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  }
  return wrong;
}

async function checkExplanations(scenario: ExplainScenario): Promise<string[]> {
  const explanations = await readExplanations(scenario);
  const alone = await findFalseBlames(scenario, explanations);
  const before = await scenario.sent();
  await scenario.walk(3 * dayMs);
  const after = await scenario.sent();
  return [
    ...findContradictions(explanations),
    ...alone,
    ...findDeviations(explanations, { before, after, until: scenario.now }),
  ];
}

test('every explanation comes true, and a touch that needs a person first does not come before', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const scenario = await ExplainScenario.open(chance(`truth ${seed}`));
      const { c } = scenario;
      await scenario.walk(c.upTo(50) * hourMs);
      const undo = [];
      for (let i = 0; i < 1 + c.upTo(4); i++) {
        undo.unshift(await startAction(scenario));
        await scenario.walk(c.upTo(3) * hourMs);
      }
      expect(await checkExplanations(scenario)).toEqual([]);
      for (const one of undo) await one();
      expect(await checkExplanations(scenario)).toEqual([]);
    }),
    // Lanes can sleep on a plan from before another lane emptied the pool or a day began.
    { numRuns: 10, examples: [[70], [71], [117], [210]], endOnFailure: true },
  );
});
