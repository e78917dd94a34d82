import { beforeEach, describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { freePorts } from '../../../test/peers/ports.ts';
import { channelSuite, sought } from '../channel.suite.ts';
import type { Outgoing } from '../channel.ts';

const house = await openLinkedinChannel();
const { clock, unipile, channel, open, idOf, outgoing } = house;
const asked = (message: Outgoing) => sought(message.key, message);

channelSuite('the LinkedIn channel', async () => {
  const seat = unipile.addSeat('suite-seat');
  const closed = unipile.addSeat('suite-closed');
  unipile.setStatus(closed, 'CREDENTIALS');
  return {
    channel: {
      ...channel,
      // Messages on LinkedIn have no subject.
      async receive(...args) {
        const { received, cursor } = await channel.receive(...args);
        return { received: received.map((one) => ({ ...one, subject: one.text })), cursor };
      },
    },
    account: accountOf(seat.id),
    stranger: accountOf(closed.id),
    message(key) {
      const slug = `to-${key.replace(/\W/g, '-')}`;
      if (!unipile.world.members.some((member) => member.slug === slug)) unipile.addMember(slug);
      return outgoing(slug, { key, text: `Hi ${key}` });
    },
    async arrive(subject) {
      clock.advanceMs(1_000);
      if (!unipile.world.members.some((member) => member.slug === 'writer'))
        unipile.addMember('writer');
      unipile.write(seat, 'writer', subject);
    },
    tellsAbsence: true,
    stop: async () => {},
  };
});

let { slug, seat, account } = house.meet();
beforeEach(() => {
  ({ slug, seat, account } = house.meet());
});

describe('inviting', () => {
  test('finds the person once, and tells by what names LinkedIn has both', async () => {
    const sent = await channel.send(account, outgoing(slug, { text: 'Hello' }), soon());
    const { id, note } = unipile.world.invitations.at(-1)!;
    expect([sent, note]).toEqual([
      { ok: true, response: `invitation ${id}`, providerKey: id, personKey: idOf(slug) },
      'Hello',
    ]);
    const reads = unipile.calls('GET /users/{identifier}').length;
    await channel.withdraw!(account, { ...asked(outgoing(slug)), providerKey: id });
    await channel.send(account, outgoing(slug, { personKey: idOf(slug) }), soon());
    expect(unipile.calls('GET /users/{identifier}')).toHaveLength(reads);
  });

  test('an address with the opaque id needs no profile read', async () => {
    const reads = unipile.calls('GET /users/{identifier}').length;
    expect(await channel.send(account, outgoing(idOf(slug)), soon())).toMatchObject({
      ok: true,
      personKey: idOf(slug),
    });
    expect(unipile.calls('GET /users/{identifier}')).toHaveLength(reads);
  });

  test('a connection is not invited, whether the profile says so or the refusal does', async () => {
    unipile.befriend(seat, slug);
    const known = { ok: true, alreadyConnected: true, personKey: idOf(slug) };
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject(known);
    expect(
      await channel.send(account, outgoing(slug, { personKey: idOf(slug) }), soon()),
    ).toMatchObject(known);
    expect(unipile.invited(seat)).toEqual([]);
  });

  test('a pending invitation of another day is waited for; one taken back bars the way for weeks', async () => {
    await channel.send(account, outgoing(slug), soon());
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'already_invited' },
    });
    expect(await channel.withdraw!(account, asked(outgoing(slug)))).toBe('withdrawn');
    expect(await channel.withdraw!(account, asked(outgoing(slug)))).toBe('gone');
    const barred = await channel.send(account, outgoing(slug), soon());
    expect(barred).toMatchObject({
      ok: false,
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('three weeks') },
    });
  });

  test('the refusal that means two things is told apart by the list of invitations', async () => {
    const twoFold = {
      on: 'POST /users/invite',
      answer: { status: 422, type: 'cannot_resend_yet' },
    };
    unipile.mishap({ ...twoFold });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'rate_limited' },
    });
    await channel.send(account, outgoing(slug), soon());
    unipile.mishap({ ...twoFold });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'already_invited' },
    });
  });

  test('who is not there, or is no person, fails with the reason; a seat that is gone is not their fault', async () => {
    expect(await channel.send(account, outgoing('nobody-here'), soon())).toMatchObject({
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('no such profile') },
    });
    const company = outgoing(slug, { to: 'https://www.linkedin.com/company/acme' });
    expect(await channel.send(account, company, soon())).toMatchObject({
      fault: { kind: 'unreachable_person' },
    });
    expect(await channel.send(accountOf('gone'), outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'credentials' },
    });
  });

  test('a note that is too long for the seat is refused with the reason', async () => {
    expect(
      await channel.send(account, outgoing(slug, { text: 'x'.repeat(201) }), soon()),
    ).toMatchObject({
      fault: { kind: 'refused', code: 'too_many_characters 400' },
    });
  });
});

