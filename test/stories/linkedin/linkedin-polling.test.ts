import { expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { delayHours } from '../../factories/campaigns.ts';
import {
  bareInvite,
  follow,
  invite,
  launcher,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';

// Unipile cannot reach this server, so that events are found by polling alone.
const fixture = await openLinkedinFixture({ reachable: false });
const { unipile } = fixture;
const launch = launcher(fixture);

it('a campaign runs from the invitation to the reply by polling alone', async () => {
  const { seat, slug, person } = await launch({
    nodes: [invite, delayHours(2), write, delayHours(48), follow],
    names: ['ann'],
  });
  await fixture.runFor(hourMs);
  unipile.accept(seat, slug);
  await fixture.readInboxes();
  expect(await person()).toMatchObject({ status: 'connected' });
  await fixture.runFor(4 * hourMs);
  await fixture.readInboxes();
  expect(await person()).toMatchObject({ status: 'message_sent' });
  unipile.write(seat, slug, 'Sure');
  await fixture.readInboxes();
  expect(await person()).toMatchObject({ status: 'replied' });
  await fixture.runFor(3 * dayMs);
  expect(unipile.conversation(seat, slug)).toEqual([
    '> Hi ann, shall we connect?',
    '> Thanks for connecting, ann.',
    'Sure',
  ]);
  expect([unipile.state.hooks, unipile.state.deliveries]).toEqual([[], []]);
  await fixture.checkLaws();
});

it('an acceptance without a note is found within half a day', async () => {
  const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['ben'] });
  await fixture.runFor(hourMs);
  unipile.accept(seat, slug);
  for (let hours = 0; hours < 12; hours += 1) {
    await fixture.readInboxes();
    await fixture.runFor(hourMs);
  }
  await fixture.readInboxes();
  expect((await person()).status).not.toBe('connection_sent');
});

it('an account removed at Unipile is found gone, and its people are held', async () => {
  const { senderId, seat, person } = await launch({ nodes: [bareInvite, write], names: ['cid'] });
  await fixture.runFor(hourMs);
  unipile.state.seats.splice(unipile.state.seats.indexOf(seat), 1);
  await fixture.readInboxes();
  const { rows } = await fixture.pool.query(
    'select status, status_reason from senders where id = $1',
    [senderId],
  );
  expect(rows).toMatchObject([
    { status: 'disconnected', status_reason: expect.stringContaining('/api/unipile/connect') },
  ]);
  expect((await person()).ended_at).toBeNull();
});
