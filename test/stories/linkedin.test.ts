import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { listRoster } from '../../src/operations/roster/list.ts';
import { listSenders } from '../../src/operations/senders/list.ts';
import { getSenderSchedule } from '../../src/operations/senders/schedule.ts';
import { reconnectSeat } from '../../src/operations/unipile/reconnect.ts';
import { day, hour, minute, openLinkedinHouse } from '../linkedin.ts';
import type { Seat } from '../peers/unipile/state.ts';

const house = await openLinkedinHouse();
const { call, unipile, clock } = house;
let serial = 0;

const invite = { type: 'connection_request', body: 'Hi %first_name%, shall we connect?', include_message: true };
const bareInvite = { type: 'connection_request', include_message: false };
const write = { type: 'message', body: 'Thanks for connecting, %first_name%.' };
const follow = { type: 'message', body: 'Any thoughts, %first_name%?' };
const delayHours = (hours: number) => ({ type: 'delay', delay_hours: hours });

/** A campaign with a seat of its own, launched, for people of these first names. */
async function launch({
  nodes,
  names,
  seat: wish = {},
}: {
  nodes: readonly object[];
  names: readonly string[];
  seat?: { premium?: boolean };
}) {
  serial += 1;
  const { id: senderId, seat } = await house.connect(`seller-${serial}`, wish);
  const slugs = names.map((name) => `${name}-${serial}`);
  for (const slug of slugs) unipile.addMember(slug);
  const { campaign } = await call(createCampaign, { type: 'linkedin', name: `Campaign ${serial}`, sender_account_ids: [senderId] });
  await call(updateCampaign, { id: campaign.id, sequence_nodes: [...nodes, { type: 'end' }] });
  const people = slugs.map((slug, index) => ({ linkedin_url: `https://www.linkedin.com/in/${slug}/`, first_name: names[index] }));
  await call(addProspects, { id: campaign.id, prospects: people });
  await call(launchCampaign, { id: campaign.id });
  const person = async (at = 0) =>
    (await call(listRoster, { id: campaign.id })).prospects.find(({ linkedin_url }) => linkedin_url?.endsWith(slugs[at]!))!;
  return { id: campaign.id, senderId, seat, slugs, slug: slugs[0]!, person };
}

