import { type RawBuilder, sql } from 'kysely';
import { expect, test } from 'vitest';
import { findBreaches, lawNames } from '../../../src/db/campaigns/verify.ts';
import type { Db } from '../../../src/db/database.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addCampaign, addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';
import { copyWorkspace, twinId } from '../../fixtures/tenants/twin.ts';

const t = await openEmailFixture({ twin: true });
const { db, workspaceId, services } = t;

/** A campaign with somebody at each stage: contacted, ended, reserved, in the pool. */
async function makeScene() {
  const mailbox = { smtp: t.sink, dailyLimit: 4, minGapSeconds: 1 };
  const sender = await addMailbox(t, { address: 'sam@sender.test', ...mailbox });
  const campaign = await launchEmailCampaign(t, {
    name: 'laws',
    senders: [sender],
    nodes: [hello, delayHours(240), followUp],
    people: people(9),
    settings: { domain_daily_limit: 50 },
  });
  await t.call(updateRules, { id: campaign, exclude_mutuals: true });
  await t.runFor(24 * hourMs);
  const [ended, inFlight] = (await readProspects(t, campaign)).filter((one) => one.contacted_at);
  await t.call(cancelProspect, { id: campaign, prospectId: ended!.id });
  t.clock.advanceMs(24 * hourMs);
  const { workerId } = await t.startWorker();
  const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
  const [held] = reserved;
  const pool = (await readProspects(t, campaign)).find(({ hold, status }) => {
    return status === 'pending' && hold === null;
  });
  return {
    campaign,
    draft: await addCampaign(t, 'draft'),
    ended: ended!.id,
    inFlight: inFlight!.id,
    held: held!.prospectId,
    pool: pool!.id,
  };
}

const { campaign, draft, ended, inFlight, held, pool } = await makeScene();
await db.transaction().execute((by) => copyWorkspace(by, workspaceId));

type Damage = (workspaceId: string) => RawBuilder<unknown>;
const person =
  (id: string, change: RawBuilder<unknown>): Damage =>
  (w) =>
    sql`update prospects set ${change} where workspace_id = ${w} and id = ${id}`;
const message =
  (id: string, change: RawBuilder<unknown>): Damage =>
  (w) =>
    sql`update messages set ${change} where workspace_id = ${w} and prospect_id = ${id}`;
const table =
  (name: string, change: RawBuilder<unknown>): Damage =>
  (w) =>
    sql`update ${sql.table(name)} set ${change} where workspace_id = ${w} and campaign_id = ${campaign}`;
const counter =
  (name: string): Damage =>
  (w) =>
    sql`insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
      values (${w}, ${campaign}, ${name}, ${services.newId()}, ${services.newId()}, 0, 1)`;
const lanes =
  (because: string): Damage =>
  (w) =>
    sql`update lanes set next_at = null, because = ${because} where workspace_id = ${w}`;
const now = sql`created_at`;
const anyId = () => sql`${services.newId()}::uuid`;

