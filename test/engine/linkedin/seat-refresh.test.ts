import { expect, it } from 'vitest';
import { dayMs } from '../../../src/domain/time.ts';
import { refreshSender } from '../../../src/operations/unipile/refresh.ts';
import { invite, launcher, openLinkedinFixture } from '../../fixtures/linkedin.ts';

it('a seat that became premium sends its waiting notes at once when it is read again', async () => {
  const fixture = await openLinkedinFixture();
  const { senderId, seat } = await launcher(fixture)({
    nodes: [invite],
    names: ['abe', 'bea', 'cid', 'dan', 'eve', 'fay', 'gus'],
  });
  await fixture.runFor(2 * dayMs);
  expect(fixture.unipile.invited(seat)).toHaveLength(5);
  Object.assign(seat, { premium: true, inmails: 7 });
  expect(await fixture.call(refreshSender, { accountId: senderId })).toMatchObject({
    inmail_credits: 7,
    changed: { is_premium: { from: false, to: true } },
  });
  await fixture.runFor(dayMs);
  expect(fixture.unipile.invited(seat)).toHaveLength(7);
  await fixture.checkLaws();
});