describe('silence after an invitation', () => {
  test('is never answered by sending again: the list of invitations is', async () => {
    unipile.mishap({ on: 'POST /users/invite', cut: 'after' });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, asked(outgoing(slug)))).toMatchObject({
      found: true,
      providerKey: expect.any(String),
    });
    expect(unipile.invited(seat)).toEqual([slug]);
  });

  test('before it was heard leaves no trace, and that is said', async () => {
    unipile.mishap({ on: 'POST /users/invite', cut: 'before' });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, asked(outgoing(slug)))).toBe('absent');
  });

  test('an invitation that was accepted meanwhile is found as the connection it became', async () => {
    await channel.send(account, outgoing(slug), soon());
    unipile.accept(seat, slug);
    expect(await channel.find(account, asked(outgoing(slug)))).toMatchObject({
      found: true,
      personKey: idOf(slug),
    });
  });

  test('nothing is said of a seat whose session is over: what Unipile shows may be old', async () => {
    unipile.setStatus(seat, 'ERROR');
    expect(await channel.find(account, asked(outgoing(slug)))).toBe('unreachable');
  });

  test('an error of the server is looked into at once, and slows the sender down when nothing went out', async () => {
    unipile.mishap({ on: 'POST /users/invite', answer: { status: 500, type: 'provider_error' } });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'rate_limited', retryAfterMs: 3_600_000 },
    });
    expect(unipile.invited(seat)).toEqual([]);
  });

  test('a server that is not there has heard nothing', async () => {
    const [port] = await freePorts(1);
    const away = open({ POSTRIDER_UNIPILE_DSN: `http://127.0.0.1:${port}` });
    expect(await away.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'temporary', code: 'ECONNREFUSED' },
    });
  });
});