const statusOf = async (id: string) => (await call(listSenders, { type: 'linkedin' })).accounts.find((account) => account.id === id)!;
const binding = async (id: string) => (await call(getSenderSchedule, { id })).because;
const acceptances = async (seat: Seat) =>
  (
    await sql<{ n: number }>`select count(*) as n from inbound_messages m join senders s on s.id = m.sender_id
    where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(house.db)
  ).rows[0]!.n;

describe('from an invitation to a reply', () => {
  it('invites with a note, waits, writes once the person has accepted, and stops at the reply', async () => {
    const { id, seat, slug, person } = await launch({ nodes: [invite, delayHours(2), write, delayHours(48), follow], names: ['jane'] });
    await house.runFor(hour);
    expect(unipile.world.invitations.at(-1)).toMatchObject({ member: { slug }, note: 'Hi jane, shall we connect?' });
    expect(await person()).toMatchObject({ status: 'connection_sent', hold: 'awaiting_connection' });
    await house.runFor(day);
    expect(unipile.conversation(seat, slug)).toEqual([]);
    unipile.accept(seat, slug);
    expect(await house.hear()).toEqual([200, 200]);
    expect(await person()).toMatchObject({ status: 'connected', hold: null });
    await house.runFor(hour);
    expect(unipile.conversation(seat, slug)).toEqual(['> Hi jane, shall we connect?']);
    await house.runFor(3 * hour);
    expect(unipile.conversation(seat, slug)).toEqual(['> Hi jane, shall we connect?', '> Thanks for connecting, jane.']);
    await house.hear();
    expect(await person()).toMatchObject({ status: 'message_sent' });
    unipile.write(seat, slug, 'Sure, next week?');
    await house.hear();
    expect(await person()).toMatchObject({ status: 'replied', end_reason: 'written by a person' });
    await house.runFor(3 * day);
    expect(unipile.conversation(seat, slug)).toHaveLength(3);
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      stats: { replied: 1, total: 1, contacted: 1 },
    });
    await house.checkLaws();
  });

  it('hears of an acceptance from the note alone, once, although the webhook comes eight hours later and twice', async () => {
    const { seat, slug, person } = await launch({ nodes: [invite, write], names: ['kim'] });
    await house.runFor(hour);
    Object.assign(unipile.world, { stutters: true, lagMs: { messaging: 0, users: 8 * hour, account_status: 0 } });
    unipile.accept(seat, slug);
    const acceptedAt = clock.now();
    await house.hear();
    expect(await person()).toMatchObject({ status: 'connected' });
    await house.runFor(8 * hour + minute);
    expect(await house.hear()).toHaveLength(4);
    Object.assign(unipile.world, { stutters: false, lagMs: { messaging: 0, users: 0, account_status: 0 } });
    await house.runUntil(new Date(acceptedAt.getTime() + 2 * day));
    await house.readInboxes();
    expect([await acceptances(seat), unipile.conversation(seat, slug).length]).toEqual([1, 2]);
    expect(await person()).toMatchObject({ status: 'completed' });
  });

  it('hears of it from a webhook eight hours late, when there was no note', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['lou'] });
    await house.runFor(hour);
    Object.assign(unipile.world, { hidesRelations: true, lagMs: { messaging: 0, users: 8 * hour, account_status: 0 } });
    unipile.accept(seat, slug);
    expect(await house.hear()).toEqual([]);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await house.runFor(8 * hour);
    expect(await house.hear()).toEqual([200]);
    Object.assign(unipile.world, { hidesRelations: false, lagMs: { messaging: 0, users: 0, account_status: 0 } });
    expect(await person()).toMatchObject({ status: 'connected' });
    await house.runFor(hour);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, lou.']);
  });

  it('hears of it by looking at the connections, when no webhook arrives', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['max'] });
    await house.runFor(hour);
    unipile.accept(seat, slug);
    const acceptedAt = clock.now();
    unipile.world.deliveries.length = 0;
    await house.runFor(12 * hour);
    await house.readInboxes();
    expect(await person()).toMatchObject({ status: 'connected' });
    const { rows } = await sql<{ received_at: Date }>`select received_at from inbound_messages m join senders s on s.id = m.sender_id
      where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(house.db);
    expect(rows).toEqual([{ received_at: acceptedAt }]);
  });

  it('does not invite a connection: the next touch follows, and no invitation is counted', async () => {
    const { id, seat, slug, person } = await launch({ nodes: [invite, write], names: ['nora'] });
    unipile.befriend(seat, slug);
    await house.runFor(2 * hour);
    await house.hear();
    expect([unipile.invited(seat), unipile.conversation(seat, slug)]).toEqual([[], ['> Thanks for connecting, nora.']]);
    expect(await person()).toMatchObject({ status: 'completed' });
    const { rows } = await sql<{ touch: string; n: number }>`select touch, n from sender_usage where campaign_id = ${id} and n > 0`.execute(
      house.db,
    );
    expect(rows).toEqual([{ touch: 'message', n: 1 }]);
  });

  it('takes the seat’s own messages for no reply, whoever typed them', async () => {
    const { seat, slug, person } = await launch({ nodes: [invite, write, delayHours(24), follow], names: ['otto'] });
    await house.runFor(hour);
    unipile.accept(seat, slug);
    await house.hear();
    await house.runFor(hour);
    unipile.writeByHand(seat, slug, 'Sent from my phone');
    await house.hear();
    await house.readInboxes();
    expect(await person()).toMatchObject({ status: 'message_sent' });
    await house.runFor(25 * hour);
    expect(unipile.conversation(seat, slug).at(-1)).toBe('> Any thoughts, otto?');
  });

  it('a reply to the note counts before the acceptance is heard of', async () => {
    const { seat, slug, person } = await launch({ nodes: [invite, write], names: ['pia'] });
    await house.runFor(hour);
    unipile.accept(seat, slug);
    unipile.write(seat, slug, 'Not now, thanks');
    unipile.world.deliveries.length = 0;
    await house.readInboxes();
    expect(await person()).toMatchObject({ status: 'replied' });
    await house.runFor(day);
    expect(unipile.conversation(seat, slug)).toHaveLength(2);
  });
});

