import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openXChannelDaily, outgoing, soon } from '../../../test/fixtures/x.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { sought } from '../channel.suite.ts';
import { InboxRest, type Outgoing } from '../channel.ts';
import { createXChannel } from './index.ts';

const { x, clock, channel, account, send, faultOf, begin } = await openXChannelDaily();
afterAll(() => x.stop());
beforeEach(begin);
const soughtMessage = (more: Partial<Outgoing> = {}) => sought('key', outgoing(more));

describe('find', () => {
  const doubtful = async (text: string, dropped: 'before' | 'after') => {
    x.addFault({ route: 'send', after: dropped === 'after', with: 'drop' });
    expect(await faultOf({ text })).toMatchObject({ kind: 'ambiguous' });
    return channel.find(account, soughtMessage({ text, date: clock.now() }));
  };

  test('finds a message by its text after X has changed it', async () => {
    const text =
      '  Hi Jane, a < b & c > d:\n\nhttps://example.com/a?b=c#d or http://www.example.org/x  ';
    const found = await doubtful(text, 'after');
    const { id, conversation, text: shown } = x.state.events.at(-1)!;
    expect(shown).toContain('https://t.co/');
    expect(found).toEqual({
      found: true,
      providerKey: id,
      threadKey: conversation,
      personKey: x.state.users.find(({ username }) => username === 'Jane')!.id,
    });
  });

  test('is absent when the message did not go out', async () => {
    expect(await doubtful('never arrived', 'before')).toBe('absent');
  });

  test('finds a message that X took without an answer in half of the time', async () => {
    const hasty = createXChannel(
      readConfig({ ...x.env, POSTRIDER_SEND_SECONDS: '1' }),
      createLog('silent'),
      () => clock.now(),
    )!;
    x.addFault({ route: 'send', after: true, with: 'silence' });
    expect(await hasty.send(account, outgoing({ text: 'slow' }), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'ambiguous', detail: 'X did not answer within 0.5 s.' },
    });
    expect(
      await channel.find(account, soughtMessage({ text: 'slow', date: clock.now() })),
    ).toMatchObject({
      found: true,
    });
  });

  test('leaves out the same text from before, from the person or to others', async () => {
    x.addUser('Other');
    await send({ text: 'Same words' });
    await send({ to: 'other', text: 'Same words' });
    clock.advanceMs(11 * 60_000);
    x.write('jane', 'sam_sender', 'Same words');
    expect(
      await channel.find(account, soughtMessage({ text: 'Same words', date: clock.now() })),
    ).toBe('absent');
  });

  test('is unknown after another message of ours', async () => {
    const date = clock.now();
    clock.advanceMs(60_000);
    x.write('sam_sender', 'jane', 'typed by hand');
    expect(await channel.find(account, soughtMessage({ text: 'the one', date }))).toBe('unknown');
    clock.advanceMs(11 * 60_000);
    expect(
      await channel.find(account, soughtMessage({ text: 'a later one', date: clock.now() })),
    ).toBe('absent');
  });

  test('searches a conversation page by page, back to the reservation', async () => {
    await send({ text: 'the one' });
    const date = clock.now();
    for (let n = 0; n < 250; n += 1) x.write('jane', 'sam_sender', `answer ${n}`);
    expect(await channel.find(account, soughtMessage({ text: 'the one', date }))).toMatchObject({
      found: true,
    });
    expect(await channel.find(account, soughtMessage({ text: 'another', date }))).toBe('unknown');
    for (let n = 0; n < 300; n += 1) x.write('jane', 'sam_sender', `more ${n}`);
    expect(
      await channel.find(account, soughtMessage({ text: 'the one', date })),
      'more pages than one search reads',
    ).toBe('unknown');
  });

  test('costs ten messages at most in a long conversation', async () => {
    const { id } = x.addUser('talkative');
    for (let n = 0; n < 200; n += 1) x.write('talkative', 'sam_sender', `old ${n}`);
    clock.advanceMs(3_600_000);
    const before = x.billed();
    const more = { to: id, text: 'never went out', date: clock.now() };
    expect(await channel.find(account, soughtMessage(more))).toBe('absent');
    expect(x.billed() - before).toBeLessThanOrEqual(0.1 + 1e-9);
  });

  test('is unknown for messages that X no longer shows', async () => {
    x.addUser('Old');
    const date = clock.now();
    clock.advanceMs(29 * 86_400_000);
    expect(await channel.find(account, soughtMessage({ to: 'old', date }))).toBe('unknown');
    expect(
      await channel.find(account, soughtMessage({ to: 'gone', date: clock.now() })),
      'a person that left X may have received it',
    ).toBe('unknown');
  });

  test('is unreachable while X refuses to answer', async () => {
    x.addFault({ route: 'conversation', with: { status: 429 } });
    expect(await channel.find(account, soughtMessage({ date: clock.now() }))).toBe('unreachable');
  });
});

