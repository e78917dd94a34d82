import { beforeEach, describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { sought } from '../channel.suite.ts';
import type { Outgoing } from '../channel.ts';

const { clock, unipile, channel, idOf, outgoing, meet } = await openLinkedinChannel();
const soughtFor = (message: Outgoing) => sought(message.key, message);

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});

describe('writing', () => {
  const hello = (more: Partial<Outgoing> = {}) =>
    outgoing(slug, { touch: 'message', text: 'Hello again', ...more });

  test('reaches a connection in the known conversation, or in the existing one', async () => {
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

  test('writes to connections only, by the profile or by the refusal', async () => {
    const attempts = unipile.calls('POST /chats').length;
    expect(await channel.send(account, hello(), soon())).toMatchObject({
      fault: { kind: 'not_connected' },
      personKey: idOf(slug),
    });
    expect(unipile.calls('POST /chats')).toHaveLength(attempts);
    expect(await channel.send(account, hello({ personKey: idOf(slug) }), soon())).toMatchObject({
      fault: { kind: 'not_connected' },
    });
  });

  test('an InMail reaches a person outside the connections while there are credits', async () => {
    seat.inmails = 1;
    const inmail = hello({ touch: 'inmail', subject: 'A question' });
    expect(await channel.send(account, inmail, soon())).toMatchObject({ ok: true });
    expect(unipile.state.messages.at(-1)).toMatchObject({ subject: 'A question', inmail: true });
    expect(await channel.send(account, inmail, soon())).toMatchObject({
      fault: {
        kind: 'rate_limited',
        rest: { of: 'inmail', reason: expect.stringMatching(/credit/) },
      },
    });
  });

  test('an InMail to a connection becomes a plain message, which costs nothing', async () => {
    unipile.befriend(seat, slug);
    for (const personKey of [null, idOf(slug)]) {
      expect(
        await channel.send(
          account,
          hello({ touch: 'inmail', subject: 'A question', personKey }),
          soon(),
        ),
      ).toMatchObject({ ok: true });
      expect(unipile.state.messages.at(-1)).toMatchObject({ inmail: false, subject: null });
    }
    expect(unipile.conversation(seat, slug)).toHaveLength(2);
  });

  test('fails for a missing seat, and not the person, without a lookup too', async () => {
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

  test('begins no second attempt after the deadline', async () => {
    unipile.befriend(seat, slug);
    for (const message of [
      hello({ threadKey: 'chat-gone' }),
      hello({ touch: 'inmail', subject: 'A question' }),
    ]) {
      const deadline = performance.now() + 100;
      unipile.state.slow = async () => {
        while (performance.now() < deadline) await new Promise(setImmediate);
      };
      expect(
        await channel.send(account, { ...message, personKey: idOf(slug) }, deadline),
      ).toMatchObject({ fault: { kind: 'temporary' } });
    }
    unipile.state.slow = null;
    expect(unipile.conversation(seat, slug)).toEqual([]);
  });

  test('begins no request once reading the profile has outlasted the deadline', async () => {
    unipile.befriend(seat, slug);
    const stranger = unipile.addMember(`${slug}-late`).slug;
    const asked = ['POST /chats', 'POST /users/invite'];
    const before = asked.map((route) => unipile.calls(route).length);
    for (const message of [hello(), outgoing(stranger)]) {
      const deadline = performance.now() + 100;
      unipile.state.slow = async () => {
        while (performance.now() < deadline) await new Promise(setImmediate);
      };
      expect(await channel.send(account, message, deadline)).toMatchObject({
        fault: { kind: 'temporary' },
        personKey: expect.any(String),
      });
    }
    unipile.state.slow = null;
    expect(asked.map((route) => unipile.calls(route).length)).toEqual(before);
  });

  test('asks nothing about a touch whose deadline has passed', async () => {
    const before = unipile.state.calls.length;
    for (const message of [hello(), outgoing(slug)])
      expect(await channel.send(account, message, performance.now() - 1)).toMatchObject({
        fault: { kind: 'temporary' },
      });
    expect(unipile.state.calls).toHaveLength(before);
  });

  test('begins no request once the last check has outlasted the deadline', async () => {
    unipile.befriend(seat, slug);
    const deadline = performance.now() + 100;
    const refuse = async () => {
      while (performance.now() < deadline) await new Promise(setImmediate);
      return null;
    };
    const before = unipile.calls('POST /chats').length;
    const late = hello({ personKey: idOf(slug), refuse });
    expect(await channel.send(account, late, deadline)).toMatchObject({
      fault: { kind: 'temporary' },
    });
    expect(unipile.calls('POST /chats')).toHaveLength(before);
  });

  test('a message whose answer was lost is found by its text, with this person only', async () => {
    unipile.befriend(seat, slug);
    const other = unipile.addMember(`${slug}-other`).slug;
    unipile.befriend(seat, other);
    await channel.send(account, outgoing(other, { touch: 'message', text: 'Hello again' }), soon());
    expect(await channel.find(account, soughtFor(hello()))).toBe('absent');
    unipile.addFault({ on: 'POST /chats', cut: 'after' });
    expect(await channel.send(account, hello(), soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, soughtFor(hello()))).toMatchObject({
      found: true,
      threadKey: expect.any(String),
    });
  });

  test.each(['message', 'inmail'])('a %s without any id is in doubt, and found', async (touch) => {
    seat.inmails = 1;
    if (touch === 'message') unipile.befriend(seat, slug);
    const message = hello({ touch, subject: 'A question' });
    unipile.addFault({ on: 'POST /chats', withholds: ['chat_id', 'message_id'] });
    expect(await channel.send(account, message, soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, soughtFor(message))).toMatchObject({ found: true });
  });

  test('a message is found by its author when it is not flagged as the seat’s own', async () => {
    unipile.befriend(seat, slug);
    seat.misflags = true;
    await channel.send(account, hello(), soon());
    expect(await channel.find(account, soughtFor(hello()))).toMatchObject({ found: true });
  });

  test('find is unknown when a row of the list cannot be read', async () => {
    unipile.befriend(seat, slug);
    await channel.send(account, hello(), soon());
    unipile.state.messages.at(-1)!.id = '';
    expect(await channel.find(account, soughtFor(hello()))).toBe('unknown');
  });

  test('find is unknown when the seat wrote another text to the person since then', async () => {
    unipile.befriend(seat, slug);
    await channel.send(account, hello(), soon());
    unipile.state.messages.at(-1)!.text = 'Hello (edited)';
    expect(await channel.find(account, soughtFor(hello()))).toBe('unknown');
  });

  test('the same text from before the reservation is another message', async () => {
    unipile.befriend(seat, slug);
    await channel.send(account, hello(), soon());
    clock.advanceMs(3_600_000);
    expect(await channel.find(account, soughtFor(hello()))).toBe('absent');
  });
});
