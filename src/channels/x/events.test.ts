import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openXDaily, outgoing, soon } from '../../../test/fixtures/x.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { sought } from '../channel.suite.ts';
import type { Outgoing } from '../channel.ts';
import { createXChannel } from './index.ts';

const { x, clock, channel, account, send, faultOf, begin } = await openXDaily();
afterAll(() => x.stop());
beforeEach(begin);
const asked = (more: Partial<Outgoing> = {}) => sought('key', outgoing(more));

describe('in doubt', () => {
  const doubtful = async (text: string, after: boolean) => {
    x.mishap({ route: 'send', after, with: 'drop' });
    expect(await faultOf({ text })).toMatchObject({ kind: 'ambiguous' });
    return channel.find(account, asked({ text, date: clock.now() }));
  };

  test('what went out is found by its words, whatever X makes of them', async () => {
    const text =
      '  Hi Jane, a < b & c > d:\n\nhttps://example.com/a?b=c#d or http://www.example.org/x  ';
    const found = await doubtful(text, true);
    const { id, conversation, text: shown } = x.world.events.at(-1)!;
    expect(shown).toContain('https://t.co/');
    expect(found).toEqual({
      found: true,
      providerKey: id,
      threadKey: conversation,
      personKey: x.world.users.find(({ username }) => username === 'Jane')!.id,
    });
  });

  test('what did not is absent', async () => {
    expect(await doubtful('never arrived', false)).toBe('absent');
  });

  test('a silent X is waited for until half of the time is over', async () => {
    const hasty = createXChannel(
      readConfig({ ...x.env, POSTRIDER_SEND_SECONDS: '1' }),
      createLog('silent'),
    )!;
    x.mishap({ route: 'send', after: true, with: 'silence' });
    expect(await hasty.send(account, outgoing({ text: 'slow' }), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'ambiguous', detail: 'X did not answer within 0.5 s.' },
    });
    expect(await channel.find(account, asked({ text: 'slow', date: clock.now() }))).toMatchObject({
      found: true,
    });
  });

  test('the same words from before, from the other side, or to others are not it', async () => {
    x.addUser('Other');
    await send({ text: 'Same words' });
    await send({ to: 'other', text: 'Same words' });
    clock.advanceMs(11 * 60_000);
    x.write('jane', 'sam_sender', 'Same words');
    expect(await channel.find(account, asked({ text: 'Same words', date: clock.now() }))).toBe(
      'absent',
    );
  });

  test('another message of ours since then leaves it open', async () => {
    const date = clock.now();
    clock.advanceMs(60_000);
    x.write('sam_sender', 'jane', 'typed by hand');
    expect(await channel.find(account, asked({ text: 'the one', date }))).toBe('unknown');
    clock.advanceMs(11 * 60_000);
    expect(await channel.find(account, asked({ text: 'a later one', date: clock.now() }))).toBe(
      'absent',
    );
  });

  test('a conversation is searched page by page, back to the reservation', async () => {
    await send({ text: 'the one' });
    const date = clock.now();
    for (let n = 0; n < 250; n += 1) x.write('jane', 'sam_sender', `answer ${n}`);
    expect(await channel.find(account, asked({ text: 'the one', date }))).toMatchObject({
      found: true,
    });
    expect(await channel.find(account, asked({ text: 'another', date }))).toBe('unknown');
    for (let n = 0; n < 300; n += 1) x.write('jane', 'sam_sender', `more ${n}`);
    expect(
      await channel.find(account, asked({ text: 'the one', date })),
      'beyond what one look reads',
    ).toBe('unknown');
  });

  test('what X no longer shows cannot be told', async () => {
    x.addUser('Old');
    const date = clock.now();
    clock.advanceMs(29 * 86_400_000);
    expect(await channel.find(account, asked({ to: 'old', date }))).toBe('unknown');
    expect(
      await channel.find(account, asked({ to: 'gone', date: clock.now() })),
      'who has left may have got it',
    ).toBe('unknown');
  });

  test('and X cannot be asked: later', async () => {
    x.mishap({ route: 'conversation', with: { status: 429 } });
    expect(await channel.find(account, asked({ date: clock.now() }))).toBe('unreachable');
  });
});

describe('receiving', () => {
  const receive = (cursor: unknown) => channel.receive(account, cursor);

  test('goes on past a message that cannot be understood, and nothing is surely absent beside one', async () => {
    const { cursor } = await receive(null);
    const odd = { ...x.write('jane', 'sam_sender', 'odd'), id: 'odd' };
    x.world.events.push(odd);
    x.write('jane', 'sam_sender', 'plain');
    expect((await receive(cursor)).received.map(({ text }) => text)).toEqual(['plain', 'odd']);
    expect(await channel.find(account, asked({ text: 'never written', date: clock.now() }))).toBe(
      'unknown',
    );
    x.world.events.push(odd);
    expect(await receive((await receive(null)).cursor)).toMatchObject({ received: [] });
    x.world.events.splice(
      0,
      x.world.events.length,
      ...x.world.events.filter(({ id }) => id !== 'odd'),
    );
  });

  test('gives what others wrote to the account, with all they may be known by', async () => {
    const { cursor } = await receive(null);
    await send({ text: 'ours' });
    x.write('jane', 'sam_sender', 'a &amp; b < c');
    const { received } = await receive(cursor);
    const { id, conversation, from } = x.world.events.at(-1)!;
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

  test('leaves out of a text what no database keeps: it would keep everything else from being heard', async () => {
    const { cursor } = await receive(null);
    x.write('jane', 'sam_sender', 'stop\u0000 it');
    expect((await receive(cursor)).received.map(({ text }) => text)).toEqual(['stop it']);
  });

  test('leaves groups alone', async () => {
    const { cursor } = await receive(null);
    x.write('jane', 'sam_sender', 'in a group').conversation = '1578398451921985538';
    expect((await receive(cursor)).received).toEqual([]);
  });

  test('of more than one look reads goes on with the next, and loses none of what comes meanwhile', async () => {
    let { cursor } = await receive(null);
    for (let n = 0; n < 500; n += 1) x.write('jane', 'sam_sender', `old ${n}`);
    const texts = new Set<string>();
    const look = async () => {
      const more = await receive(JSON.parse(JSON.stringify(cursor)));
      for (const { text } of more.received) texts.add(text);
      cursor = more.cursor;
    };
    await look();
    expect(texts.size).toBe(420);
    x.write('jane', 'sam_sender', 'new');
    await look();
    await look();
    expect(texts.size).toBe(501);
    expect((await receive(cursor)).received).toEqual([]);
  });

  test('begins with a small page: X charges for what it shows', async () => {
    const { cursor } = await receive(null);
    const calls = x.calls('events');
    x.write('jane', 'sam_sender', 'one');
    await receive(cursor);
    expect(x.calls('events')).toBe(calls + 1);
  });
});
