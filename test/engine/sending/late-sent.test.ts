import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { type ReservedTouch, tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { delayHours, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, clock, db, services, workspaceId } = fixture;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });
const absent = {
  ok: false,
  fault: { kind: 'absent', code: null, detail: 'It never went out.' },
} as const;
const sent = { ok: true, response: '250 late' } as const;

/**
 * One prospect whose touch was given back because its worker hung; `late` records the result of
 * that worker.
 */
async function scene(
  name: string,
  nodes: Parameters<typeof launchEmailCampaign>[1]['nodes'],
  before: number,
) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes,
    people: people(1, name),
  });
  if (before > 0) await fixture.runFor(before);
  clock.advanceMs(hourMs);
  const { sequence_nodes } = await call(getCampaign, { id });
  const take = async () => {
    await fixture.engine.endHolds();
    const { workerId, die } = await fixture.startWorker();
    const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
    await die();
    expect(reserved).toHaveLength(1);
    return reserved[0]!;
  };
  const tell = (reserved: ReservedTouch, result: SendResult) =>
    record(services, workspaceId, {
      finished: [{ reserved, result, at: clock.now() }],
      skipped: [],
      lanes: [sender],
      workerId: services.newId(),
    });
  const stopped = await take();
  await tell(stopped, absent);
  return {
    id,
    take,
    tell,
    late: () => tell(stopped, sent),
    kept: (subjects: readonly string[]) =>
      sequence_nodes
        .filter(({ type, subject }) => type !== 'email' || subjects.includes(subject!))
        .filter(({ type }) => type !== 'end'),
    person: async () => (await readProspects(fixture, id))[0]!,
    subjects: () =>
      fixture.sink.messages.flatMap(({ to, headers }) =>
        to[0] === `${name}0@people.test` ? headers.subject : [],
      ),
  };
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    db,
  );
  return rows[0]!.n;
}

const three = [email('One'), delayHours(24), email('Two'), delayHours(24), email('Three')];
const end = { type: 'end' };

test('a touch given back but sent leaves no prospect before a removed touch', async () => {
  const { id, late, kept, person } = await scene('race', three, 23 * hourMs + 30_000);
  const done = await db.transaction().execute(async (gate) => {
    await sql`select 1 from lanes for update`.execute(gate);
    const one = late();
    await vi.waitFor(async () => expect(await waiting()).toBe(1));
    const two = call(createRevision, { id, sequence_nodes: [...kept(['One', 'Two']), end] });
    await vi.waitFor(async () => expect(await waiting()).toBe(2));
    return [one, two];
  });
  await Promise.all(done);
  await fixture.runFor(2 * dayMs);
  expect(await person()).toMatchObject({ status: 'completed' });
  await fixture.checkLaws();
});

test('its prospect does not get the touch that replaced it', async () => {
  const { id, late, kept, person, subjects } = await scene(
    'other',
    [email('One'), delayHours(24), email('Two')],
    23 * hourMs + 30_000,
  );
  await call(createRevision, { id, sequence_nodes: [...kept(['One']), email('Instead'), end] });
  await late();
  await fixture.runFor(2 * dayMs);
  expect(await person()).toMatchObject({ status: 'completed' });
  expect(subjects()).toEqual(['One']);
  await fixture.checkLaws();
});

test('the next touch keeps its delay when the sent touch was removed', async () => {
  const { id, late, kept, person } = await scene('gap', three, 23 * hourMs + 30_000);
  await call(createRevision, { id, sequence_nodes: [...kept(['One', 'Three']), end] });
  clock.advanceMs(hourMs);
  await late();
  expect(await person()).toMatchObject({ status: 'sent', anchor_at: clock.now() });
  await fixture.checkLaws();
});

test('it does not disturb the next touch while another worker has it in hand', async () => {
  const { id, late, kept, person, subjects, take, tell } = await scene(
    'hand',
    [email('One'), email('Two')],
    0,
  );
  await call(createRevision, { id, sequence_nodes: [...kept(['Two']), end] });
  clock.advanceMs(hourMs);
  const second = await take();
  await late();
  expect(await person()).toMatchObject({ hold: 'reserved' });
  await tell(second, { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } });
  await fixture.checkLaws();
  await fixture.runFor(dayMs);
  expect(subjects()).toEqual(['Two']);
  expect(await person()).toMatchObject({ status: 'completed' });
  expect((await readMessages(fixture, id)).map(({ state }) => state)).toEqual(['sent', 'sent']);
  await fixture.checkLaws();
});

test('it does not resume a prospect that was paused meanwhile', async () => {
  const { id, late, person, subjects } = await scene(
    'paused',
    [email('One'), delayHours(1), email('Two')],
    0,
  );
  const { id: prospectId } = await person();
  await call(pauseProspect, { id, prospectId });
  await late();
  expect(await person()).toMatchObject({ status: 'sent', hold: 'paused' });
  await fixture.runFor(dayMs);
  expect(subjects()).toEqual([]);
  await fixture.checkLaws();
  await call(resumeProspect, { id, prospectId });
  await fixture.runFor(dayMs);
  expect(subjects()).toEqual(['Two']);
});

test('it counts once and moves its prospect once while it is tried again and removed', async () => {
  const { id, take, late, tell, kept, person, subjects } = await scene(
    'again',
    three,
    23 * hourMs + 30_000,
  );
  clock.advanceMs(hourMs);
  const again = await take();
  expect(again).toMatchObject({ attempt: 2 });
  await call(createRevision, { id, sequence_nodes: [...kept(['One', 'Three']), end] });
  await late();
  const { sequence_nodes } = await call(getCampaign, { id });
  const before = await person();
  expect(before).toMatchObject({
    node_id: sequence_nodes.find(({ subject }) => subject === 'Three')!.id,
    hold: null,
  });
  for (const result of [sent, absent]) await tell(again, result);
  expect(await person()).toMatchObject({
    node_id: before.node_id,
    anchor_at: before.anchor_at,
    hold: null,
  });
  await fixture.checkLaws();
  await fixture.runFor(3 * dayMs);
  expect(subjects()).toEqual(['One', 'Three']);
  await fixture.checkLaws();
});
