import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { readEvents, readMessages } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, fail, clock, provider } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const news = (name: string, more: object = {}) => received(fixture, name, more);

describe('an invitation', () => {
  test('holds the prospect until its acceptance, which anchors the next touch', async () => {
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

  test('completes the prospect when it is accepted and no touch follows', async () => {
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

  test('is withdrawn at the end of the limit, and the prospect times out', async () => {
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

  test('follows a new limit at once; a limit out of range is refused', async () => {
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

describe('withdrawing an invitation', () => {
  test('ends the wait although it fails, shows the error, and is tried again', async () => {
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

  test('waits for a late acceptance when the invitation is no longer pending', async () => {
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

  test('is taken up by another worker, and holds the prospect for at most an hour', async () => {
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