describe('writing', () => {
  const hello = (more: Partial<Outgoing> = {}) =>
    outgoing(slug, { touch: 'message', text: 'Hello again', ...more });

  test('reaches a connection, in the conversation that is known or the one there is', async () => {
    unipile.befriend(seat, slug);
    const first = await channel.send(account, hello(), soon());
    expect(first).toMatchObject({
      ok: true,
      providerKey: expect.stringContaining('message-'),
      threadKey: expect.stringContaining('chat-'),
    });
    const threadKey = first.ok ? first.threadKey! : null;
    expect(
      await channel.send(account, hello({ text: 'And again', threadKey }), soon()),
    ).toMatchObject({ ok: true, threadKey });
    expect(
      await channel.send(account, hello({ text: 'Still', threadKey: 'chat-gone' }), soon()),
    ).toMatchObject({ ok: true, threadKey });
    expect(unipile.conversation(seat, slug)).toEqual(['> Hello again', '> And again', '> Still']);
  });

  test('a stranger is not even tried when the profile tells; else the refusal says so', async () => {
    const tries = unipile.calls('POST /chats').length;
    expect(await channel.send(account, hello(), soon())).toMatchObject({
      fault: { kind: 'not_connected' },
      personKey: idOf(slug),
    });
    expect(unipile.calls('POST /chats')).toHaveLength(tries);
    expect(await channel.send(account, hello({ personKey: idOf(slug) }), soon())).toMatchObject({
      fault: { kind: 'not_connected' },
    });
  });

  test('an InMail reaches a stranger while the seat has credits', async () => {
    seat.inmails = 1;
    const inmail = hello({ touch: 'inmail', subject: 'A question' });
    expect(await channel.send(account, inmail, soon())).toMatchObject({ ok: true });
    expect(unipile.world.messages.at(-1)).toMatchObject({ subject: 'A question', inmail: true });
    expect(await channel.send(account, inmail, soon())).toMatchObject({
      fault: { kind: 'refused', code: 'insufficient_credits 422' },
    });
  });

  test('an InMail to a connection is a plain message and costs nothing', async () => {
    unipile.befriend(seat, slug);
    for (const personKey of [null, idOf(slug)]) {
      expect(
        await channel.send(
          account,
          hello({ touch: 'inmail', subject: 'A question', personKey }),
          soon(),
        ),
      ).toMatchObject({ ok: true });
      expect(unipile.world.messages.at(-1)).toMatchObject({ inmail: false, subject: null });
    }
    expect(unipile.conversation(seat, slug)).toHaveLength(2);
  });

  test('an account that is gone is no fault of the person, though nobody has to be looked up', async () => {
    const personKey = idOf(slug);
    for (const message of [
      hello({ personKey }),
      hello({ personKey, threadKey: 'chat-1' }),
      outgoing(slug, { personKey }),
    ])
      expect(await channel.send(accountOf('gone'), message, soon())).toMatchObject({
        fault: { kind: 'credentials' },
      });
  });

  test('a second way to the person is not begun once the time is over', async () => {
    unipile.befriend(seat, slug);
    for (const message of [
      hello({ threadKey: 'chat-gone' }),
      hello({ touch: 'inmail', subject: 'A question' }),
    ]) {
      const deadline = performance.now() + 100;
      unipile.world.slow = async () => {
        while (performance.now() < deadline) await new Promise(setImmediate);
      };
      expect(
        await channel.send(account, { ...message, personKey: idOf(slug) }, deadline),
      ).toMatchObject({ fault: { kind: 'temporary' } });
    }
    unipile.world.slow = null;
    expect(unipile.conversation(seat, slug)).toEqual([]);
  });

  test('a message whose answer was lost is found by its text with this person, and with nobody else', async () => {
    unipile.befriend(seat, slug);
    const other = unipile.addMember(`${slug}-other`).slug;
    unipile.befriend(seat, other);
    await channel.send(account, outgoing(other, { touch: 'message', text: 'Hello again' }), soon());
    expect(await channel.find(account, asked(hello()))).toBe('absent');
    unipile.mishap({ on: 'POST /chats', cut: 'after' });
    expect(await channel.send(account, hello(), soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, asked(hello()))).toMatchObject({
      found: true,
      threadKey: expect.any(String),
    });
  });

  test('what the seat wrote to the person since then could be it, whatever LinkedIn made of the text', async () => {
    unipile.befriend(seat, slug);
    await channel.send(account, hello(), soon());
    unipile.world.messages.at(-1)!.text = 'Hello (edited)';
    expect(await channel.find(account, asked(hello()))).toBe('unknown');
  });

  test('the same text of an earlier time is another message', async () => {
    unipile.befriend(seat, slug);
    await channel.send(account, hello(), soon());
    clock.advanceMs(3_600_000);
    expect(await channel.find(account, asked(hello()))).toBe('absent');
  });
});

test('checking goes step by step', async () => {
  const wrongKey = open({ POSTRIDER_UNIPILE_API_KEY: 'wrong' });
  expect(await wrongKey.check(account)).toMatchObject([
    { step: 'unipile', ok: false, detail: expect.stringContaining('API_KEY') },
  ]);
  expect(await channel.check(accountOf('gone'))).toMatchObject([
    { step: 'unipile', ok: true },
    { step: 'account', ok: false },
  ]);
  unipile.setStatus(seat, 'CREDENTIALS');
  expect((await channel.check(account)).at(-1)).toMatchObject({
    step: 'session',
    ok: false,
    detail: expect.stringContaining('reconnect'),
  });
});
