import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  accountOf,
  openXChannel,
  openXChannelDaily,
  outgoing,
  soon,
} from '../../../test/fixtures/x.ts';
import { freePorts } from '../../../test/peers/ports.ts';
import { readConfig } from '../../config.ts';
import { policyOf } from '../../domain/sending/outcome.ts';
import { createLog } from '../../log.ts';
import { channelSuite } from '../channel.suite.ts';
import type { Account } from '../channel.ts';
import { createXChannel } from './index.ts';

channelSuite('the X channel', async () => {
  const { x, clock, channel, account } = await openXChannel();
  const hasty = createXChannel(
    readConfig({ ...x.env, POSTRIDER_SEND_SECONDS: '4' }),
    createLog('silent'),
    () => clock.now(),
  )!;
  const names: string[] = [];
  /** The handle of a user of this key's own. */
  const nameOf = (key: string): string => {
    if (!names.includes(key)) x.addUser(`key_${names.push(key)}`);
    return `key_${names.indexOf(key) + 1}`;
  };
  return {
    channel: {
      ...channel,
      // Messages on X have no subject.
      async receive(...given) {
        const { received, cursor } = await channel.receive(...given);
        return { received: received.map((one) => ({ ...one, subject: one.text })), cursor };
      },
    },
    account,
    stranger: accountOf(account.id, { access_token: 'no', refresh_token: 'none' }),
    message: (key) => outgoing({ key, to: nameOf(key), text: 'Hi, this is me' }),
    async arrive(subject) {
      clock.advanceMs(1);
      x.write('jane', 'sam_sender', subject);
    },
    tellsAbsence: true,
    peer: {
      async answer(how) {
        const kinds = { error: { status: 504 }, cut: 'drop', silence: 'silence' } as const;
        if (how !== 'well') x.addFault({ route: 'send', after: true, with: kinds[how] });
        return { channel: hasty, account };
      },
      lag(ms) {
        x.state.listLagMs = ms;
      },
      pass: async (ms) => void clock.advanceMs(ms),
    },
    stop: x.stop,
  };
});

const { x, clock, channel, account, send, faultOf, begin } = await openXChannelDaily();
afterAll(() => x.stop());
beforeEach(begin);

