import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { listEvents } from '../../../src/operations/events/list.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { getSenderSchedule } from '../../../src/operations/senders/schedule.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import { updateSeat } from '../../../src/operations/unipile/update.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { readMessages } from '../../fixtures/engine.ts';
import {
  bareInvite,
  follow,
  invite,
  launcher,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';
import type { Seat } from '../../peers/unipile/state.ts';

const fixture = await openLinkedinFixture();
const { call, unipile } = fixture;
const launch = launcher(fixture);
const memberOf = (slug: string) => unipile.state.members.find((one) => one.slug === slug)!;
const statusOf = async (id: string) =>
  (await call(listSenders, { type: 'linkedin' })).accounts.find((one) => one.id === id)!.status;
const inviteTries = (seat: Seat) =>
  unipile
    .calls('POST /users/invite')
    .filter(({ body }) => (body as { account_id: string }).account_id === seat.id).length;

/** Time in which the provider's word about accounts is heard after each step. */
async function pass(steps: number, stepMs = hourMs): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await fixture.runFor(stepMs);
    await fixture.readInboxes();
  }
}

describe('a person whom LinkedIn does not let us invite', () => {
  it('stops nobody else, and fails with the reason', async () => {
    const { seat, slugs, person } = await launch({ nodes: [bareInvite], names: ['abe', 'bea'] });
    memberOf(slugs[0]!).refuses = 'cannot_resend_yet';
    await fixture.runFor(2 * dayMs);
    expect(unipile.invited(seat)).toEqual([slugs[1]]);
    expect(await person()).toMatchObject({ hold: 'retry', ended_at: null });
    await fixture.runFor(40 * dayMs);
    expect(await person()).toMatchObject({
      status: 'failed',
      end_reason: expect.stringContaining('cannot_resend_yet'),
    });
    await fixture.checkLaws();
  });

  it('counts as the account’s limit from the third on, and messages go on meanwhile', async () => {
    const names = ['cid', 'dan', 'eve', 'fay'];
    const nodes = [bareInvite, delayHours(6), write];
    const { senderId, seat, slugs } = await launch({ nodes, names });
    unipile.befriend(seat, slugs[0]!);
    for (const slug of slugs.slice(1)) memberOf(slug).refuses = 'cannot_resend_yet';
    await fixture.runFor(20 * hourMs);
    expect(inviteTries(seat)).toBe(3);
    expect(unipile.conversation(seat, slugs[0]!)).toHaveLength(1);
    expect((await call(explainOneSender, { id: senderId })).binding.code).toBe(
      'provider_rate_limit',
    );
    const { events } = await call(listEvents, { kind: ['sender.resting'] });
    expect(events.filter((event) => event.sender_id === senderId)).toMatchObject([
      { data: { touch: 'connection_request' } },
    ]);
    expect((await call(getSenderSchedule, { id: senderId })).resting).toMatchObject([
      { touch: 'connection_request', reason: expect.stringContaining('cannot resend') },
    ]);
    for (const slug of slugs) memberOf(slug).refuses = null;
    await fixture.runFor(5 * dayMs);
    expect(unipile.invited(seat).sort()).toEqual(slugs.slice(1).toSorted());
  });
});

describe('an account that LinkedIn has restricted while Unipile takes it for well', () => {
  it('is tried less and less often, and goes on after a new login at once', async () => {
    const names = ['abe', 'bea', 'cid', 'dan'];
    const { senderId, seat, slugs } = await launch({ nodes: [bareInvite], names });
    seat.restricted = 'account_restricted';
    await pass(12);
    expect(await statusOf(senderId)).toBe('credentials_required');
    expect(inviteTries(seat)).toBeLessThanOrEqual(4);
    await pass(6, dayMs);
    expect(inviteTries(seat)).toBeLessThanOrEqual(8);
    delete seat.restricted;
    const { url } = await call(reconnectSeat, { accountId: senderId });
    unipile.completeLink(url, seat.member.slug);
    await fixture.receiveWebhooks();
    expect(await statusOf(senderId)).toBe('connected');
    await fixture.runFor(12 * hourMs);
    expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  });

  it('goes on when a person says so', async () => {
    const { senderId, seat, slugs } = await launch({ nodes: [bareInvite], names: ['eve'] });
    seat.restricted = 'action_required';
    await pass(2);
    delete seat.restricted;
    await call(updateSeat, { id: senderId, status: 'active' });
    await fixture.runFor(hourMs);
    expect(unipile.invited(seat)).toEqual(slugs);
  });

  it('goes on when Unipile has noticed as well, and says that it is over', async () => {
    const { senderId, seat, slugs } = await launch({ nodes: [bareInvite], names: ['fay'] });
    seat.restricted = 'account_restricted';
    await pass(2);
    unipile.setStatus(seat, 'ERROR');
    await fixture.receiveWebhooks();
    delete seat.restricted;
    unipile.setStatus(seat, 'OK');
    await fixture.receiveWebhooks();
    expect(await statusOf(senderId)).toBe('connected');
    await fixture.runFor(hourMs);
    expect(unipile.invited(seat)).toEqual(slugs);
  });

  it('is well for the touches that a missing product of LinkedIn does not concern', async () => {
    const { senderId, seat, person } = await launch({ nodes: [bareInvite], names: ['gus'] });
    unipile.addFault({
      on: 'POST /users/invite',
      answer: { status: 401, type: 'disconnected_feature' },
    });
    await fixture.runFor(dayMs);
    expect([await statusOf(senderId), (await person()).status]).toEqual(['connected', 'failed']);
    expect(unipile.invited(seat)).toEqual([]);
  });
});

