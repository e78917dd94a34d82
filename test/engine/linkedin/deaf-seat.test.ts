import { expect, it } from 'vitest';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import {
  bareInvite,
  day,
  hour,
  launcher,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';

it('nobody is timed out while their account cannot hear; who accepted meanwhile goes on when it can again, and the others end', async () => {
  const house = await openLinkedinFixture();
  const { call, unipile } = house;
  const { seat, senderId, slugs, person } = await launcher(house)({
    nodes: [bareInvite, write],
    names: ['abe', 'bea'],
  });
  await house.runFor(day);
  expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  unipile.setStatus(seat, 'CREDENTIALS');
  await house.hear();
  unipile.accept(seat, slugs[0]!);
  unipile.world.deliveries.length = 0;
  await house.runFor(40 * day);
  expect(await Promise.all([person(0), person(1)])).toMatchObject([
    { status: 'connection_sent' },
    { status: 'connection_sent' },
  ]);
  await house.checkLaws();
  const { url } = await call(reconnectSeat, { accountId: senderId });
  unipile.completeLink(url, seat.member.slug);
  await house.hear();
  for (let hours = 0; hours < 48; hours += 1) {
    await house.runFor(hour);
    await house.readInboxes();
  }
  expect(await Promise.all([person(0), person(1)])).toMatchObject([
    { status: 'completed' },
    { status: 'timed_out' },
  ]);
  expect(unipile.conversation(seat, slugs[0]!)).toHaveLength(1);
  expect(unipile.invited(seat)).toEqual([]);
  await house.checkLaws();
});

it('nor when it turns out to be locked out as the invitation is to be taken back', async () => {
  const house = await openLinkedinFixture();
  const { unipile } = house;
  const { seat, slug, person } = await launcher(house)({
    nodes: [bareInvite, write],
    names: ['cid'],
  });
  await house.runFor(day);
  expect(unipile.invited(seat)).toEqual([slug]);
  seat.status = 'CREDENTIALS';
  await house.runFor(35 * day);
  expect(await person()).toMatchObject({ status: 'connection_sent' });
  await house.checkLaws();
  seat.status = 'OK';
  await house.runFor(3 * day);
  expect(await person()).toMatchObject({
    status: 'timed_out',
    end_reason: 'no connection within 30 days',
  });
  expect(unipile.invited(seat)).toEqual([]);
  await house.checkLaws();
});

it('but for good it waits for no account that was deleted', async () => {
  const house = await openLinkedinFixture();
  const { seat, senderId, person } = await launcher(house)({
    nodes: [bareInvite, write],
    names: ['dan'],
  });
  await house.runFor(day);
  await house.call(removeSender, { id: senderId, force: true });
  seat.status = 'CREDENTIALS';
  await house.runFor(35 * day);
  expect(await person()).toMatchObject({ status: 'timed_out' });
  await house.checkLaws();
});
