import { expect, it } from 'vitest';
import { refreshSender } from '../../../src/operations/unipile/refresh.ts';
import { day, invite, launcher, openLinkedinFixture } from '../../fixtures/linkedin.ts';

it('an account that has become premium goes on at once when it is read anew', async () => {
  const house = await openLinkedinFixture();
  const { senderId, seat } = await launcher(house)({
    nodes: [invite],
    names: ['abe', 'bea', 'cid', 'dan', 'eve', 'fay', 'gus'],
  });
  await house.runFor(2 * day);
  expect(house.unipile.invited(seat)).toHaveLength(5);
  seat.premium = true;
  expect((await house.call(refreshSender, { accountId: senderId })).changed).toHaveProperty(
    'is_premium',
  );
  await house.runFor(day);
  expect(house.unipile.invited(seat)).toHaveLength(7);
  await house.checkLaws();
});
