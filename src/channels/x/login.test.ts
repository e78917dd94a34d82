import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { accountOf, openXChannelDaily, outgoing, soon } from '../../../test/fixtures/x.ts';
import { startX } from '../../../test/peers/x/index.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { AccountFailure, type Channel } from '../channel.ts';
import { createXChannel } from './index.ts';

const { x, clock, sam, channel, account, send, faultOf, begin } = await openXChannelDaily();
afterAll(() => x.stop());
beforeEach(begin);

describe('the login', () => {
  test('is renewed when X refuses the token, and the touch goes out once', async () => {
    x.expire('sam_sender');
    expect(await send({ text: 'after two hours' })).toMatchObject({ ok: true });
    expect(
      x.conversation('sam_sender', 'jane').filter((text) => text === '> after two hours'),
    ).toHaveLength(1);
  });

  test('is renewed once for all calls under way', async () => {
    x.expire('sam_sender');
    const before = x.calls('token');
    const results = await Promise.all(['a', 'b', 'c'].map((text) => send({ text })));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(x.calls('token')).toBe(before + 1);
  });

  test('that was revoked is a fault of the credentials', async () => {
    x.revoke('sam_sender');
    expect(await faultOf()).toEqual({
      kind: 'credentials',
      code: '400',
      detail: 'X refuses the login: Value passed for the token was invalid.',
    });
    const { renew: _, ...unstored } = accountOf(sam.id, { access_token: 'x', refresh_token: 'y' });
    expect(await channel.send(unstored, outgoing(), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'credentials' },
    });
    expect(await channel.send({ ...account, secrets: {} }, outgoing(), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'credentials' },
    });
  });

  test('that cannot be renewed for now is a temporary fault', async () => {
    x.expire('sam_sender');
    x.addFault({ route: 'token', with: { status: 503 } });
    expect(await faultOf()).toMatchObject({ kind: 'temporary', code: 'HTTP 503' });
    x.addFault({ route: 'token', with: 'drop' });
    expect(await faultOf(), 'no message has gone out').toMatchObject({ kind: 'temporary' });
  });

  const json = (error: string, error_description?: string) => ({ error, error_description });
  test.each([
    ['401 invalid_client', 401, json('invalid_client', 'Client authentication failed')],
    ['400 invalid_client', 400, json('invalid_client')],
    ['403 unauthorized_client', 403, json('unauthorized_client', 'The app is suspended')],
    ['400 about the client id', 400, json('invalid_request', 'The client_id was invalid.')],
    ['400 about the grant type', 400, json('unsupported_grant_type')],
    ['403 with a problem', 403, { title: 'Forbidden', detail: 'client-not-enrolled' }],
    ['403 with HTML', 403, '<html>Blocked</html>'],
    ['400 with HTML', 400, '<html>Bad request</html>'],
    ['200 with HTML', 200, '<html>Hello</html>'],
    ['404', 404, null],
  ])(
    'that X cannot renew (%s) is the fault of the app, not of the login',
    async (_, status, body) => {
      x.expire('sam_sender');
      x.addFault({ route: 'token', with: { status, body } });
      expect(await faultOf()).toMatchObject({
        kind: 'temporary',
        code: `HTTP ${status}`,
        detail: expect.stringContaining('X does not renew the login'),
      });
      expect(await faultOf(), 'the login is good once the app is').toBeNull();
    },
  );

  test('outlives a client secret that was changed at X', async () => {
    x.expire('sam_sender');
    const { clientSecret } = x.state.app;
    x.state.app.clientSecret = 'changed in the console';
    expect(await faultOf()).toMatchObject({
      kind: 'temporary',
      detail: expect.stringContaining('POSTRIDER_X_CLIENT_SECRET'),
    });
    await expect(channel.receive(account, null)).rejects.not.toBeInstanceOf(AccountFailure);
    x.state.app.clientSecret = clientSecret;
    expect(await faultOf()).toBeNull();
  });

  test.each([
    [400, json('invalid_grant', 'The refresh token was revoked')],
    [401, json('invalid_grant')],
    [400, json('invalid_request', 'Value passed for the token was invalid.')],
  ])('that was taken back (%i %j) is a fault of the credentials', async (status, body) => {
    x.expire('sam_sender');
    x.addFault({ route: 'token', with: { status, body } });
    expect(await faultOf()).toMatchObject({ kind: 'credentials' });
  });

  test('just renewed and refused is given up only after a minute', async () => {
    const refuse = () => {
      for (let time = 0; time < 2; time += 1) x.addFault({ route: 'send', with: { status: 401 } });
    };
    refuse();
    expect(await faultOf()).toMatchObject({ kind: 'temporary', code: 'HTTP 401' });
    clock.advanceMs(30_000);
    refuse();
    expect(await faultOf(), 'half a minute later').toMatchObject({ kind: 'temporary' });
    clock.advanceMs(30_000);
    refuse();
    expect(await faultOf()).toMatchObject({ kind: 'credentials', code: '401' });
    expect(await faultOf(), 'a success begins anew').toBeNull();
    refuse();
    expect(await faultOf()).toMatchObject({ kind: 'temporary' });
  });

  test('of another account fails the check', async () => {
    const other = x.addUser('other_sam');
    expect(await channel.check(accountOf(other.id, x.login('sam_sender')))).toEqual([
      { step: 'login', ok: false, detail: 'This is the login of another account, @Sam_Sender.' },
    ]);
    expect(await channel.check(account)).toEqual([
      { step: 'login', ok: true, detail: '@Sam_Sender' },
    ]);
  });

  const verifier = 'v'.repeat(43);
  const codeOf = (url: string) => new URL(url).searchParams.get('code')!;

  test.each([null, 'x-secret'])(
    'begins at the consent page and ends with a code (client secret %s)',
    async (clientSecret) => {
      const own = await startX({ now: () => clock.now(), clientSecret });
      own.addUser('Sam', { name: 'Sam Sender' });
      const { login } = createXChannel(readConfig(own.env), createLog('silent'), () =>
        clock.now(),
      )!;
      const url = login!.begin({ state: 'state', verifier });
      expect(url).not.toContain(verifier);
      const back = own.allow(url, 'sam');
      expect(new URL(back).searchParams.get('state')).toBe('state');
      const owner = await login!.finish(codeOf(back), verifier);
      expect(owner).toMatchObject({
        displayName: 'Sam Sender',
        profileUrl: 'https://x.com/Sam',
        secrets: { access_token: expect.any(String) },
      });
      expect(await login!.finish(codeOf(back), verifier), 'a code works once').toMatchObject({
        kind: 'credentials',
      });
      expect(
        await login!.finish(codeOf(own.allow(url, 'sam')), 'w'.repeat(43)),
        'the verifier of another login',
      ).toMatchObject({ kind: 'credentials' });
      const late = own.allow(url, 'sam');
      clock.advanceMs(31_000);
      expect(await login!.finish(codeOf(late), verifier)).toMatchObject({ kind: 'credentials' });
      await own.stop();
    },
  );

  test('without a scope that it needs is refused', async () => {
    const url = channel.login!.begin({ state: 'state', verifier }).replace('dm.write', '');
    expect(await channel.login!.finish(codeOf(x.allow(url, 'jane')), verifier)).toMatchObject({
      kind: 'credentials',
      detail: expect.stringContaining('dm.write'),
    });
  });
});

test('there is no channel without an app, and no login without a public URL', () => {
  const make = (env: Record<string, string>): Channel | null =>
    createXChannel(readConfig(env), createLog('silent'), () => clock.now());
  expect(make({})).toBeNull();
  expect(make({ POSTRIDER_X_CLIENT_ID: 'id' })?.login).toBeUndefined();
  const url = new URL(
    make({ POSTRIDER_X_CLIENT_ID: 'id', POSTRIDER_PUBLIC_URL: 'https://me.test/' })!.login!.begin({
      state: 's',
      verifier: 'v',
    }),
  );
  expect(`${url.origin}${url.pathname} ${url.searchParams.get('redirect_uri')}`).toBe(
    'https://x.com/i/oauth2/authorize https://me.test/x/callback',
  );
});
