import { describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel, soon } from '../../../../test/fixtures/linkedin.ts';
import type { Member, Seat } from '../../../../test/peers/unipile/state.ts';
import { idV2 } from '../../../../test/peers/unipile/v2/wire.ts';
import { dayMs, hourMs } from '../../../domain/time.ts';
import { sought } from '../../channel.suite.ts';
import type { Outgoing, SendResult } from '../../channel.ts';

const { clock, unipile, open, outgoing, idOf, meet } = await openLinkedinChannel();
const channel = open(unipile.envV2);
const inviting = 'POST /{account}/users/me/relation-requests';
const writing = 'POST /{account}/inboxes/{inbox}/chats/send';

/** A seat of version 2, and a member that it may reach. */
function meetV2(options: Partial<Member> = {}) {
  const { seat, slug } = meet();
  Object.assign(unipile.state.members.find((one) => one.slug === slug)!, options);
  return { seat, slug, account: accountOf(idV2(seat)) };
}

const send = (seat: Seat, slug: string, more: Partial<Outgoing>): Promise<SendResult> =>
  channel.send(accountOf(idV2(seat)), outgoing(slug, more), soon());
const invite = { touch: 'connection_request', text: '' };
const message = { touch: 'message', text: 'Hi' };
const inmail = { touch: 'inmail', text: 'Hi', subject: 'A question' };

describe('a refusal that says little', () => {
  test('the profile tells of an invitation that is pending, ignored or withdrawn', async () => {
    const [pending, ignored, withdrawn, inviter] = [
      meetV2(),
      meetV2({ ignores: true }),
      meetV2(),
      meetV2({ invites: true }),
    ];
    for (const one of [pending, ignored, withdrawn]) await send(one.seat, one.slug, invite);
    const key = { ...sought('key', outgoing(withdrawn.slug, invite)), providerKey: null };
    expect(await channel.withdraw!(withdrawn.account, key)).toBe('withdrawn');
    const kinds = [pending, ignored, withdrawn, inviter].map(async ({ seat, slug }) => {
      const result = await send(seat, slug, { ...invite, key: 'again' });
      return result.ok ? 'ok' : `${result.fault.kind}: ${result.fault.detail}`;
    });
    expect(await Promise.all(kinds)).toEqual([
      expect.stringMatching(/^already_invited: .*Unprocessable/),
      expect.stringMatching(/^unreachable_person: .*ignored/),
      expect.stringMatching(/^unreachable_person: .*withdrawn/),
      expect.stringMatching(/^already_invited: .*has invited the account/),
    ]);
  });

  test('a connection is none to invite, and a person who refuses is put off', async () => {
    const friend = meetV2();
    await send(friend.seat, friend.slug, invite);
    unipile.accept(friend.seat, friend.slug);
    // The cached profile still says that they are strangers.
    expect(await send(friend.seat, friend.slug, { ...invite, key: 'again' })).toMatchObject({
      ok: true,
      alreadyConnected: true,
    });
    const other = meetV2({ refuses: 'cannot_invite_attendee' });
    expect(await send(other.seat, other.slug, invite)).toMatchObject({
      ok: false,
      fault: { kind: 'rate_limited', rest: { afterPeople: 3, giveUpAfter: 6 } },
    });
  });

  test('a message to no connection waits; one to a new connection is tried again', async () => {
    const stranger = meetV2();
    expect(await send(stranger.seat, stranger.slug, { ...message, threadKey: null })).toMatchObject(
      { fault: { kind: 'not_connected' } },
    );
    const fresh = meetV2();
    unipile.befriend(fresh.seat, fresh.slug);
    unipile.state.settleMs = hourMs;
    expect(await send(fresh.seat, fresh.slug, message)).toMatchObject({
      fault: { kind: 'not_yet' },
    });
    unipile.state.settleMs = 0;
  });
});