describe('receiving', () => {
  const receive = (cursor: unknown) => channel.receive(account, cursor);

  test('leaves out an unreadable message, and nothing is absent beside one', async () => {
    const { cursor } = await receive(null);
    const unreadable = { ...x.write('jane', 'sam_sender', 'odd'), id: 'odd' };
    x.state.events.push(unreadable);
    x.write('jane', 'sam_sender', 'plain');
    expect((await receive(cursor)).received.map(({ text }) => text)).toEqual(['plain', 'odd']);
    expect(
      await channel.find(account, soughtMessage({ text: 'never written', date: clock.now() })),
    ).toBe('unknown');
    x.state.events.push(unreadable);
    expect(await receive((await receive(null)).cursor)).toMatchObject({ received: [] });
    x.state.events.splice(
      0,
      x.state.events.length,
      ...x.state.events.filter(({ id }) => id !== 'odd'),
    );
  });

  test('returns messages of others with the id and the handle of their author', async () => {
    const { cursor } = await receive(null);
    await send({ text: 'ours' });
    x.write('jane', 'sam_sender', 'a &amp; b < c');
    const { received } = await receive(cursor);
    const { id, conversation, from } = x.state.events.at(-1)!;
    expect(received).toEqual([
      {
        sourceKey: `x/${id}`,
        key: id,
        threadKey: conversation,
        from: 'jane',
        subject: null,
        text: 'a &amp; b < c',
        receivedAt: clock.now(),
        headers: {},
        facts: { references: [], identities: [from, 'jane'] },
      },
    ]);
  });

  test('removes characters that the database refuses', async () => {
    const { cursor } = await receive(null);
    x.write('jane', 'sam_sender', 'stop\u0000 it');
    expect((await receive(cursor)).received.map(({ text }) => text)).toEqual(['stop it']);
  });

  test('leaves out messages in groups', async () => {
    const { cursor } = await receive(null);
    x.write('jane', 'sam_sender', 'in a group').conversation = '1578398451921985538';
    expect((await receive(cursor)).received).toEqual([]);
  });

  test('reads many messages in several calls and loses none that arrives meanwhile', async () => {
    let { cursor } = await receive(null);
    for (let n = 0; n < 500; n += 1) x.write('jane', 'sam_sender', `old ${n}`);
    const texts = new Set<string>();
    const readOn = async () => {
      const more = await receive(JSON.parse(JSON.stringify(cursor)));
      for (const { text } of more.received) texts.add(text);
      cursor = more.cursor;
    };
    await readOn();
    expect(texts.size).toBe(325);
    x.write('jane', 'sam_sender', 'new');
    await readOn();
    await readOn();
    expect(texts.size).toBe(501);
    expect((await receive(cursor)).received).toEqual([]);
  });

  test('begins with a small page, because X charges for each message', async () => {
    const { cursor } = await receive(null);
    const calls = x.calls('events');
    x.write('jane', 'sam_sender', 'one');
    await receive(cursor);
    expect(x.calls('events')).toBe(calls + 1);
  });

  test('costs five cents on a day without news', async () => {
    for (let n = 0; n < 50; n += 1) {
      await send({ text: `ours ${n}` });
      x.write('jane', 'sam_sender', `theirs ${n}`);
    }
    let { cursor } = await receive(null);
    clock.advanceTo(new Date(Math.ceil(clock.now().getTime() / 86_400_000) * 86_400_000));
    const before = x.billed();
    const { idlePollMs } = channel;
    let counted = 0;
    for (let ms = 0; ms < 86_400_000; ms += idlePollMs!) {
      const look = await receive(cursor);
      counted += look.cost ?? 0;
      cursor = look.cursor;
      clock.advanceMs(idlePollMs!);
    }
    expect(x.billed() - before).toBeLessThanOrEqual(0.05 + 1e-9);
    expect(counted / 1000).toBeCloseTo(x.billed() - before);
  });

  test('counts what X charges, but for own messages, which count when they go out', async () => {
    let { cursor } = await receive(null);
    let counted = 0;
    clock.advanceTo(new Date(Math.ceil(clock.now().getTime() / 86_400_000) * 86_400_000));
    const [before, own] = [x.billed(), 7];
    for (let n = 0; n < own; n += 1) x.write('sam_sender', 'jane', `ours ${n}`);
    for (let n = 0; n < 4; n += 1) {
      x.write('jane', 'sam_sender', `theirs ${n}`);
      const look = await receive(JSON.parse(JSON.stringify(cursor)));
      counted += look.cost ?? 0;
      cursor = look.cursor;
    }
    expect(counted / 1000).toBeCloseTo(x.billed() - before - own * 0.01);
  });

  test('pays for the name of an author only with a new message', async () => {
    let { cursor } = await receive(null);
    const calls = x.calls('users');
    await send({ text: 'ours' });
    ({ cursor } = await receive(cursor));
    expect(x.calls('users')).toBe(calls);
    x.write('jane', 'sam_sender', 'one');
    x.write('jane', 'sam_sender', 'two');
    expect((await receive(cursor)).received.map(({ from }) => from)).toEqual(['jane', 'jane']);
    expect(x.calls('users')).toBe(calls + 1);
  });

  test('goes on without names that X refuses, and waits for those it cannot tell now', async () => {
    const { cursor } = await receive(null);
    const { from } = x.write('jane', 'sam_sender', 'who am I');
    x.addFault({ route: 'users', with: { status: 503 } });
    await expect(receive(cursor)).rejects.toThrow();
    x.addFault({ route: 'users', with: { status: 403, body: { detail: 'Not permitted' } } });
    expect((await receive(cursor)).received).toMatchObject([
      { from, facts: { identities: [from] } },
    ]);
  });

  test('rests until the window of X begins anew, when it has asked too often', async () => {
    const { cursor } = await receive(null);
    x.state.limits.set('events', 0);
    await expect(receive(cursor)).rejects.toEqual(expect.any(InboxRest));
    await expect(receive(cursor)).rejects.toMatchObject({ ms: 15 * 60_000 + 1000 });
    x.state.limits.delete('events');
  });
});
