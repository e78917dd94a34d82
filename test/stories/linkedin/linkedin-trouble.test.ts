import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { getSenderSchedule } from '../../../src/operations/senders/schedule.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import { bareInvite, launcher, openLinkedinFixture, write } from '../../fixtures/linkedin.ts';
import type { Seat } from '../../peers/unipile/state.ts';

const fixture = await openLinkedinFixture();
const { call, unipile, clock } = fixture;
const launch = launcher(fixture);
const accountOf = async (id: string) =>
  (await call(listSenders, { type: 'linkedin' })).accounts.find((account) => account.id === id)!;
const bindingOf = async (id: string) => (await call(getSenderSchedule, { id })).because;

describe('a refusal by LinkedIn', () => {
  it('a rate limit pauses the account, and its people are invited later', async () => {
    const { senderId, seat, slugs, person } = await launch({
      nodes: [bareInvite],
      names: ['sam', 'tom'],
    });
    unipile.addFault({
      on: 'POST /users/invite',
      answer: { status: 429, type: 'too_many_requests', headers: { 'retry-after': '7200' } },
    });
    await fixture.runFor(hourMs);
    expect(unipile.invited(seat)).toEqual([]);
    expect(await bindingOf(senderId)).toBe('provider_rate_limit');
    expect(await Promise.all([person(0), person(1)])).toMatchObject([
      { ended_at: null },
      { ended_at: null },
    ]);
    await fixture.runFor(dayMs);
    expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
  });

  it('a limit of invitations leaves the messages to connections alone', async () => {
    const { senderId, seat, slugs } = await launch({
      nodes: [bareInvite, write],
      names: ['ugo', 'val', 'wim'],
    });
    while (unipile.invited(seat).length === 0) await fixture.runFor(5 * minuteMs);
    const limited = { on: 'POST /users/invite', answer: { status: 422, type: 'limit_exceeded' } };
    unipile.addFault(limited);
    const tries = unipile.calls(limited.on).length;
    while (unipile.calls(limited.on).length === tries) await fixture.runFor(5 * minuteMs);
    const [first] = unipile.invited(seat);
    unipile.accept(seat, first!);
    await fixture.receiveWebhooks();
    await fixture.runFor(20 * hourMs);
    expect(unipile.invited(seat)).toEqual([]);
    expect(unipile.conversation(seat, first!)).toHaveLength(1);
    expect((await call(explainOneSender, { id: senderId })).binding).toMatchObject({
      code: 'provider_rate_limit',
      opens_at: expect.any(String),
    });
    await fixture.runFor(2 * dayMs);
    expect([first, ...unipile.invited(seat)].sort()).toEqual(slugs.toSorted());
  });

  it('the weekly limit of LinkedIn pauses invitations for a day', async () => {
    const { senderId, seat, slug } = await launch({ nodes: [bareInvite], names: ['uma'] });
    unipile.addFault({ on: 'POST /users/invite', answer: { status: 422, type: 'limit_exceeded' } });
    await fixture.runFor(23 * hourMs);
    const { binding } = await call(explainOneSender, { id: senderId });
    expect([unipile.invited(seat), binding.code]).toEqual([[], 'provider_rate_limit']);
    await fixture.runFor(2 * dayMs);
    expect(unipile.invited(seat)).toEqual([slug]);
  });

  it('a person who cannot be invited fails alone, with the reason', async () => {
    const { seat, slugs, person } = await launch({ nodes: [bareInvite], names: ['vera', 'will'] });
    unipile.state.members.find(({ slug }) => slug === slugs[0])!.refuses = 'cannot_invite_attendee';
    await fixture.runFor(dayMs);
    expect(await person(0)).toMatchObject({
      status: 'failed',
      end_reason: expect.stringContaining('cannot_invite_attendee'),
    });
    expect(unipile.invited(seat)).toEqual([slugs[1]]);
  });

  it('a checkpoint holds the people until somebody logs in again', async () => {
    const { id, senderId, seat, slugs, person } = await launch({
      nodes: [bareInvite, write],
      names: ['xena', 'yuri'],
    });
    unipile.setStatus(seat, 'CREDENTIALS');
    await fixture.receiveWebhooks();
    await fixture.runFor(2 * dayMs);
    expect(unipile.invited(seat)).toEqual([]);
    expect(await accountOf(senderId)).toMatchObject({
      status: 'credentials_required',
      status_reason: expect.stringContaining('Log in to LinkedIn again'),
    });
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'paused',
      pause_reason: 'all_senders_down',
    });
    expect((await person()).ended_at).toBeNull();
    const { url } = await call(reconnectSeat, { accountId: senderId });
    unipile.completeLink(url, seat.member.slug);
    await fixture.receiveWebhooks();
    expect(await accountOf(senderId)).toMatchObject({ status: 'connected' });
    await fixture.runFor(2 * dayMs);
    expect(unipile.invited(seat).sort()).toEqual(slugs.toSorted());
    await fixture.checkLaws();
  });

  it.each([
    [
      'that has to log in again',
      (seat: Seat) => unipile.setStatus(seat, 'CREDENTIALS'),
      'credentials_required',
      '/api/unipile/reconnect',
    ],
    [
      'that is gone at Unipile',
      (seat: Seat) => void unipile.state.seats.splice(unipile.state.seats.indexOf(seat), 1),
      'disconnected',
      '/api/unipile/connect',
    ],
  ])(
    'an account %s cannot launch a campaign, and the refusal names the remedy',
    async (_label, breakSeat, status, remedy) => {
      const name = `launching-${status}`;
      const { id: senderId, seat } = await fixture.connect(name);
      const { id } = (
        await call(createCampaign, { type: 'linkedin', name, sender_account_ids: [senderId] })
      ).campaign;
      await call(updateCampaign, { id, sequence_nodes: [bareInvite, { type: 'end' }] });
      await call(addProspects, {
        id,
        prospects: [{ linkedin_url: 'https://www.linkedin.com/in/whoever' }],
      });
      expect(await call(validateCampaign, { id })).toMatchObject({ ready: true });
      breakSeat(seat);
      await fixture.receiveWebhooks();
      await fixture.readInboxes();
      expect(await call(validateCampaign, { id })).toMatchObject({
        ready: false,
        checks: { sender_accounts_ready: false },
      });
      const refusal = await fixture.fail(launchCampaign, { id });
      expect(refusal).toMatchObject({ status: 400, code: 'campaign.not_launchable' });
      expect(refusal.errors).toMatchObject([
        { pointer: '/sender_account_ids/0', code: 'sender_not_ready' },
      ]);
      const { message } = refusal.errors[0]!;
      for (const part of [status, remedy]) expect(message).toContain(part);
      expect((await call(getCampaign, { id })).campaign.status).toBe('draft');
    },
  );

  it('a session that ends during a send is noticed before a webhook comes', async () => {
    const { senderId, seat, person } = await launch({ nodes: [bareInvite], names: ['zoe'] });
    seat.status = 'CREDENTIALS';
    await fixture.runFor(hourMs);
    expect(await accountOf(senderId)).toMatchObject({ status: 'credentials_required' });
    expect((await person()).ended_at).toBeNull();
    unipile.setStatus(seat, 'OK');
    await fixture.receiveWebhooks();
    await fixture.runFor(2 * hourMs);
    expect(unipile.invited(seat)).toHaveLength(1);
  });
});

