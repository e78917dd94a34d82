import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import {
  bareInvite,
  day,
  delayHours,
  follow,
  hour,
  invite,
  launcher,
  minute,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';
import type { Seat } from '../../peers/unipile/state.ts';

const house = await openLinkedinFixture();
const { call, unipile, clock } = house;
const launch = launcher(house);
const acceptances = async (seat: Seat) =>
  (
    await sql<{
      n: number;
    }>`select count(*) as n from inbound_messages m join senders s on s.id = m.sender_id
    where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(house.db)
  ).rows[0]!.n;

describe('from an invitation to a reply', () => {
  it('invites with a note, waits, writes once the person has accepted, and stops at the reply', async () => {
    const { id, seat, slug, person } = await launch({
      nodes: [invite, delayHours(2), write, delayHours(48), follow],
      names: ['jane'],
    });
    await house.runFor(hour);
    expect(unipile.world.invitations.at(-1)).toMatchObject({
      member: { slug },
      note: 'Hi jane, shall we connect?',
    });
    expect(await person()).toMatchObject({
      status: 'connection_sent',
      hold: 'awaiting_connection',
    });
    await house.runFor(day);
    expect(unipile.conversation(seat, slug)).toEqual([]);
    unipile.accept(seat, slug);
    expect(await house.hear()).toEqual([200, 200]);
    expect(await person()).toMatchObject({ status: 'connected', hold: null });
    await house.runFor(hour);
    expect(unipile.conversation(seat, slug)).toEqual(['> Hi jane, shall we connect?']);
    await house.runFor(3 * hour);
    expect(unipile.conversation(seat, slug)).toEqual([
      '> Hi jane, shall we connect?',
      '> Thanks for connecting, jane.',
    ]);
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
    Object.assign(unipile.world, {
      stutters: true,
      lagMs: { messaging: 0, users: 8 * hour, account_status: 0 },
    });
    unipile.accept(seat, slug);
    const acceptedAt = clock.now();
    await house.hear();
    expect(await person()).toMatchObject({ status: 'connected' });
    await house.runFor(8 * hour + minute);
    expect(await house.hear()).toHaveLength(4);
    Object.assign(unipile.world, {
      stutters: false,
      lagMs: { messaging: 0, users: 0, account_status: 0 },
    });
    await house.runUntil(new Date(acceptedAt.getTime() + 2 * day));
    await house.readInboxes();
    expect([await acceptances(seat), unipile.conversation(seat, slug).length]).toEqual([1, 2]);
    expect(await person()).toMatchObject({ status: 'completed' });
  });

  it('hears of it from a webhook eight hours late, when there was no note', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['lou'] });
    await house.runFor(hour);
    Object.assign(unipile.world, {
      hidesRelations: true,
      lagMs: { messaging: 0, users: 8 * hour, account_status: 0 },
    });
    unipile.accept(seat, slug);
    expect(await house.hear()).toEqual([]);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await house.runFor(8 * hour);
    expect(await house.hear()).toEqual([200]);
    Object.assign(unipile.world, {
      hidesRelations: false,
      lagMs: { messaging: 0, users: 0, account_status: 0 },
    });
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
    const { rows } = await sql<{
      received_at: Date;
    }>`select received_at from inbound_messages m join senders s on s.id = m.sender_id
      where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(house.db);
    expect(rows).toEqual([{ received_at: acceptedAt }]);
  });

  it('does not invite a connection: the next touch follows, and no invitation is counted', async () => {
    const { id, seat, slug, person } = await launch({ nodes: [invite, write], names: ['nora'] });
    unipile.befriend(seat, slug);
    await house.runFor(2 * hour);
    await house.hear();
    expect([unipile.invited(seat), unipile.conversation(seat, slug)]).toEqual([
      [],
      ['> Thanks for connecting, nora.'],
    ]);
    expect(await person()).toMatchObject({ status: 'completed' });
    const { rows } = await sql<{
      touch: string;
      n: number;
    }>`select touch, n from sender_usage where campaign_id = ${id} and n > 0`.execute(house.db);
    expect(rows).toEqual([{ touch: 'message', n: 1 }]);
  });

  it('writes once to somebody it has by two addresses of their profile', async () => {
    const { id: senderId, seat } = await house.connect('seller-twice');
    const { id: memberId } = unipile.addMember('uma');
    unipile.befriend(seat, 'uma');
    const { id } = (
      await house.call(createCampaign, {
        type: 'linkedin',
        name: 'Twice',
        sender_account_ids: [senderId],
      })
    ).campaign;
    await house.call(updateCampaign, { id, sequence_nodes: [write, { type: 'end' }] });
    const addresses = [memberId, 'uma'].map((name) => `https://www.linkedin.com/in/${name}`);
    await house.call(addProspects, {
      id,
      prospects: addresses.map((linkedin_url) => ({ linkedin_url, first_name: 'Uma' })),
    });
    await house.call(launchCampaign, { id });
    await house.runFor(3 * hour);
    expect(unipile.conversation(seat, 'uma')).toEqual(['> Thanks for connecting, Uma.']);
    const { prospects } = await house.call(listRoster, { id });
    expect(prospects.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed']);
    const went = prospects.find(({ status }) => status === 'completed')!;
    expect(prospects.find((one) => one !== went)!.end_reason).toBe(
      `the same person is in this campaign as ${went.linkedin_url}`,
    );
  });

  it('takes the seat’s own messages for no reply, whoever typed them', async () => {
    const { seat, slug, person } = await launch({
      nodes: [invite, write, delayHours(24), follow],
      names: ['otto'],
    });
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

  it('a reply that is polled and told at the same moment, and told again, is one reply', async () => {
    const { id, seat, slug, person } = await launch({
      nodes: [write, delayHours(24), follow],
      names: ['ole'],
    });
    unipile.befriend(seat, slug);
    await house.runFor(hour);
    await house.hear();
    unipile.world.stutters = true;
    unipile.write(seat, slug, 'Hello back');
    unipile.world.stutters = false;
    const [statuses] = await Promise.all([unipile.deliver(), house.readInboxes()]);
    await house.hear();
    expect([statuses, (await person()).status]).toEqual([[200, 200], 'replied']);
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from inbound_messages where campaign_id = ${id}`.execute(house.db);
    expect([rows, (await call(getCampaign, { id })).campaign.stats!.replied]).toEqual([
      [{ n: 1 }],
      1,
    ]);
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
    const { id, seat, slug, person } = await launch({
      nodes: [bareInvite, write],
      names: ['quinn'],
    });
    await house.runFor(hour);
    expect(unipile.invited(seat)).toEqual([slug]);
    await house.runFor(30 * day + hour);
    expect([
      unipile.invited(seat),
      unipile.world.withdrawn.map(({ member }) => member.slug),
    ]).toEqual([[], [slug]]);
    expect(await person()).toMatchObject({
      status: 'timed_out',
      end_reason: 'no connection within 30 days',
    });
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      stats: { timed_out: 1 },
    });
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

describe('an InMail', () => {
  it('reaches whoever is no connection, and a reply to it ends the way', async () => {
    const inmail = {
      type: 'inmail',
      subject: 'A question, %first_name%',
      body: 'Who looks after the mail at yours?',
    };
    const { seat, slug, person } = await launch({
      nodes: [inmail, delayHours(48), follow],
      names: ['ida'],
      seat: { premium: true, inmails: 3 },
    });
    await house.runFor(hour);
    expect(unipile.world.messages.at(-1)).toMatchObject({
      subject: 'A question, ida',
      inmail: true,
    });
    expect([seat.inmails, (await person()).status]).toEqual([2, 'message_sent']);
    unipile.write(seat, slug, 'That would be me');
    await house.hear();
    expect(await person()).toMatchObject({ status: 'replied' });
  });
});