describe('when nobody accepts', () => {
  it('takes the invitation back at the end of the campaign’s time, and ends the person’s way', async () => {
    const { id, seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['quinn'] });
    await house.runFor(hour);
    expect(unipile.invited(seat)).toEqual([slug]);
    await house.runFor(30 * day + hour);
    expect([unipile.invited(seat), unipile.world.withdrawn.map(({ member }) => member.slug)]).toEqual([[], [slug]]);
    expect(await person()).toMatchObject({ status: 'timed_out', end_reason: 'no connection within 30 days' });
    expect((await call(getCampaign, { id })).campaign).toMatchObject({ status: 'completed', stats: { timed_out: 1 } });
  });

  it('an acceptance that is heard of in the last minute wins over the end', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['rosa'] });
    await house.runFor(hour);
    unipile.world.lagMs.users = 8 * hour;
    await house.runFor(30 * day - 2 * hour);
    unipile.accept(seat, slug);
    unipile.world.lagMs.users = 0;
    await house.runFor(3 * hour);
    expect((await person()).status).toBe('connection_sent');
    await house.runFor(6 * hour);
    await house.hear();
    await house.runFor(hour);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, rosa.']);
  });
});

describe('when LinkedIn stands in the way', () => {
  it('a limit pauses the account, not its people, and they are invited later', async () => {
    const { senderId, seat, slugs, person } = await launch({ nodes: [bareInvite], names: ['sam', 'tom'] });
    unipile.mishap({ on: 'POST /users/invite', answer: { status: 429, type: 'too_many_requests', headers: { 'retry-after': '7200' } } });
    await house.runFor(hour);
    expect(unipile.invited(seat)).toEqual([]);
    expect(await binding(senderId)).toBe('provider_rate_limit');
    expect(await Promise.all([person(0), person(1)])).toMatchObject([{ ended_at: null }, { ended_at: null }]);
    await house.runFor(day);
    expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  });

  it('the weekly limit of LinkedIn itself does too, for a day', async () => {
    const { senderId, seat, slug } = await launch({ nodes: [bareInvite], names: ['uma'] });
    unipile.mishap({ on: 'POST /users/invite', answer: { status: 422, type: 'limit_exceeded' } });
    await house.runFor(23 * hour);
    expect([unipile.invited(seat), await binding(senderId)]).toEqual([[], 'provider_rate_limit']);
    await house.runFor(2 * day);
    expect(unipile.invited(seat)).toEqual([slug]);
  });

  it('who cannot be invited fails with the reason, and nobody else', async () => {
    const { seat, slugs, person } = await launch({ nodes: [bareInvite], names: ['vera', 'will'] });
    unipile.world.members.find(({ slug }) => slug === slugs[0])!.refuses = 'cannot_invite_attendee';
    await house.runFor(day);
    expect(await person(0)).toMatchObject({ status: 'failed', end_reason: expect.stringContaining('cannot_invite_attendee') });
    expect(unipile.invited(seat)).toEqual([slugs[1]]);
  });

  it('a checkpoint holds the account with its reason; its people wait, and go on when somebody has logged in again', async () => {
    const { id, senderId, seat, slugs, person } = await launch({ nodes: [bareInvite, write], names: ['xena', 'yuri'] });
    unipile.setStatus(seat, 'CREDENTIALS');
    await house.hear();
    await house.runFor(2 * day);
    expect(unipile.invited(seat)).toEqual([]);
    expect(await statusOf(senderId)).toMatchObject({
      status: 'credentials_required',
      status_reason: expect.stringContaining('Log in to LinkedIn again'),
    });
    expect((await call(getCampaign, { id })).campaign).toMatchObject({ status: 'paused', pause_reason: 'all_senders_down' });
    expect((await person()).ended_at).toBeNull();
    const { url } = await call(reconnectSeat, { accountId: senderId });
    unipile.completeLink(url, seat.member.slug);
    await house.hear();
    expect(await statusOf(senderId)).toMatchObject({ status: 'connected' });
    await house.runFor(2 * day);
    expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
    await house.checkLaws();
  });

  it('a session that ends during a send is seen by the refusal, before any webhook tells', async () => {
    const { senderId, seat, person } = await launch({ nodes: [bareInvite], names: ['zoe'] });
    seat.status = 'CREDENTIALS';
    await house.runFor(hour);
    expect(await statusOf(senderId)).toMatchObject({ status: 'credentials_required' });
    expect((await person()).ended_at).toBeNull();
    unipile.setStatus(seat, 'OK');
    await house.hear();
    await house.runFor(2 * hour);
    expect(unipile.invited(seat)).toHaveLength(1);
  });
});

