import { expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import { bareInvite, launcher, openLinkedinFixture, write } from '../../fixtures/linkedin.ts';

it('no prospect times out while its seat is unavailable', async () => {
  const fixture = await openLinkedinFixture();
  const { call, unipile } = fixture;
  const { seat, senderId, slugs, person } = await launcher(fixture)({
    nodes: [bareInvite, write],
    names: ['abe', 'bea'],
  });
  await fixture.runFor(dayMs);
  expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  unipile.setStatus(seat, 'CREDENTIALS');
  await fixture.receiveWebhooks();
  unipile.accept(seat, slugs[0]!);
  unipile.state.deliveries.length = 0;
  await fixture.runFor(40 * dayMs);
  expect(await Promise.all([person(0), person(1)])).toMatchObject([
    { status: 'connection_sent' },
    { status: 'connection_sent' },
  ]);
  await fixture.checkLaws();
  const { url } = await call(reconnectSeat, { accountId: senderId });
  unipile.completeLink(url, seat.member.slug);
  await fixture.receiveWebhooks();
  for (let hours = 0; hours < 48; hours += 1) {
    await fixture.runFor(hourMs);
    await fixture.readInboxes();
  }
  expect(await Promise.all([person(0), person(1)])).toMatchObject([
    { status: 'completed' },
    { status: 'timed_out' },
  ]);
  expect(unipile.conversation(seat, slugs[0]!)).toHaveLength(1);
  expect(unipile.invited(seat)).toEqual([]);
  await fixture.checkLaws();
});

it('no prospect times out when the seat turns out to be locked out at the withdrawal', async () => {
  const fixture = await openLinkedinFixture();
  const { unipile } = fixture;
  const { seat, slug, person } = await launcher(fixture)({
    nodes: [bareInvite, write],
    names: ['cid'],
  });
  await fixture.runFor(dayMs);
  expect(unipile.invited(seat)).toEqual([slug]);
  seat.status = 'CREDENTIALS';
  await fixture.runFor(35 * dayMs);
  expect(await person()).toMatchObject({ status: 'connection_sent' });
  await fixture.checkLaws();
  seat.status = 'OK';
  await fixture.runFor(3 * dayMs);
  expect(await person()).toMatchObject({
    status: 'timed_out',
    end_reason: 'no connection within 30 days',
  });
  expect(unipile.invited(seat)).toEqual([]);
  await fixture.checkLaws();
});

it('a deleted seat is not waited for', async () => {
  const fixture = await openLinkedinFixture();
  const { seat, senderId, person } = await launcher(fixture)({
    nodes: [bareInvite, write],
    names: ['dan'],
  });
  await fixture.runFor(dayMs);
  await fixture.call(removeSender, { id: senderId, force: true });
  seat.status = 'CREDENTIALS';
  await fixture.runFor(35 * dayMs);
  expect(await person()).toMatchObject({ status: 'timed_out' });
  await fixture.checkLaws();
});