it('notes that LinkedIn no longer takes are left out for everybody, for a month', async () => {
  const names = ['abe', 'bea', 'cid'];
  const optional = { ...invite, include_message: null };
  const { seat } = await launch({ nodes: [optional], names, seat: { premium: true } });
  seat.notesUsedUp = true;
  await fixture.runFor(2 * dayMs);
  expect(unipile.state.invitations.filter(({ seatId }) => seatId === seat.id)).toMatchObject(
    names.map(() => ({ note: null })),
  );
  expect(inviteTries(seat)).toBe(4);
  await fixture.checkLaws();
});

it('InMails without credits wait, fail nobody, and go out once there are some', async () => {
  const inmail = { type: 'inmail', subject: 'A question', body: 'Hello %first_name%' };
  const names = ['abe', 'bea', 'cid', 'dan'];
  const { seat, slugs, person } = await launch({
    nodes: [inmail],
    names,
    seat: { premium: true, inmails: 0 },
  });
  await fixture.runFor(4 * dayMs);
  expect((await Promise.all(names.map((_, at) => person(at)))).map((one) => one.ended_at)).toEqual(
    names.map(() => null),
  );
  seat.inmails = 4;
  await fixture.runFor(5 * dayMs);
  expect(slugs.map((slug) => unipile.conversation(seat, slug).length)).toEqual([1, 1, 1, 1]);
  await fixture.checkLaws();
});

it('a profile is visited before the person is invited, by the limit of visits', async () => {
  const names = ['abe', 'bea'];
  const { id, seat, slugs } = await launch({
    nodes: [{ type: 'profile_visit' }, delayHours(20), bareInvite],
    names,
  });
  await fixture.runFor(10 * hourMs);
  expect([seat.visits.toSorted(), unipile.invited(seat)]).toEqual([slugs.toSorted(), []]);
  await fixture.runFor(2 * dayMs);
  expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  expect(seat.visits).toHaveLength(2);
  expect((await readMessages(fixture, id)).map(({ state }) => state)).toEqual(
    Array(4).fill('sent'),
  );
  await fixture.checkLaws();
});

it('a like without a post is skipped, and the person goes on', async () => {
  const nodes = [{ type: 'like' }, delayHours(1), bareInvite];
  const { id, seat, slugs, person } = await launch({ nodes, names: ['lea', 'leo'] });
  unipile.post(slugs[0]!);
  await fixture.runFor(20 * hourMs);
  const messages = await readMessages(fixture, id);
  expect(messages.map(({ touch, state }) => `${touch} ${state}`).toSorted()).toEqual([
    'connection_request sent',
    'connection_request sent',
    'like sent',
    'like skipped',
  ]);
  expect(unipile.state.posts.map(({ likes }) => likes.length)).toEqual([1]);
  expect(unipile.invited(seat).toSorted()).toEqual(slugs.toSorted());
  expect(await person(1)).toMatchObject({ status: 'connection_sent' });
  await fixture.checkLaws();
});

it('a message of ours that comes back as received is no reply', async () => {
  const { seat, slug, person } = await launch({
    nodes: [write, delayHours(24), follow],
    names: ['abe'],
  });
  unipile.befriend(seat, slug);
  await fixture.runFor(hourMs);
  const [sent] = unipile.state.messages.filter(({ chat }) => chat.member.slug === slug);
  sent!.own = false;
  await fixture.readInboxes();
  expect(await person()).toMatchObject({ status: 'message_sent', ended_at: null });
  unipile.write(seat, slug, 'A real answer');
  await fixture.receiveWebhooks();
  expect(await person()).toMatchObject({ status: 'replied' });
});