test.each([
  [
    429,
    'api/too_many_requests',
    { kind: 'rate_limited', retryAfterMs: 90_000 },
    { 'retry-after': '90' },
  ],
  [429, 'provider/too_many_requests', { kind: 'rate_limited', retryAfterMs: hourMs }, {}],
  [401, 'provider/invalid_authorization', { kind: 'credentials' }, {}],
  [401, 'api/missing_authorization', { kind: 'temporary', detail: /API_KEY/ }, {}],
  [403, 'api/inactive_subscription', { kind: 'temporary', detail: /subscription/ }, {}],
  [403, 'api/account_restricted', { kind: 'credentials', detail: /locked/ }, {}],
  [403, 'provider/insufficient_permissions', { kind: 'refused' }, {}],
  [500, 'provider/server_error', { kind: 'ambiguous' }, {}],
  [502, 'api/proxy_error', { kind: 'ambiguous' }, {}],
  [504, 'provider/timeout', { kind: 'ambiguous' }, {}],
  [422, 'provider/constructor', { kind: 'refused' }, {}],
] as const)('status %i with %s', async (status, type, fault, headers) => {
  const { seat, slug } = meetV2();
  unipile.addFault({ on: inviting, answer: { status, type, headers } });
  const { detail, ...rest } = { detail: /./, ...fault };
  expect(await send(seat, slug, invite)).toMatchObject({
    ok: false,
    fault: { ...rest, detail: expect.stringMatching(detail) },
  });
});

describe('writing', () => {
  test('an InMail has a subject and costs a credit; a connection gets a message', async () => {
    const { seat, slug } = meetV2();
    seat.inmails = 1;
    expect(await send(seat, slug, inmail)).toMatchObject({ ok: true });
    expect(unipile.state.messages.at(-1)).toMatchObject({ subject: 'A question', inmail: true });
    expect(seat.inmails).toBe(0);
    const other = unipile.addMember(`other-${slug}`);
    unipile.befriend(seat, other.slug);
    seat.inmails = 1;
    const paid = open(unipile.envV2);
    await paid.send(accountOf(idV2(seat)), outgoing(other.slug, inmail), soon());
    expect(unipile.state.messages.at(-1)).toMatchObject({ inmail: false, own: true });
  });

  test('a conversation known by its id of version 1 goes on by the person', async () => {
    const { seat, slug } = meetV2();
    unipile.befriend(seat, slug);
    unipile.write(seat, slug, 'Hello');
    const of = { ...message, personKey: idOf(slug), threadKey: unipile.state.chats.at(-1)!.id };
    const first = await send(seat, slug, of);
    expect(first).toMatchObject({ ok: true, threadKey: expect.stringMatching(/^2-/) });
    const threadKey = first.ok ? first.threadKey! : null;
    expect(await send(seat, slug, { ...of, text: 'Again', threadKey })).toMatchObject({ ok: true });
    expect(unipile.conversation(seat, slug)).toEqual(['Hello', '> Hi', '> Again']);
    expect(unipile.calls('POST /{account}/chats/{chat}/messages/send').length).toBeGreaterThan(1);
  });

  test('a success without ids is in doubt', async () => {
    const { seat, slug } = meetV2();
    unipile.befriend(seat, slug);
    unipile.addFault({ on: writing, withholds: ['chat_id', 'message_id'] });
    expect(await send(seat, slug, message)).toMatchObject({ fault: { kind: 'ambiguous' } });
  });

  test('a visit sends back the token of the profile', async () => {
    const { seat, slug } = meetV2();
    expect(await send(seat, slug, { touch: 'profile_visit', text: '' })).toMatchObject({
      ok: true,
    });
    expect(seat.visits).toEqual([slug]);
  });
});

describe('a touch without words', () => {
  test('follows once, however often its answer is lost', async () => {
    const { seat, slug, account } = meetV2();
    const on = 'POST /{account}/users/me/follow/{user}';
    unipile.addFault({ on, after: true, answer: { status: 504, type: 'provider/timeout' } });
    const follow = { touch: 'follow', text: '' };
    expect(await send(seat, slug, follow)).toMatchObject({ fault: { kind: 'temporary' } });
    expect(await send(seat, slug, follow)).toMatchObject({ ok: true, personKey: idOf(slug) });
    expect(seat.follows).toEqual([slug]);
    expect(await channel.find(account, sought('key', outgoing(slug, follow)))).toBe('unknown');
  });

  test('is skipped where a version documents no call for it', async () => {
    const { seat, slug } = meetV2();
    unipile.post(slug);
    const skipped = { ok: true, skipped: 'not_supported' };
    expect(await send(seat, slug, { touch: 'like', text: '' })).toMatchObject(skipped);
    const follow = outgoing(slug, { touch: 'follow', text: '' });
    expect(await open().send(accountOf(seat.id), follow, soon())).toMatchObject(skipped);
  });
});

test.each([
  ['OK', true],
  ['PARTIAL', true],
  ['DEGRADED', false],
  ['STOPPED', false],
] as const)('an account that is %s has the usual inbox: %s', async (status, isWell) => {
  const { seat, account } = meetV2();
  unipile.setStatus(seat, status);
  expect((await channel.check(account)).at(-1)).toMatchObject({ step: 'session', ok: isWell });
});

