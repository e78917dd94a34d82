import { expect, test } from 'vitest';
import { accountOf, openLinkedinChannel } from '../../../test/fixtures/linkedin.ts';
import { channelSuite } from '../channel.suite.ts';

const { clock, unipile, channel, open, outgoing, meet } = await openLinkedinChannel();

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
      if (!unipile.state.members.some((member) => member.slug === slug)) unipile.addMember(slug);
      return outgoing(slug, { key, text: `Hi ${key}` });
    },
    async arrive(subject) {
      clock.advanceMs(1_000);
      if (!unipile.state.members.some((member) => member.slug === 'writer'))
        unipile.addMember('writer');
      unipile.write(seat, 'writer', subject);
    },
    tellsAbsence: true,
    stop: async () => {},
  };
});

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
