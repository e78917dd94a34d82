import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { delayHours } from '../../factories/campaigns.ts';
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
const { call, unipile, clock } = fixture;
const launch = launcher(fixture);
const acceptances = async (seat: Seat) =>
  (
    await sql<{ n: number }>`
      select count(*) as n from inbound_messages m join senders s on s.id = m.sender_id
      where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(fixture.db)
  ).rows[0]!.n;

describe('from an invitation to a reply', () => {
  it('a campaign invites, waits for the acceptance, writes, and stops at a reply', async () => {
    const { id, seat, slug, person } = await launch({
      nodes: [invite, delayHours(2), write, delayHours(48), follow],
      names: ['jane'],
    });
    await fixture.runFor(hourMs);
    expect(unipile.state.invitations.at(-1)).toMatchObject({
      member: { slug },
      note: 'Hi jane, shall we connect?',
    });
    expect(await person()).toMatchObject({
      status: 'connection_sent',
      hold: 'awaiting_connection',
    });
    await fixture.runFor(dayMs);
    expect(unipile.conversation(seat, slug)).toEqual([]);
    unipile.accept(seat, slug);
    expect(await fixture.receiveWebhooks()).toEqual([200, 200]);
    expect(await person()).toMatchObject({ status: 'connected', hold: null });
    await fixture.runFor(hourMs);
    expect(unipile.conversation(seat, slug)).toEqual(['> Hi jane, shall we connect?']);
    await fixture.runFor(3 * hourMs);
    expect(unipile.conversation(seat, slug)).toEqual([
      '> Hi jane, shall we connect?',
      '> Thanks for connecting, jane.',
    ]);
    await fixture.receiveWebhooks();
    expect(await person()).toMatchObject({ status: 'message_sent' });
    unipile.write(seat, slug, 'Sure, next week?');
    await fixture.receiveWebhooks();
    expect(await person()).toMatchObject({ status: 'replied', end_reason: 'written by a person' });
    await fixture.runFor(3 * dayMs);
    expect(unipile.conversation(seat, slug)).toHaveLength(3);
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      stats: { replied: 1, total: 1, contacted: 1 },
    });
    await fixture.checkLaws();
  });

  it('an acceptance heard of by the note and by a late webhook counts once', async () => {
    const { seat, slug, person } = await launch({ nodes: [invite, write], names: ['kim'] });
    await fixture.runFor(hourMs);
    Object.assign(unipile.state, {
      stutters: true,
      lagMs: { messaging: 0, users: 8 * hourMs, account_status: 0 },
    });
    unipile.accept(seat, slug);
    const acceptedAt = clock.now();
    await fixture.receiveWebhooks();
    expect(await person()).toMatchObject({ status: 'connected' });
    await fixture.runFor(8 * hourMs + minuteMs);
    expect(await fixture.receiveWebhooks()).toHaveLength(4);
    Object.assign(unipile.state, {
      stutters: false,
      lagMs: { messaging: 0, users: 0, account_status: 0 },
    });
    await fixture.runUntil(new Date(acceptedAt.getTime() + 2 * dayMs));
    await fixture.readInboxes();
    expect([await acceptances(seat), unipile.conversation(seat, slug).length]).toEqual([1, 2]);
    expect(await person()).toMatchObject({ status: 'completed' });
  });

  it('an acceptance without a note is heard of from a late webhook', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['lou'] });
    await fixture.runFor(hourMs);
    Object.assign(unipile.state, {
      hidesRelations: true,
      lagMs: { messaging: 0, users: 8 * hourMs, account_status: 0 },
    });
    unipile.accept(seat, slug);
    expect(await fixture.receiveWebhooks()).toEqual([]);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await fixture.runFor(8 * hourMs);
    expect(await fixture.receiveWebhooks()).toEqual([200]);
    Object.assign(unipile.state, {
      hidesRelations: false,
      lagMs: { messaging: 0, users: 0, account_status: 0 },
    });
    expect(await person()).toMatchObject({ status: 'connected' });
    await fixture.runFor(hourMs);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, lou.']);
  });

  it('an acceptance is found among the connections when no webhook arrives', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['max'] });
    await fixture.runFor(hourMs);
    unipile.accept(seat, slug);
    const acceptedAt = clock.now();
    unipile.state.deliveries.length = 0;
    await fixture.runFor(12 * hourMs);
    await fixture.readInboxes();
    expect(await person()).toMatchObject({ status: 'connected' });
    const { rows } = await sql<{ received_at: Date }>`
      select received_at from inbound_messages m join senders s on s.id = m.sender_id
      where s.provider_account_id = ${seat.id} and m.event = 'connected'`.execute(fixture.db);
    expect(rows).toEqual([{ received_at: acceptedAt }]);
  });

  it('a connection is not invited, and the next touch follows', async () => {
    const { id, seat, slug, person } = await launch({ nodes: [invite, write], names: ['nora'] });
    unipile.befriend(seat, slug);
    await fixture.runFor(2 * hourMs);
    await fixture.receiveWebhooks();
    expect([unipile.invited(seat), unipile.conversation(seat, slug)]).toEqual([
      [],
      ['> Thanks for connecting, nora.'],
    ]);
    expect(await person()).toMatchObject({ status: 'completed' });
    const { rows } = await sql<{ touch: string; n: number }>`
      select touch, n from sender_usage where campaign_id = ${id} and n > 0`.execute(fixture.db);
    expect(rows).toEqual([{ touch: 'message', n: 1 }]);
  });

  it('a person listed by two profile addresses is written to once', async () => {
    const { id: senderId, seat } = await fixture.connect('seller-twice');
    const { id: memberId } = unipile.addMember('uma');
    unipile.befriend(seat, 'uma');
    const { id } = (
      await fixture.call(createCampaign, {
        type: 'linkedin',
        name: 'Twice',
        sender_account_ids: [senderId],
      })
    ).campaign;
    await fixture.call(updateCampaign, { id, sequence_nodes: [write, { type: 'end' }] });
    const addresses = [memberId, 'uma'].map((name) => `https://www.linkedin.com/in/${name}`);
    await fixture.call(addProspects, {
      id,
      prospects: addresses.map((linkedin_url) => ({ linkedin_url, first_name: 'Uma' })),
    });
    await fixture.call(launchCampaign, { id });
    await fixture.runFor(3 * hourMs);
    expect(unipile.conversation(seat, 'uma')).toEqual(['> Thanks for connecting, Uma.']);
    const { prospects } = await fixture.call(listRoster, { id });
    expect(prospects.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed']);
    const written = prospects.find(({ status }) => status === 'completed')!;
    expect(prospects.find((prospect) => prospect !== written)!.end_reason).toBe(
      `the same person is in this campaign as ${written.linkedin_url}`,
    );
  });

  it("a seat's own message is no reply, even when it was typed by hand", async () => {
    const { seat, slug, person } = await launch({
      nodes: [invite, write, delayHours(24), follow],
      names: ['otto'],
    });
    await fixture.runFor(hourMs);
    unipile.accept(seat, slug);
    await fixture.receiveWebhooks();
    await fixture.runFor(hourMs);
    unipile.writeByHand(seat, slug, 'Sent from my phone');
    await fixture.receiveWebhooks();
    await fixture.readInboxes();
    expect(await person()).toMatchObject({ status: 'message_sent' });
    await fixture.runFor(25 * hourMs);
    expect(unipile.conversation(seat, slug).at(-1)).toBe('> Any thoughts, otto?');
  });

  it('a reply that is polled and delivered at the same moment counts once', async () => {
    const { id, seat, slug, person } = await launch({
      nodes: [write, delayHours(24), follow],
      names: ['ole'],
    });
    unipile.befriend(seat, slug);
    await fixture.runFor(hourMs);
    await fixture.receiveWebhooks();
    unipile.state.stutters = true;
    unipile.write(seat, slug, 'Hello back');
    unipile.state.stutters = false;
    const [statuses] = await Promise.all([unipile.deliver(), fixture.readInboxes()]);
    await fixture.receiveWebhooks();
    expect([statuses, (await person()).status]).toEqual([[200, 200], 'replied']);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from inbound_messages where campaign_id = ${id}`.execute(fixture.db);
    expect([rows, (await call(getCampaign, { id })).campaign.stats!.replied]).toEqual([
      [{ n: 1 }],
      1,
    ]);
  });

  it('a reply to the note counts before the acceptance is heard of', async () => {
    const { seat, slug, person } = await launch({ nodes: [invite, write], names: ['pia'] });
    await fixture.runFor(hourMs);
    unipile.accept(seat, slug);
    unipile.write(seat, slug, 'Not now, thanks');
    unipile.state.deliveries.length = 0;
    await fixture.readInboxes();
    expect(await person()).toMatchObject({ status: 'replied' });
    await fixture.runFor(dayMs);
    expect(unipile.conversation(seat, slug)).toHaveLength(2);
  });
});

describe('an invitation that nobody accepts', () => {
  it('an invitation is withdrawn at the time limit, and its person times out', async () => {
    const { id, seat, slug, person } = await launch({
      nodes: [bareInvite, write],
      names: ['quinn'],
    });
    await fixture.runFor(hourMs);
    expect(unipile.invited(seat)).toEqual([slug]);
    await fixture.runFor(30 * dayMs + hourMs);
    expect([
      unipile.invited(seat),
      unipile.state.withdrawn.map(({ member }) => member.slug),
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

  it('an acceptance before the time limit wins although it is heard of later', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['rosa'] });
    await fixture.runFor(hourMs);
    unipile.state.lagMs.users = 8 * hourMs;
    await fixture.runFor(30 * dayMs - 2 * hourMs);
    unipile.accept(seat, slug);
    unipile.state.lagMs.users = 0;
    await fixture.runFor(3 * hourMs);
    expect((await person()).status).toBe('connection_sent');
    await fixture.runFor(6 * hourMs);
    await fixture.receiveWebhooks();
    await fixture.runFor(hourMs);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, rosa.']);
  });
});

describe('an InMail', () => {
  it('an InMail reaches a person who is no connection, and a reply ends the sequence', async () => {
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
    await fixture.runFor(hourMs);
    expect(unipile.state.messages.at(-1)).toMatchObject({
      subject: 'A question, ida',
      inmail: true,
    });
    expect([seat.inmails, (await person()).status]).toEqual([2, 'message_sent']);
    unipile.write(seat, slug, 'That would be me');
    await fixture.receiveWebhooks();
    expect(await person()).toMatchObject({ status: 'replied' });
  });
});
