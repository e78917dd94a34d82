import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import type { SendResult } from '../../src/channels/channel.ts';
import { record } from '../../src/engine/record.ts';
import { type Entry, tick } from '../../src/engine/tick.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { createRevision } from '../../src/operations/revisions/create.ts';
import { addSender, launchCampaign } from '../scene.ts';
import { day, delayHours, hour, openHouse, people, readProspects } from './house.ts';

const house = await openHouse();
const { call, clock, db, parts, workspaceId } = house;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });
const absent = { ok: false, fault: { kind: 'absent', code: null, detail: 'It never went out.' } } as const;
const sent = { ok: true, response: '250 late' } as const;

/** One person whose touch was taken by a worker that was stopped, and was given back; `late` is what the worker says when it goes on. */
async function scene(name: string, nodes: Parameters<typeof launchCampaign>[1]['nodes'], before: number) {
  const sender = await addSender(house, { address: `${name}@sender.test`, smtp: house.sink, dailyLimit: 500, minGapSeconds: 1 });
  const id = await launchCampaign(house, { name, senders: [sender], nodes, people: people(1, name) });
  if (before > 0) await house.runFor(before);
  clock.advanceMs(hour);
  const { sequence_nodes } = await call(getCampaign, { id });
  const take = async () => {
    await house.engine.endHolds();
    const { workerId, die } = await house.hire();
    const { reserved } = await tick(parts, { workspaceId, workerId, limit: 10 });
    await die();
    expect(reserved).toHaveLength(1);
    return reserved[0]!;
  };
  const tell = (reserved: Entry, result: SendResult) =>
    record(parts, workspaceId, {
      finished: [{ reserved, result, at: clock.now() }],
      passed: [],
      lanes: [sender],
      workerId: parts.newId(),
    });
  const stopped = await take();
  await tell(stopped, absent);
  return {
    id,
    late: () => tell(stopped, sent),
    kept: (subjects: readonly string[]) =>
      sequence_nodes.filter(({ type, subject }) => type !== 'email' || subjects.includes(subject!)).filter(({ type }) => type !== 'end'),
    person: async () => (await readProspects(house, id))[0]!,
  };
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows[0]!.n;
}

const three = [email('One'), delayHours(24), email('Two'), delayHours(24), email('Three')];
const end = { type: 'end' };

test('a touch that was given back and went out leaves nobody before a touch that is taken away meanwhile', async () => {
  const { id, late, kept, person } = await scene('race', three, 23 * hour + 30_000);
  const done = await db.transaction().execute(async (gate) => {
    await sql`select 1 from lanes for update`.execute(gate);
    const one = late();
    await vi.waitFor(async () => expect(await waiting()).toBe(1));
    const two = call(createRevision, { id, sequence_nodes: [...kept(['One', 'Two']), end] });
    await vi.waitFor(async () => expect(await waiting()).toBe(2));
    return [one, two];
  });
  await Promise.all(done);
  await house.runFor(2 * day);
  expect(await person()).toMatchObject({ status: 'completed' });
  await house.checkLaws();
});
