import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { readMessages } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  profile,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, fail, clock, provider } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const news = (name: string, more: object = {}) => received(fixture, name, more);
const usage = async (campaignId: string) => {
  const rows = await fixture.db
    .selectFrom('sender_usage')
    .selectAll()
    .where('campaign_id', '=', campaignId)
    .execute();
  return rows.reduce((sum, row) => sum + row.n, 0);
};

describe('a prospect that need not be invited', () => {
  test('is a connection at once, and the invitation uses no quota', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(1), write],
      people: ['rio+connected', 'sue'],
    });
    await fixture.runUntil(later(30 * minuteMs));
    expect((await readPeople(fixture, id))['rio+connected']).toMatchObject({
      status: 'connected',
      hold: null,
      contacted_at: null,
    });
    expect(await usage(id)).toBe(1);
    const skipped = (await readMessages(fixture, id)).find(({ state }) => state === 'skipped');
    expect(skipped).toMatchObject({ error_code: 'already_connected', sent_at: null });
    expect((await call(listMessages, { id, status: 'skipped' })).messages).toMatchObject([
      { id: skipped!.id, status: 'skipped', sent_at: null },
    ]);
    await fixture.checkLaws();
    await fixture.runUntil(later(2 * hourMs));
    expect((await readPeople(fixture, id))['rio+connected']).toMatchObject({ status: 'completed' });
  });

  test('waits for another’s invitation, and does not withdraw it', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['tim+never'],
      settings: { connection_timeout_days: 1 },
    });
    provider.send = async () => ({
      ok: false,
      fault: { kind: 'already_invited', code: '422', detail: 'invited recently' },
    });
    await fixture.runUntil(later(hourMs));
    provider.send = undefined;
    expect((await readPeople(fixture, id))['tim+never']).toMatchObject({
      status: 'connection_sent',
      hold: 'awaiting_connection',
      contacted_at: null,
    });
    expect(await usage(id)).toBe(0);
    await fixture.checkLaws();
    await fixture.runUntil(later(dayMs));
    expect((await readPeople(fixture, id))['tim+never']).toMatchObject({ status: 'timed_out' });
    expect((await readMessages(fixture, id))[0]).toMatchObject({
      state: 'skipped',
      withdrawn_at: null,
    });
  });
});

describe('a message to a prospect that is no connection', () => {
  test('waits without using quota until the prospect is one, then goes out', async () => {
    const id = await fixture.launch({
      nodes: [write],
      people: ['uma', 'vic'],
      settings: { connection_timeout_days: 2 },
    });
    provider.send = async () => ({
      ok: false,
      fault: { kind: 'not_connected', code: '422', detail: 'no connection' },
    });
    await fixture.runUntil(later(hourMs));
    provider.send = undefined;
    expect((await readPeople(fixture, id)).uma).toMatchObject({
      status: 'pending',
      hold: 'awaiting_connection',
    });
    expect(await usage(id)).toBe(0);
    await fixture.checkLaws();
    await fixture.receive(id, news('uma', { event: 'connected' }));
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id)).uma).toMatchObject({ status: 'completed' });
    await fixture.runUntil(later(2 * dayMs));
    expect((await readPeople(fixture, id)).vic).toMatchObject({
      status: 'timed_out',
      end_reason: 'no connection within 2 days (422: no connection)',
    });
    await fixture.checkLaws();
  });
});

describe('no effect', () => {
  test("comes from the sender's own message", async () => {
    const seat = await fixture.addSeat();
    const id = await fixture.launch({ nodes: [invite, write], people: ['wim'], senders: [seat] });
    await fixture.runUntil(later(hourMs));
    const own = news('wim', { from: profile(`seat-${seat}`), threadKey: 'chat', text: 'my own' });
    await fixture.receive(id, own, { ...own, sourceKey: 'by id', from: seat });
    await fixture.runUntil(later(minuteMs));
    expect((await readPeople(fixture, id)).wim).toMatchObject({ status: 'connection_sent' });
    const rows = await fixture.db
      .selectFrom('inbound_messages')
      .selectAll()
      .where('sender_id', '=', seat)
      .execute();
    expect(rows.map(({ kind, kind_reason }) => [kind, kind_reason])).toEqual([
      ['other', "the sender's own"],
      ['other', "the sender's own"],
    ]);
  });

  test('comes from skipping a wait that only the prospect can end', async () => {
    const id = await fixture.launch({ nodes: [invite, write], people: ['xia+never'] });
    await fixture.runUntil(later(hourMs));
    const { 'xia+never': person } = await readPeople(fixture, id);
    for (const what of ['delay', 'touch'])
      expect((await fail(skipAheadProspect, { id, prospectId: person!.id, skip: what })).code).toBe(
        'prospect.awaiting_connection',
      );
  });
});

test('an unreachable prospect fails with the reason and is not suppressed', async () => {
  const id = await fixture.launch({ nodes: [invite, write], people: ['yan+unreachable'] });
  await fixture.runUntil(later(hourMs));
  expect((await readPeople(fixture, id))['yan+unreachable']).toMatchObject({
    status: 'failed',
    end_reason: expect.stringContaining('can be reached'),
  });
  expect(await fixture.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);
});

test('a request to unsubscribe suppresses the profile', async () => {
  const id = await fixture.launch({ nodes: [write], people: ['zoe+unsubscribe-1h'] });
  await fixture.runUntil(later(3 * hourMs));
  expect((await readPeople(fixture, id))['zoe+unsubscribe-1h']).toMatchObject({
    status: 'unsubscribed',
  });
  const rows = await fixture.db.selectFrom('suppressions').selectAll().execute();
  expect(rows).toMatchObject([
    { kind: 'linkedin', value: profile('zoe+unsubscribe-1h'), reason: 'unsubscribed' },
  ]);
});

test('a dry run reaches no prospect and treats all as connections', async () => {
  const id = await fixture.launch({
    nodes: [invite, delayHours(1), write],
    people: ['dry+never'],
    settings: { dry_run: true },
  });
  const before = fixture.deliveries.length;
  await fixture.runUntil(later(4 * hourMs));
  expect((await readPeople(fixture, id))['dry+never']).toMatchObject({ status: 'completed' });
  expect(fixture.deliveries).toHaveLength(before);
  await fixture.checkLaws();
});
