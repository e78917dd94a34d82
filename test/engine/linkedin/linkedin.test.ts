import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { delayHours, readMessages } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  profile,
  readEvents,
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

describe('an invitation', () => {
  test('is waited for; its acceptance is the anchor of the next touch, and a reply ends the way', async () => {
    const id = await fixture.launch({
      nodes: [invite, delayHours(2), write],
      people: ['ann+accept-3h+reply-1h', 'bob+never'],
    });
    await fixture.runUntil(later(hourMs));
    const { 'ann+accept-3h+reply-1h': invited } = await readPeople(fixture, id);
    expect(invited).toMatchObject({ status: 'connection_sent', hold: 'awaiting_connection' });
    expect(invited?.hold_until?.getTime()).toBe(invited!.anchor_at!.getTime() + 30 * dayMs);
    await fixture.checkLaws();
    await fixture.runUntil(new Date(invited!.anchor_at!.getTime() + 3 * hourMs + minuteMs));
    const accepted = (await readPeople(fixture, id))['ann+accept-3h+reply-1h']!;
    expect(accepted).toMatchObject({ status: 'connected', hold: null });
    expect(accepted.anchor_at!.getTime()).toBe(invited!.anchor_at!.getTime() + 3 * hourMs);
    await fixture.runUntil(later(9 * hourMs));
    const people = await readPeople(fixture, id);
    expect(people['ann+accept-3h+reply-1h']).toMatchObject({ status: 'replied' });
    expect(people['bob+never']).toMatchObject({ status: 'connection_sent' });
    expect((await readEvents(fixture, id)).filter((kind) => kind.startsWith('prospect'))).toEqual([
      'prospect.connected',
      'prospect.replied',
    ]);
    await fixture.checkLaws();
  });

  test('that nothing follows ends the way when it is accepted', async () => {
    const id = await fixture.launch({ nodes: [invite], people: ['cas+accept-2h'] });
    await fixture.runUntil(later(4 * hourMs));
    expect((await readPeople(fixture, id))['cas+accept-2h']).toMatchObject({
      status: 'completed',
      end_reason: 'accepted the invitation',
    });
    expect(await readEvents(fixture, id)).toEqual([
      'campaign.launched',
      'message.sent',
      'prospect.connected',
      'campaign.completed',
    ]);
    await fixture.checkLaws();
  });

  test('that nobody accepts is taken back when the time is over, and the person timed out', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['dan+never'],
      settings: { connection_timeout_days: 5 },
    });
    await fixture.runUntil(later(5 * dayMs - hourMs));
    expect((await readPeople(fixture, id))['dan+never']).toMatchObject({
      status: 'connection_sent',
    });
    await fixture.runUntil(later(2 * hourMs));
    expect((await readPeople(fixture, id))['dan+never']).toMatchObject({
      status: 'timed_out',
      end_reason: 'no connection within 5 days',
    });
    const [message] = await readMessages(fixture, id);
    expect(message).toMatchObject({
      state: 'sent',
      withdraw_at: null,
      withdraw_error: null,
      provider_key: `invitation/${message!.channel_key}`,
    });
    expect(message!.withdrawn_at).not.toBeNull();
    expect(await readEvents(fixture, id)).toEqual([
      'campaign.launched',
      'message.sent',
      'prospect.timed_out',
      'invitation.withdrawn',
      'campaign.completed',
    ]);
    await fixture.checkLaws();
  });

  test('a new limit counts at once for those who wait, and is refused out of its range', async () => {
    const id = await fixture.launch({ nodes: [invite, write], people: ['eve+never'] });
    await fixture.runUntil(later(3 * dayMs));
    await call(updateCampaign, { id, connection_timeout_days: 2 });
    await fixture.runUntil(later(minuteMs));
    expect((await readPeople(fixture, id))['eve+never']).toMatchObject({ status: 'timed_out' });
    expect((await fail(updateCampaign, { id, connection_timeout_days: 91 })).code).toBe(
      'request.invalid',
    );
  });
});