describe('a lost answer', () => {
  const posts = (seat: Seat) =>
    unipile
      .calls('POST /users/invite')
      .filter(({ body }) => (body as { account_id: string }).account_id === seat.id).length;

  it('an invitation that went out is found and not sent again', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['abe'] });
    unipile.addFault({ on: 'POST /users/invite', cut: 'after' });
    await fixture.runFor(hourMs);
    await fixture.recover();
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await fixture.runFor(dayMs);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 1]);
    unipile.accept(seat, slug);
    await fixture.receiveWebhooks();
    expect(await person()).toMatchObject({ status: 'connected' });
  });

  it('an invitation that did not go out is sent again, once', async () => {
    const { seat, slug } = await launch({ nodes: [bareInvite], names: ['bea'] });
    unipile.addFault({ on: 'POST /users/invite', cut: 'before' });
    await fixture.runFor(hourMs);
    expect(unipile.invited(seat)).toEqual([]);
    await fixture.recover();
    await fixture.runFor(hourMs);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 2]);
  });

  it('a message that went out is found in the conversation and not sent again', async () => {
    const { seat, slug, person } = await launch({ nodes: [write], names: ['cleo'] });
    unipile.befriend(seat, slug);
    unipile.addFault({ on: 'POST /chats', cut: 'after' });
    await fixture.runFor(hourMs);
    await fixture.recover();
    await fixture.runFor(dayMs);
    expect(unipile.conversation(seat, slug)).toEqual(['> Thanks for connecting, cleo.']);
    expect(await person()).toMatchObject({ status: 'completed' });
  });

  it('a worker that dies after the invitation causes no second one', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['dora'] });
    const { engine: dying } = await fixture.startWorker();
    dying.abandon();
    for (let tries = 0; tries < 12 && unipile.invited(seat).length === 0; tries += 1) {
      clock.advanceMs(5 * minuteMs);
      await dying.tick();
      await dying.settled();
    }
    expect([unipile.invited(seat), (await person()).hold]).toEqual([[slug], 'reserved']);
    await sql`delete from workers`.execute(fixture.db);
    const { engine: next } = await fixture.startWorker();
    await fixture.recover(next);
    await fixture.runFor(dayMs, next);
    expect([unipile.invited(seat), posts(seat)]).toEqual([[slug], 1]);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    await fixture.checkLaws();
  });
});