describe('sending', () => {
  test('looks a handle up and returns the ids of message, conversation and person', async () => {
    const ann = x.addUser('Ann');
    const result = await send({ to: 'ann', text: 'Hello' });
    const { id, conversation } = x.state.events.at(-1)!;
    expect(result).toEqual({
      ok: true,
      response: 'taken by X',
      providerKey: id,
      threadKey: conversation,
      personKey: ann.id,
    });
    expect(x.conversation('sam_sender', 'ann')).toEqual(['> Hello']);
    const lookups = x.calls('user');
    expect(await send({ to: 'renamed', personKey: ann.id, text: 'And again' })).toMatchObject({
      ok: true,
    });
    expect(await send({ to: ann.id, text: 'By id' })).toMatchObject({
      ok: true,
      personKey: ann.id,
    });
    expect(x.calls('user')).toBe(lookups);
  });

  test.each([
    ['nobody', 'Could not find user'],
    ['closed', 'takes no messages'],
  ])('to @%s fails the person with the reason of X', async (to, reason) => {
    if (to === 'closed') x.addUser('closed', { closed: true });
    expect(await faultOf({ to })).toEqual({
      kind: 'unreachable_person',
      code: null,
      detail: expect.stringContaining(reason),
    });
  });

  test('asks who takes messages with the look-up it pays for, and spares X the try', async () => {
    const { id } = x.addUser('shut', { closed: true });
    await send({ text: 'The login is new from here on' });
    const [tries, looks] = [x.calls('send'), x.calls('user')];
    const result = await send({ to: 'shut' });
    expect(result).toMatchObject({ ok: false, personKey: id });
    expect([x.calls('send') - tries, x.calls('user') - looks]).toEqual([0, 1]);
    expect(await faultOf({ to: id }), 'an id is not looked up').toMatchObject({
      kind: 'unreachable_person',
      code: '403',
    });
    expect(x.calls('user') - looks).toBe(1);
    for (const more of [{}, { receives_your_dm: null }]) {
      const jane = x.state.users.find(({ username }) => username === 'Jane')!;
      const data = { id: jane.id, name: 'Jane', username: 'Jane', ...more };
      x.addFault({ route: 'user', with: { status: 200, body: { data } } });
      expect(await faultOf(), 'X need not say it').toBeNull();
    }
  });

  test.each([
    [' \n', 'no text'],
    ['x'.repeat(10_001), 'at most 10000'],
  ])('%#: a text that X would refuse is refused without a call', async (text, reason) => {
    const calls = x.state.calls.length;
    expect(await faultOf({ text })).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining(reason),
    });
    expect(channel.render!(account, outgoing({ text }))).toMatchObject({ kind: 'refused' });
    expect(x.state.calls.length).toBe(calls);
  });

  test('over the limit tells the wait by the clock of X', async () => {
    x.state.limits.set('send', 2);
    for (const text of ['one', 'two']) expect(await send({ text })).toMatchObject({ ok: true });
    clock.advanceMs(5 * 60_000);
    expect(await faultOf()).toEqual({
      kind: 'rate_limited',
      code: '429',
      detail: 'Too Many Requests',
      retryAfterMs: 10 * 60_000 + 1000,
    });
    clock.advanceMs(10 * 60_000);
    expect(await send({ text: 'three' })).toMatchObject({ ok: true });
    x.state.limits.delete('send');
  });

  test('over two limits the longer wait counts', async () => {
    const at = (hours: number) => String(clock.now().getTime() / 1000 + hours * 3600);
    const headers = {
      'x-rate-limit-remaining': '3',
      'x-rate-limit-reset': at(0.1),
      'x-app-limit-24hour-remaining': '0',
    };
    x.addFault({
      route: 'send',
      with: { status: 429, headers: { ...headers, 'x-app-limit-24hour-reset': at(7) } },
    });
    expect(await faultOf()).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 7 * 3_600_000 + 1000,
    });
    x.addFault({ route: 'send', with: { status: 429 } });
    expect((await faultOf())?.retryAfterMs).toBeUndefined();
  });

  test('a failed lookup of a handle does not fail the person', async () => {
    x.addFault({ route: 'user', with: { status: 503 } });
    expect(await faultOf()).toMatchObject({ kind: 'temporary', code: 'HTTP 503' });
    x.addFault({ route: 'user', with: 'drop' });
    expect(await faultOf()).toMatchObject({ kind: 'temporary', detail: 'X cannot be reached.' });
    x.addFault({ route: 'user', with: { status: 200, body: 'nonsense' } });
    expect(await faultOf()).toMatchObject({ kind: 'unreachable_person' });
  });

  test('silence during a lookup is retried, and the lane waits for the provider', async () => {
    const hasty = createXChannel(
      readConfig({ ...x.env, POSTRIDER_SEND_SECONDS: '1' }),
      createLog('silent'),
      () => clock.now(),
    )!;
    x.addFault({ route: 'user', with: 'silence' });
    const result = await hasty.send(account, outgoing(), soon());
    if (result.ok) throw new Error('It was sent');
    expect(policyOf(result.fault, 20)).toMatchObject({
      person: { act: 'retry' },
      lane: { because: 'provider_unreachable' },
    });
  });

  test.each(['the last check', 'a renewal of the login'])(
    'begins no request once %s has outlasted the deadline',
    async (late) => {
      const [deadline, sent] = [performance.now() + 100, x.calls('send')];
      const outlast = async () => {
        while (performance.now() < deadline) await new Promise(setImmediate);
      };
      const refuse = async () => {
        if (late === 'the last check') await outlast();
        return null;
      };
      const renew: Account['renew'] = async (make) => {
        const secrets = await account.renew!(make);
        await outlast();
        return secrets;
      };
      if (late === 'a renewal of the login') x.expire('sam_sender');
      expect(
        await channel.send({ ...account, renew }, outgoing({ refuse }), deadline),
      ).toMatchObject({ fault: { kind: 'temporary' } });
      expect(x.calls('send')).toBe(sent);
    },
  );

  test('a message counts as sent when its ids cannot be stored', async () => {
    for (const name of ['1\u0000', '1'.repeat(3_000)]) {
      x.addFault({
        route: 'send',
        with: { status: 201, body: { data: { dm_event_id: name, dm_conversation_id: name } } },
      });
      expect(await send()).toMatchObject({ ok: true, providerKey: null, threadKey: null });
    }
  });

  test.each([
    ['no id', { data: {} }],
    ['null for its id', { data: { dm_event_id: null, dm_conversation_id: null } }],
    ['nothing', null],
    ['an error', { errors: [{ message: 'Something went wrong' }] }],
  ])('a message is in doubt when the answer has %s', async (_name, body) => {
    x.addFault({ route: 'send', after: true, with: { status: 201, body } });
    expect(await faultOf()).toMatchObject({ kind: 'ambiguous' });
    expect(x.conversation('sam_sender', 'jane').length).toBeGreaterThan(0);
  });

  test('a redirect is not followed, because the token is for X alone', async () => {
    const other = await openXChannel();
    x.addFault({
      route: 'user',
      with: { status: 302, headers: { location: `${other.x.url}/2/users/by/username/jane` } },
    });
    expect(await faultOf()).toMatchObject({ kind: 'temporary', code: 'HTTP 302' });
    expect(other.x.state.calls).toEqual([]);
    await other.x.stop();
  });

  test('a missing server is a temporary fault', async () => {
    const away = createXChannel(
      readConfig({ ...x.env, POSTRIDER_X_API_URL: `http://127.0.0.1:${(await freePorts(1))[0]}` }),
      createLog('silent'),
      () => clock.now(),
    )!;
    expect(await away.send(account, outgoing({ personKey: '1' }), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'temporary', code: 'ECONNREFUSED' },
    });
  });
});