describe('when the answer is lost', () => {
  /** Lets recovery ask: the time of what is reserved is over. */
  const recover = async () => {
    await sql`update messages set deadline_at = clock_timestamp() - interval '1 minute', asked_at = null
      where workspace_id = ${house.workspaceId} and state = 'reserved'`.execute(house.db);
    await house.engine.recover();
    await house.engine.settled();
  };
  const posts = (seat: Seat) =>
    unipile.calls('POST /users/invite').filter(({ body }) => (body as { account_id: string }).account_id === seat.id).length;

  it('an invitation that went out all the same is found, and goes out once', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['abe'] });
    unipile.mishap({ on: 'POST /users/invite', cut: 'after' });
    await house.runFor(hour);
    await recover();
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await house.runFor(day);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 1]);
    unipile.accept(seat, slug);
    await house.hear();
    expect(await person()).toMatchObject({ status: 'connected' });
  });

  it('an invitation that did not go out is sent again, and goes out once', async () => {
    const { seat, slug } = await launch({ nodes: [bareInvite], names: ['bea'] });
    unipile.mishap({ on: 'POST /users/invite', cut: 'before' });
    await house.runFor(hour);
    expect(unipile.invited(seat)).toEqual([]);
    await recover();
    await house.runFor(hour);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 2]);
  });

  it('a message is looked for in the conversation, and goes out once', async () => {
    const { seat, slug, person } = await launch({ nodes: [write], names: ['cleo'] });
    unipile.befriend(seat, slug);
    unipile.mishap({ on: 'POST /chats', cut: 'after' });
    await house.runFor(hour);
    await recover();
    await house.runFor(day);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, cleo.']);
    expect(await person()).toMatchObject({ status: 'completed' });
  });

  it('a worker that dies between the invitation and its record leaves nothing to do twice', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['dora'] });
    const doomed = await house.hire();
    doomed.abandon();
    for (let at = 0; at < 12 && unipile.invited(seat).length === 0; at += 1) {
      clock.advanceMs(5 * minute);
      await doomed.tick();
      await doomed.settled();
    }
    expect([unipile.invited(seat), (await person()).hold]).toEqual([[slug], 'reserved']);
    await sql`delete from workers`.execute(house.db);
    const heir = await house.hire();
    await sql`update messages set deadline_at = clock_timestamp() - interval '1 minute', asked_at = null
      where workspace_id = ${house.workspaceId} and state = 'reserved'`.execute(house.db);
    await heir.recover();
    await heir.settled();
    await house.runFor(day, heir);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 1]);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await house.checkLaws();
  });
});