const laws: Record<string, Record<string, Damage>> = {
  'a message is unique per person and node': {
    'a second message': (w) => sql`insert into messages (workspace_id, id, campaign_id, prospect_id,
        node_id, state, created_at, updated_at)
      select workspace_id, ${services.newId()}, campaign_id, prospect_id, node_id, 'draft',
        created_at, updated_at
      from messages where workspace_id = ${w} and prospect_id = ${inFlight}`,
  },
  'a message has its person': {
    'nobody of its id': (w) =>
      sql`delete from prospects where workspace_id = ${w} and id = ${inFlight}`,
  },
  'what is reserved has a deadline and holds its person, and nothing else has or does': {
    'no deadline': message(held, sql`deadline_at = null`),
    'a deadline though it was sent': message(inFlight, sql`deadline_at = ${now}`),
    'a person without a hold': person(held, sql`hold = null`),
    'a person with another hold': person(held, sql`hold = 'paused'`),
  },
  'who is held as reserved has a reserved message': {
    'a hold without a message': person(pool, sql`hold = 'reserved'`),
    'a message in another state': message(held, sql`state = 'sent', deadline_at = null`),
  },
  'what went out has its instant and its person was contacted': {
    'no instant': message(inFlight, sql`sent_at = null`),
    'no instant of an unknown one': message(inFlight, sql`sent_at = null, state = 'unknown'`),
    'nobody contacted': person(inFlight, sql`contacted_at = null`),
  },
  'an end has its instant and its reason, and waits for nothing': {
    'no instant': person(ended, sql`ended_at = null`),
    'no reason': person(ended, sql`end_reason = null`),
    'a node': person(ended, sql`node_id = ${anyId()}`),
    'an anchor': person(ended, sql`anchor_at = ${now}`),
    'a hold': person(ended, sql`hold = 'paused'`),
    'the end of a hold': person(ended, sql`hold_until = ${now}`),
  },
  'who has not ended has no end': {
    'an instant': person(pool, sql`ended_at = ${now}`),
    'a reason': person(pool, sql`end_reason = 'why'`),
  },
  'who is in flight has a touch, an anchor and a sender; who is in the pool has none': {
    'no touch': person(inFlight, sql`node_id = null`),
    'no anchor': person(inFlight, sql`anchor_at = null`),
    'no sender': person(inFlight, sql`sender_id = null`),
    'none of them': person(inFlight, sql`node_id = null, anchor_at = null, sender_id = null`),
    'a sender in the pool': person(pool, sql`sender_id = ${anyId()}`),
  },
  'a hold expires or has a reason that somebody can act on': {
    'a reason that nobody knows': person(pool, sql`hold = 'who knows'`),
    'no end of a wait': person(inFlight, sql`hold = 'awaiting_connection'`),
    'an end without a hold': person(pool, sql`hold_until = ${now}`),
  },
  'every wait for a text has a request for it': {
    'no draft': person(pool, sql`hold = 'draft_pending'`),
  },
  'who was invited waits for the answer by name': {
    'no hold': person(inFlight, sql`status = 'connection_sent'`),
  },
  'counters equal a recount': {
    'one too many pending': counter('pending'),
    'one too many contacted': counter('contacted'),
    'one too many opened': counter('opened'),
    'one too many answered': counter('answered'),
    'none at all': (w) =>
      sql`delete from counters where workspace_id = ${w} and campaign_id = ${campaign}`,
    'an opening nobody counted': person(inFlight, sql`opened_at = ${now}`),
    'an answer nobody counted': person(inFlight, sql`replied_at = ${now}`),
    'another sender': person(inFlight, sql`sender_id = ${anyId()}`),
  },
  'usage equals the ledger': {
    'one too many': table('sender_usage', sql`n = n + 1`),
    'one too few': table('sender_usage', sql`n = n - 1`),
    'a note too many': table('sender_usage', sql`notes = notes + 1`),
    'another quarter of an hour': table(
      'sender_usage',
      sql`bucket_at = bucket_at + interval '1 year'`,
    ),
    'another touch': table('sender_usage', sql`touch = 'message'`),
    'none at all': (w) => sql`delete from sender_usage where workspace_id = ${w}`,
    'a touch that was given back': message(inFlight, sql`state = 'draft'`),
  },
  'what domains and companies were reached equals the ledger': {
    'one too many': table('reach_usage', sql`n = n + 1`),
    'another day': table('reach_usage', sql`day = day + 365`),
    'none at all': (w) => sql`delete from reach_usage where workspace_id = ${w}`,
    'a touch without its mark': message(inFlight, sql`reach = null`),
  },
  'no domain or company is written to more often in a day than its cap': {
    'a cap below': table('reach_usage', sql`cap = n - 1`),
  },
  'a lane rests only when nobody waits for it': {
    'a lane that rests': lanes('nothing_to_send'),
  },
  'a lane rests only when the pools of its campaigns are empty, as far as texts were queued': {
    'a lane that rests': lanes('nothing_to_send'),
    'a pool whose texts were queued': (w) => sql`
      with resting as (
        update lanes set next_at = null, because = 'nothing_to_send' where workspace_id = ${w})
      insert into drafting (workspace_id, campaign_id, taken_to) values (${w}, ${campaign}, ${pool})`,
  },
  'who is in flight stands before a touch that the sequence has': {
    'a node of no sequence': person(inFlight, sql`node_id = ${anyId()}`),
  },
  'a campaign is active only with open prospects or lists that feed it, else completed': {
    'a completed one with people': (w) =>
      sql`update campaigns set status = 'completed' where workspace_id = ${w} and id = ${campaign}`,
    'an active one without people': (w) =>
      sql`update campaigns set status = 'active' where workspace_id = ${w} and id = ${draft}`,
  },
  'lead rules count the people they feed and took off': {
    'one too many fed': table('lead_rules', sql`fed = fed + 1`),
    'one too many removed': table('lead_rules', sql`removed = removed + 1`),
    'an enrolment nobody counted': (w) => sql`
      insert into enrolments (workspace_id, campaign_id, lead_id, prospect_id, list_ids, state)
      values (${w}, ${campaign}, ${services.newId()}, ${pool}, '{}', 'in')`,
  },
  'events are numbered without a gap': {
    'one less': (w) => sql`delete from events where workspace_id = ${w} and seq = 2`,
    'a number too high': (w) =>
      sql`update events set seq = seq + 100 where workspace_id = ${w} and seq = 2`,
  },
};

/** The laws that a workspace breaks, each once. */
async function broken(by: Db, workspace: string): Promise<string[]> {
  const found = await findBreaches(by, workspace, { limit: 5 });
  return [...new Set(found.map(({ law }) => law))];
}

/** The laws that both broke after the damage in `where`, of which nothing stays. */
async function breakOnce(where: string, damage: Damage | null) {
  const found = { own: [''], twin: [''] };
  const undone = new Error('undone');
  const damaging = db.transaction().execute(async (by) => {
    await sql`set local session_replication_role = replica`.execute(by);
    await sql`drop index messages_once`.execute(by);
    if (damage) await damage(where).execute(by);
    found.own = await broken(by, workspaceId);
    found.twin = await broken(by, twinId);
    throw undone;
  });
  await damaging.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found;
}

test('there is a damage for each law', () => {
  expect(Object.keys(laws).toSorted()).toEqual(lawNames.toSorted());
});

test('no law is broken without a damage', async () => {
  expect(await breakOnce(workspaceId, null)).toEqual({ own: [], twin: [] });
});

const damages = Object.entries(laws).flatMap(([law, all]) =>
  Object.entries(all).map(([what, damage]) => [law, what, damage] as const),
);

test.each(damages)('%s: %s is found, and only where it is', async (law, _what, damage) => {
  const own = await breakOnce(workspaceId, damage);
  expect(own.own).toContain(law);
  expect(own.twin).toEqual([]);
  const twin = await breakOnce(twinId, damage);
  expect(twin.twin).toContain(law);
  expect(twin.own).toEqual([]);
});

test.each(['sender_not_active', 'inbox_unreachable', 'never_open'])(
  'a lane may rest for the reason %s',
  async (because) => {
    expect(await breakOnce(workspaceId, lanes(because))).toEqual({ own: [], twin: [] });
  },
);
