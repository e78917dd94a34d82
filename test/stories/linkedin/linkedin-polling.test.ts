import { expect, it } from 'vitest';
import {
  bareInvite,
  day,
  delayHours,
  follow,
  hour,
  invite,
  launcher,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';

// Unipile cannot reach this house: whatever happens is seen by looking.
const house = await openLinkedinFixture({ reachable: false });
const { unipile } = house;
const launch = launcher(house);

it('a campaign goes from the invitation to the reply by looking alone', async () => {
  const { seat, slug, person } = await launch({
    nodes: [invite, delayHours(2), write, delayHours(48), follow],
    names: ['ann'],
  });
  await house.runFor(hour);
  unipile.accept(seat, slug);
  await house.readInboxes();
  expect(await person()).toMatchObject({ status: 'connected' });
  await house.runFor(4 * hour);
  await house.readInboxes();
  expect(await person()).toMatchObject({ status: 'message_sent' });
  unipile.write(seat, slug, 'Sure');
  await house.readInboxes();
  expect(await person()).toMatchObject({ status: 'replied' });
  await house.runFor(3 * day);
  expect(unipile.conversation(seat, slug)).toEqual([
    '> Hi ann, shall we connect?',
    '> Thanks for connecting, ann.',
    'Sure',
  ]);
  expect([unipile.world.hooks, unipile.world.deliveries]).toEqual([[], []]);
  await house.checkLaws();
});

it('an acceptance without a note is seen within half a day', async () => {
  const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['ben'] });
  await house.runFor(hour);
  unipile.accept(seat, slug);
  for (let looks = 0; looks < 12; looks += 1) {
    await house.readInboxes();
    await house.runFor(hour);
  }
  await house.readInboxes();
  expect((await person()).status).not.toBe('connection_sent');
});

it('an account that is removed at Unipile is seen to be gone, and its people are held', async () => {
  const { senderId, seat, person } = await launch({ nodes: [bareInvite, write], names: ['cid'] });
  await house.runFor(hour);
  unipile.world.seats.splice(unipile.world.seats.indexOf(seat), 1);
  await house.readInboxes();
  const { rows } = await house.pool.query(
    'select status, status_reason from senders where id = $1',
    [senderId],
  );
  expect(rows).toMatchObject([
    { status: 'disconnected', status_reason: expect.stringContaining('/api/unipile/connect') },
  ]);
  expect((await person()).ended_at).toBeNull();
});
