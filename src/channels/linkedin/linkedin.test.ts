import { describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel } from '../../../test/fixtures/linkedin.ts';
import type { Fault } from '../../../test/peers/unipile/state.ts';
import { channelSuite, type Subject } from '../channel.suite.ts';
import type { Answer } from '../doubt.suite.ts';
import { openUnipile } from './unipile.ts';

const { clock, unipile, channel, open, outgoing, meet } = await openLinkedinChannel();

const touches = ['connection_request', 'message'] as const;
type Touch = (typeof touches)[number];
type Version = { env: Record<string, string>; routes: Record<Touch, string>; idPrefix: string };

const versions: Record<'v1' | 'v2', Version> = {
  v1: {
    env: unipile.env,
    routes: { connection_request: 'POST /users/invite', message: 'POST /chats' },
    idPrefix: '',
  },
  v2: {
    env: unipile.envV2,
    routes: {
      connection_request: 'POST /{account}/users/me/relation-requests',
      message: 'POST /{account}/inboxes/{inbox}/chats/send',
    },
    idPrefix: 'acc_',
  },
};

const answers: Record<Exclude<Answer, 'well'>, Partial<Fault>> = {
  error: { answer: { status: 504, type: 'request_timeout' } },
  cut: { cut: 'after' },
  silence: { silent: true },
};

describe.each(['v1', 'v2'] as const)('version %s of Unipile', (version) => {
  describe.each(touches)('with %s', (touch) => {
    channelSuite('the LinkedIn channel', async () => makeSubject(touch, version));
  });
});

async function makeSubject(touch: Touch, version: 'v1' | 'v2'): Promise<Subject> {
  const { env, routes, idPrefix } = versions[version];
  const name = `${version}-${touch}`;
  const seat = unipile.addSeat(`suite-seat-${name}`);
  const closed = unipile.addSeat(`suite-closed-${name}`);
  unipile.setStatus(closed, 'CREDENTIALS');
  const usual = open(env);
  const hasty = open({ ...env, POSTRIDER_SEND_SECONDS: '4' });
  return {
    channel: {
      ...usual,
      // Messages on LinkedIn have no subject.
      async receive(...args) {
        const { received, cursor } = await usual.receive(...args);
        return { received: received.map((one) => ({ ...one, subject: one.text })), cursor };
      },
    },
    account: accountOf(`${idPrefix}${seat.id}`),
    stranger: accountOf(`${idPrefix}${closed.id}`),
    message(key) {
      const slug = `${name}-${key.replace(/\W/g, '-')}`;
      if (!unipile.state.members.some((member) => member.slug === slug)) {
        unipile.addMember(slug);
        if (touch === 'message') unipile.befriend(seat, slug);
      }
      return outgoing(slug, { key, touch, text: `Hi ${key}` });
    },
    async arrive(subject) {
      clock.advanceMs(1_000);
      if (!unipile.state.members.some((member) => member.slug === 'writer'))
        unipile.addMember('writer');
      unipile.write(seat, 'writer', subject);
    },
    tellsAbsence: true,
    peer: {
      async answer(how) {
        if (how !== 'well') unipile.addFault({ on: routes[touch], after: true, ...answers[how] });
        return { channel: hasty, account: accountOf(`${idPrefix}${seat.id}`) };
      },
      lag(ms) {
        unipile.state.listLagMs = ms;
      },
      pass: async (ms) => void clock.advanceMs(ms),
    },
    stop: async () => {},
  };
}

test('a check names the step that failed', async () => {
  const { seat, account } = meet();
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

test.each([true, false])(
  'webhooks are asked for once, however often the server starts (sources told: %s)',
  async (namesSources) => {
    unipile.state.namesSources = namesSources;
    unipile.state.hooks.length = 0;
    const { url: at, apiKey } = unipile;
    const { subscribe } = openUnipile({ url: at, apiKey, version: 'v1' }, 5_000);
    const url = 'https://postrider.test/unipile/news';
    const start = (name: string) => subscribe({ url, secret: 'secret', name });
    await start('Postrider 1');
    const first = unipile.state.hooks.map(({ id }) => id);
    await start('Postrider 1');
    expect(unipile.state.hooks.map(({ id }) => id)).toEqual(first);
    expect(new Set(unipile.state.hooks.map(({ source }) => source))).toEqual(
      new Set(['messaging', 'users', 'account_status']),
    );
    await start('Postrider 2');
    expect(unipile.state.hooks).toHaveLength(3);
    expect(unipile.state.hooks.every(({ name }) => name?.startsWith('Postrider 2 '))).toBe(true);
    unipile.state.namesSources = true;
  },
);