test('an invitation is taken back by the id of the list when the answer had another', async () => {
  const { seat, slug, account } = meetV2();
  unipile.state.otherIds = 404;
  const sent = await send(seat, slug, invite);
  const providerKey = sent.ok ? sent.providerKey! : null;
  const key = { ...sought('key', outgoing(slug, invite)), providerKey };
  expect(await channel.withdraw!(account, key)).toBe('withdrawn');
  unipile.state.otherIds = null;
  expect(unipile.invited(seat)).toEqual([]);
});

describe('receiving', () => {
  const start = async (seat: Seat) => (await channel.receive(accountOf(idV2(seat)), null)).cursor;
  const read = (seat: Seat, cursor: unknown, isThorough = false) =>
    channel.receive(accountOf(idV2(seat)), cursor, { isThorough });
  const texts = ({ received }: { received: readonly { text: string }[] }) =>
    received.map(({ text }) => text);

  test('conversations that did not change are not read again', async () => {
    const { seat, slug } = meetV2();
    unipile.write(seat, slug, 'before the start');
    let cursor = await start(seat);
    const others = ['ann', 'bob', 'cid'].map((name) => unipile.addMember(`${name}-${slug}`).slug);
    for (const other of others) {
      clock.advanceMs(1_000);
      unipile.write(seat, other, `from ${other}`);
    }
    const first = await read(seat, cursor);
    expect(texts(first)).toEqual(others.map((other) => `from ${other}`));
    cursor = JSON.parse(JSON.stringify(first.cursor));
    clock.advanceMs(hourMs);
    unipile.write(seat, others[0]!, 'more');
    const reads = () => unipile.calls('GET /{account}/chats/{chat}/messages').length;
    const before = reads();
    const second = await read(seat, cursor);
    expect([texts(second), reads() - before]).toEqual([['more'], 1]);
    expect(texts(await read(seat, second.cursor))).toEqual([]);
    expect(reads() - before).toBe(1);
  });

  test('own messages and groups are left out, whatever Unipile flags', async () => {
    const { seat, slug } = meetV2();
    const cursor = await start(seat);
    seat.misflags = true;
    unipile.befriend(seat, slug);
    unipile.writeByHand(seat, slug, 'Hello');
    unipile.write(seat, slug, 'in a group', { others: [seat.member.slug] });
    unipile.write(seat, slug, 'to me', { attachments: [{ type: 'file', file_name: 'a.pdf' }] });
    expect(texts(await read(seat, cursor))).toEqual(['to me\n[file: a.pdf]']);
  });

  test('the inboxes of other products are read by a thorough look', async () => {
    const { seat, slug } = meetV2({ salesId: 'ACwAAB00001' });
    seat.hasProducts = true;
    const cursor = await start(seat);
    unipile.write(seat, slug, 'in Sales Navigator', { isSales: true });
    const usual = await read(seat, cursor);
    expect(texts(usual)).toEqual([]);
    const thorough = await read(seat, usual.cursor, true);
    expect(thorough.received).toMatchObject([
      {
        text: 'in Sales Navigator',
        facts: { identities: [expect.anything(), expect.stringContaining(slug)] },
      },
    ]);
  });

  test('too many reads let the inbox rest', async () => {
    const { seat } = meetV2();
    const cursor = await start(seat);
    const answer = {
      status: 429,
      type: 'api/too_many_requests',
      headers: { 'retry-after': '120' },
    };
    unipile.addFault({ on: 'GET /{account}/inboxes/{inbox}/chats', answer });
    await expect(read(seat, cursor)).rejects.toMatchObject({ ms: 120_000 });
  });

  test('a message in doubt is unknown when the conversations do not end', async () => {
    const { seat, slug, account } = meetV2();
    unipile.befriend(seat, slug);
    const asked = { ...sought('key', outgoing(slug, message)), personKey: idOf(slug) };
    expect(await channel.find(account, { ...asked, reservedAt: clock.now() })).toBe('absent');
    clock.advanceMs(dayMs);
    const reservedAt = clock.now();
    for (let index = 0; index < 200; index += 1)
      unipile.write(seat, unipile.addMember(`crowd-${slug}-${index}`).slug, 'Hi');
    expect(await channel.find(account, { ...asked, reservedAt })).toBe('unknown');
  });
});