describe('taking an invitation back', () => {
  test('that fails ends the wait all the same, is shown, and is tried again', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['fay+never'],
      settings: { connection_timeout_days: 1 },
    });
    provider.withdraw = async () => ({ kind: 'temporary', code: '503', detail: 'down' });
    await fixture.runUntil(later(dayMs + hourMs / 2));
    provider.withdraw = undefined;
    expect((await readPeople(fixture, id))['fay+never']).toMatchObject({
      status: 'timed_out',
      end_reason: 'no connection within 1 days (the invitation could not be taken back: down)',
    });
    const [failed] = await readMessages(fixture, id);
    expect(failed).toMatchObject({ withdrawn_at: null, withdraw_error: 'down', withdraw_tries: 1 });
    const shown = async () => (await call(listMessages, { id, status: 'sent' })).messages[0];
    expect(await shown()).toMatchObject({
      status: 'sent',
      withdrawn_at: null,
      withdraw_error: 'down',
    });
    await fixture.runUntil(later(2 * hourMs));
    const [message] = await readMessages(fixture, id);
    expect(message).toMatchObject({ withdraw_at: null, withdraw_error: null, withdraw_tries: 2 });
    expect(await shown()).toMatchObject({
      withdrawn_at: message!.withdrawn_at!.toISOString(),
      withdraw_error: null,
    });
    expect(message!.withdrawn_at).not.toBeNull();
    await fixture.checkLaws();
  });

  test('of one that is pending no more waits for the news of its acceptance', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['gil+never', 'hal+never'],
      settings: { connection_timeout_days: 1 },
    });
    provider.withdraw = async () => 'gone';
    await fixture.runUntil(later(dayMs + hourMs));
    expect((await readPeople(fixture, id))['gil+never']).toMatchObject({
      status: 'connection_sent',
      hold: 'withdrawing',
    });
    await fixture.checkLaws();
    await fixture.receive(id, news('gil+never', { event: 'connected' }));
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['gil+never']?.status).toMatch(
      /^(connected|completed|message_sent)$/,
    );
    await fixture.runUntil(later(12 * hourMs));
    provider.withdraw = undefined;
    expect((await readPeople(fixture, id))['hal+never']).toMatchObject({ status: 'timed_out' });
    await fixture.checkLaws();
  });

  test('whose worker died is taken up again, and nobody waits longer than an hour for it', async () => {
    const id = await fixture.launch({
      nodes: [invite, write],
      people: ['ida+never'],
      settings: { connection_timeout_days: 1 },
    });
    provider.withdraw = () => Promise.reject(new Error('killed'));
    await fixture.runUntil(later(dayMs - hourMs));
    await expect(fixture.runUntil(later(2 * hourMs))).rejects.toThrow('killed');
    expect((await readPeople(fixture, id))['ida+never']).toMatchObject({ hold: 'withdrawing' });
    provider.withdraw = undefined;
    clock.advanceMs(2 * hourMs);
    await fixture.engine.endHolds();
    expect((await readPeople(fixture, id))['ida+never']).toMatchObject({ status: 'timed_out' });
    await fixture.db
      .updateTable('messages')
      .set({ asked_at: null })
      .where('campaign_id', '=', id)
      .execute();
    await fixture.runUntil(later(minuteMs));
    expect((await readMessages(fixture, id))[0]!.withdrawn_at).not.toBeNull();
  });
});

describe('somebody who need not be invited', () => {
  test('is a connection at once, and the invitation counts for nothing', async () => {
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

  test('by an invitation of somebody else is waited for, and that invitation is not taken back', async () => {
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

describe('a message to somebody who is no connection', () => {
  test('waits for them to become one, without using quota, and then goes out', async () => {
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

describe('what is no news', () => {
  test("is the sender's own message", async () => {
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

  test('is the wish to skip a wait that others end', async () => {
    const id = await fixture.launch({ nodes: [invite, write], people: ['xia+never'] });
    await fixture.runUntil(later(hourMs));
    const { 'xia+never': person } = await readPeople(fixture, id);
    for (const what of ['delay', 'touch'])
      expect((await fail(skipAheadProspect, { id, prospectId: person!.id, skip: what })).code).toBe(
        'prospect.awaiting_connection',
      );
  });
});

test('somebody nobody can reach has failed, with the reason, and is not suppressed', async () => {
  const id = await fixture.launch({ nodes: [invite, write], people: ['yan+unreachable'] });
  await fixture.runUntil(later(hourMs));
  expect((await readPeople(fixture, id))['yan+unreachable']).toMatchObject({
    status: 'failed',
    end_reason: expect.stringContaining('can be reached'),
  });
  expect(await fixture.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);
});

test('a wish to be left alone suppresses the profile', async () => {
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

test('of a dry run nobody hears: everybody counts as a connection', async () => {
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
