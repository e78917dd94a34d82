import { beforeEach, describe, expect, test } from 'vitest';
import { openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import type { Outgoing } from '../channel.ts';

const { clock, unipile, channel, idOf, outgoing, meet } = await openLinkedinChannel();
const memberOf = (slug: string) => unipile.state.members.find((one) => one.slug === slug)!;

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});
const send = (more: Partial<Outgoing> = {}) => channel.send(account, outgoing(slug, more), soon());

describe('a message to somebody that LinkedIn does not take for a connection', () => {
  const hello = { touch: 'message', text: 'Hello' };

  test('waits for the connection when the profile shows none', async () => {
    expect(await send({ ...hello, personKey: idOf(slug) })).toMatchObject({
      fault: { kind: 'not_connected', code: 'invalid_recipient 422' },
    });
  });

  test('is tried again when the profile shows one that has not settled', async () => {
    unipile.state.settleMs = hourMs;
    unipile.befriend(seat, slug);
    expect(await send(hello)).toMatchObject({ fault: { kind: 'not_yet' } });
    clock.advanceMs(hourMs);
    expect(await send(hello)).toMatchObject({ ok: true });
    unipile.state.settleMs = 0;
  });

  test('fails the person when they have blocked the account', async () => {
    unipile.befriend(seat, slug);
    memberOf(slug).refuses = 'blocked_recipient';
    expect(await send(hello)).toMatchObject({ fault: { kind: 'unreachable_person' } });
  });
});

describe('a message of which Unipile names only some ids', () => {
  test.each([
    ['message', ['chat_id'], { providerKey: expect.any(String), threadKey: null }],
    ['inmail', ['chat_id'], { providerKey: expect.any(String), threadKey: null }],
    ['message', ['message_id'], { providerKey: null, threadKey: expect.any(String) }],
  ])('a %s without %j went out', async (touch, withholds, keys) => {
    seat.inmails = 1;
    if (touch === 'message') unipile.befriend(seat, slug);
    unipile.addFault({ on: 'POST /chats', withholds });
    expect(await send({ touch, text: 'Hello', subject: 'A question' })).toMatchObject({
      ok: true,
      ...keys,
    });
  });
});

describe('an InMail', () => {
  const inmail = { touch: 'inmail', text: 'Hello', subject: 'A question' };

  test.each([
    ['no credits left', 0, 3],
    ['no plan with InMails', null, 3],
  ])('waits, and fails nobody, with %s', async (_why, credits, afterPeople) => {
    seat.inmails = credits;
    const attempts = unipile.calls('POST /chats').length;
    expect(await send(inmail)).toMatchObject({
      fault: { kind: 'rate_limited', rest: { of: 'inmail', ms: dayMs, afterPeople } },
    });
    expect(unipile.calls('POST /chats')).toHaveLength(attempts);
  });

  test('reaches an open profile without a credit', async () => {
    seat.inmails = 0;
    memberOf(slug).isOpen = true;
    expect(await send(inmail)).toMatchObject({ ok: true });
    expect(seat.inmails).toBe(0);
  });

  test('waits when LinkedIn counts fewer credits than it told', async () => {
    seat.inmails = 1;
    const reads = () => unipile.calls('GET /linkedin/inmail_balance').length;
    const before = reads();
    await send(inmail);
    seat.inmails = 0;
    const other = unipile.addMember(`${slug}-other`).slug;
    expect(await channel.send(account, outgoing(other, inmail), soon())).toMatchObject({
      fault: { kind: 'rate_limited', rest: { of: 'inmail' } },
    });
    expect(reads()).toBe(before + 1);
  });

  test('waits when the account turns out to have no plan', async () => {
    seat.inmails = 3;
    unipile.addFault({
      on: 'POST /chats',
      answer: { status: 403, type: 'feature_not_subscribed' },
    });
    expect(await send(inmail)).toMatchObject({
      fault: { kind: 'rate_limited', rest: { of: 'inmail' } },
    });
  });
});
