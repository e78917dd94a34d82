import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openXChannelDaily } from '../../../test/fixtures/x.ts';

const { x, sam, faultOf, begin } = await openXChannelDaily();
afterAll(() => x.stop());
beforeEach(begin);

describe('a message that X refuses', () => {
  test.each([false, true])(
    'a suspended person fails alone, a suspended account stops (old errors: %s)',
    async (hasOldErrors) => {
      x.state.hasOldErrors = hasOldErrors;
      const gone = x.addUser(`gone_${hasOldErrors}`, { suspended: true });
      expect(await faultOf({ to: gone.id })).toMatchObject({ kind: 'unreachable_person' });
      sam.suspended = true;
      expect(await faultOf({ to: gone.id })).toMatchObject({ kind: 'credentials' });
      sam.suspended = false;
      expect(await faultOf()).toBeNull();
      x.state.hasOldErrors = false;
    },
  );

  test.each([
    ['Account suspended', { status: 403, body: { detail: 'suspended' } }, 'credentials'],
    ['Account suspended', { status: 401, body: { detail: 'Unauthorized' } }, 'temporary'],
    ['Account suspended', { status: 503 }, 'temporary'],
    ['Account suspended', null, 'unreachable_person'],
    ['The account is locked', null, 'unreachable_person'],
  ])('"%s" leaves open whose: X is asked for our own, %j', async (detail, answer, kind) => {
    x.addFault({ route: 'send', with: { status: 403, body: { detail } } });
    for (let time = 0; time < 2; time += 1) if (answer) x.addFault({ route: 'me', with: answer });
    expect(await faultOf({ personKey: '1' })).toMatchObject({ kind });
  });

  test.each([
    [402, 'Your account does not have any credits.', 'rate_limited'],
    [403, 'You cannot send messages to this user.', 'unreachable_person'],
    [403, 'You cannot send messages to users who are not following you.', 'unreachable_person'],
    [403, 'Sender is not verified to send message requests', 'unreachable_person'],
    [403, 'This request looks like it might be automated.', 'rate_limited'],
    [403, 'Your account is suspended and is not permitted to access this feature.', 'credentials'],
    [403, 'The recipient has been suspended.', 'unreachable_person'],
    [403, 'You cannot message a user whose account is locked.', 'unreachable_person'],
    [403, 'To protect our users, your account is temporarily locked.', 'rate_limited'],
    [403, 'Your account has been locked.', 'credentials'],
    [403, 'This operation is not permitted.', 'refused'],
    [403, 'client-not-enrolled', 'temporary'],
    [403, 'Your client app is not configured with the appropriate oauth1 app.', 'temporary'],
    [403, 'Your token lacks the scope dm.write', 'credentials'],
    [400, 'One or more participants could not be found.', 'unreachable_person'],
    [400, 'You cannot send messages to this user.', 'unreachable_person'],
    [400, 'This request looks like it might be automated.', 'rate_limited'],
    [400, 'One or more parameters to your request was invalid.', 'refused'],
    [401, 'Unauthorized', 'temporary'],
    [500, 'Internal', 'ambiguous'],
    [503, 'Over capacity', 'ambiguous'],
    [408, 'Too slow', 'ambiguous'],
    [502, 'Bad gateway', 'ambiguous'],
    [504, 'Gateway timeout', 'ambiguous'],
    [303, 'See other', 'ambiguous'],
    [302, 'Elsewhere', 'temporary'],
  ])('an answer of %i, "%s", is %s', async (status, detail, kind) => {
    for (let time = 0; time < 2; time += 1)
      x.addFault({
        route: 'send',
        with: { status, body: { title: 'x', detail, type: 'about:blank' } },
      });
    expect(await faultOf()).toMatchObject({ kind, detail: expect.stringContaining(detail) });
  });

  test.each([
    [400, 349, 'unreachable_person'],
    [400, 150, 'unreachable_person'],
    [403, 150, 'unreachable_person'],
    [400, 108, 'unreachable_person'],
    [403, 226, 'rate_limited'],
    [400, 88, 'rate_limited'],
    [403, 64, 'credentials'],
    [403, 326, 'credentials'],
    [400, 151, 'refused'],
    [400, 'constructor', 'refused'],
  ])('an answer of %i with the old code %s and unknown words is %s', async (status, code, kind) => {
    const errors = [{ code, message: 'Worte in einer anderen Sprache' }];
    x.addFault({ route: 'send', with: { status, body: { errors } } });
    expect(await faultOf()).toMatchObject({ kind });
  });

  test('reads errors in the older form too', async () => {
    x.addFault({
      route: 'send',
      with: {
        status: 403,
        body: { errors: [{ code: 349, message: 'You cannot send messages to this user.' }] },
      },
    });
    expect(await faultOf()).toEqual({
      kind: 'unreachable_person',
      code: '403',
      detail: 'You cannot send messages to this user.',
    });
    x.addFault({ route: 'send', with: { status: 403, body: '<html>' } });
    expect(await faultOf()).toEqual({ kind: 'refused', code: '403', detail: 'X gave no reason.' });
  });
});
