import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { beat } from '../../../src/db/workers.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { delayHours, hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

type Tested = Pick<Awaited<ReturnType<typeof openLinkedinEngine>>, 'db'>;

/** Number of sessions that wait for a lock. */
async function waiting({ db }: Tested): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    db,
  );
  return rows[0]!.n;
}

/**
 * Runs two calls at once. A lock on the lanes holds each until the other has come as far as it can.
 */
async function atOnce(
  fixture: Tested,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<void> {
  const done = await fixture.db.transaction().execute(async (gate) => {
    await sql`select 1 from lanes for update`.execute(gate);
    const one = first();
    await vi.waitFor(async () => expect(await waiting(fixture)).toBe(1));
    const two = second();
    await vi.waitFor(async () => expect(await waiting(fixture)).toBe(2));
    return [one, two];
  });
  await Promise.all(done);
}

test('an acceptance leaves no prospect before a touch that is being removed', async () => {
  const fixture = await openLinkedinEngine();
  const { call, clock } = fixture;
  const later = (ms: number) => new Date(clock.now().getTime() + ms);
  const id = await fixture.launch({ nodes: [invite, write], people: ['gus+never'] });
  await fixture.runUntil(later(hourMs));
  const [first] = (await call(getCampaign, { id })).sequence_nodes;
  await fixture.receive(id, received(fixture, 'gus+never', { event: 'connected' }));
  const instead = { type: 'message', body: 'Something else.' };
  await atOnce(fixture, fixture.readInboxes, () =>
    call(createRevision, { id, sequence_nodes: [first!, instead, { type: 'end' }] }),
  );
  await fixture.checkLaws();
  await fixture.runUntil(later(2 * hourMs));
  expect((await readPeople(fixture, id))['gus+never']).toMatchObject({ status: 'completed' });
  expect((await readMessages(fixture, id)).map(({ body_text }) => body_text)).toEqual([
    '',
    'Something else.',
  ]);
});

test('a skip leaves no prospect before a touch that is being removed', async () => {
  const fixture = await openEmailFixture();
  const { call, clock, services, workspaceId } = fixture;
  const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });
  const sender = await addMailbox(fixture, {
    address: 'race@sender.test',
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const nodes = [hello, delayHours(24), email('Second')];
  const id = await launchEmailCampaign(fixture, {
    name: 'Passing',
    senders: [sender],
    nodes,
    people: people(1, 'race'),
  });
  await fixture.runFor(2 * hourMs);
  const [first, , second, end] = (await call(getCampaign, { id })).sequence_nodes.map(
    ({ id: own, type }) => ({ id: own, type }),
  );
  const again = [{ ...second, ...email('Second') }, delayHours(5), { ...first, ...hello }];
  await call(createRevision, { id, sequence_nodes: [...again, email('Third'), end] });
  await fixture.runFor(2 * hourMs);
  clock.advanceMs(4 * hourMs);
  const worker = await fixture.startWorker();
  const { skipped } = await tick(services, { workspaceId, workerId: worker.workerId, limit: 10 });
  expect(skipped).toHaveLength(1);
  await atOnce(
    fixture,
    () =>
      record(services, workspaceId, {
        finished: [],
        skipped,
        lanes: [],
        workerId: worker.workerId,
      }),
    () => call(createRevision, { id, sequence_nodes: [...again, email('Fourth'), end] }),
  );
  await fixture.checkLaws();
  await fixture.runFor(2 * hourMs);
  expect(await readProspects(fixture, id)).toMatchObject([{ status: 'completed' }]);
  expect(fixture.sink.messages.map(({ headers }) => headers.subject)).toEqual([
    'Hello P0',
    'Second',
    'Fourth',
  ]);
});

test('a new limit for acceptances applies to invitations that are being recorded', async () => {
  const fixture = await openLinkedinEngine();
  const { call, clock, services, workspaceId } = fixture;
  const id = await fixture.launch({ nodes: [invite, write], people: ['hal+never'] });
  const workerId = services.newId();
  await beat(fixture.db, workerId);
  const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
  expect(reserved).toHaveLength(1);
  const finished = reserved.map((one) => ({
    reserved: one,
    result: { ok: true, response: 'invited' } as const,
    at: clock.now(),
  }));
  await atOnce(
    fixture,
    () =>
      record(services, workspaceId, {
        finished,
        skipped: [],
        lanes: [reserved[0]!.senderId],
        workerId,
      }),
    () => call(updateCampaign, { id, connection_timeout_days: 3, hourly_limit: 20 }),
  );
  expect((await readPeople(fixture, id))['hal+never']).toMatchObject({
    hold: 'awaiting_connection',
    hold_until: new Date(clock.now().getTime() + 3 * dayMs),
  });
  await fixture.checkLaws();
});
