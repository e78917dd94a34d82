import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createLinkedinChannel } from '../../../src/channels/linkedin/index.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { adoptMovedSeats } from '../../../src/engine/accounts/seats.ts';
import { listSeatsOfWorkspace } from '../../../src/operations/unipile/accounts.ts';
import { connectSeat } from '../../../src/operations/unipile/connect.ts';
import { disconnectSeat } from '../../../src/operations/unipile/remove.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { startEngine } from '../../fixtures/engine.ts';
import {
  follow,
  invite,
  type LinkedinFixture,
  launcher,
  openLinkedinFixture,
  write,
} from '../../fixtures/linkedin.ts';
import { sign } from '../../peers/unipile/v2/events.ts';
import { idV2 } from '../../peers/unipile/v2/wire.ts';

const fixture = await openLinkedinFixture({ version: 'v2' });
const { call, unipile, clock } = fixture;
const launch = launcher(fixture);
const { publicUrl } = fixture.services.config;
const accounts = async () => (await call(listSeatsOfWorkspace, {})).accounts;

/** The same server with the address of version 2. */
function movedServices({ services, clock: time }: LinkedinFixture) {
  const config = {
    ...services.config,
    unipile: { ...services.config.unipile!, version: 'v2' as const },
  };
  const channel = createLinkedinChannel(config, services.log, () => time.now())!;
  return { ...services, config, channels: new Map([['linkedin', channel]]) };
}

describe('version 2 of Unipile', () => {
  it('a campaign invites, hears of the acceptance, writes, and stops at a reply', async () => {
    const nodes = [invite, delayHours(2), write, delayHours(48), follow];
    const { seat, slug, person } = await launch({ nodes, names: ['jane'] });
    await fixture.runFor(hourMs);
    expect(await person()).toMatchObject({ status: 'connection_sent' });
    unipile.accept(seat, slug);
    expect(new Set(await fixture.receiveWebhooks())).toEqual(new Set([200]));
    expect(await person()).toMatchObject({ status: 'connected', hold: null });
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
    await fixture.checkLaws();
  });

  it.each([true, false])(
    'a reply ends the person at the next look too (webhooks by their names of today: %s)',
    async (isToday) => {
      unipile.state.namesOfBeta = !isToday;
      unipile.state.endpoints.length = 0;
      const { seat, slug, person } = await launch({ nodes: [invite], names: ['kim'] });
      expect(unipile.state.endpoints).toHaveLength(1);
      await fixture.runFor(hourMs);
      unipile.accept(seat, slug);
      unipile.write(seat, slug, 'Who are you?');
      unipile.state.deliveries.length = 0;
      await fixture.readInboxes();
      expect(await person()).toMatchObject({ status: 'replied' });
      unipile.state.namesOfBeta = false;
    },
  );

  it('the answer to connect tells the version, and the link leads back to a page', async () => {
    expect(await call(connectSeat, {})).toMatchObject({ unipile_version: 'v2' });
    const page = await fetch(`${publicUrl}/unipile/done?state=x&account_id=acc_1`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Logged in');
    const failed = await fetch(`${publicUrl}/unipile/done?error_title=Timeout`);
    expect(await failed.text()).toContain('Not connected');
  });
});

describe('webhooks of version 2', () => {
  /** Posts an event as Unipile does, signed with this key at this time. */
  async function post(event: object, secret: string | null, at = clock.now()): Promise<number> {
    const body = JSON.stringify(event);
    const headers = secret === null ? {} : { 'unipile-signature': sign(body, secret, at) };
    const sent = await fetch(`${publicUrl}/unipile/events`, { method: 'POST', headers, body });
    return sent.status;
  }

  it('an event counts only when Unipile has signed it, and not long ago', async () => {
    const { id, seat } = await fixture.connect('ada-lovelace');
    const status = async () => (await accounts()).find((account) => account.id === id)!.status;
    const gone = { type: 'account.status.disconnected', account_id: idV2(seat), payload: {} };
    const { secret } = unipile.state.endpoints[0]!;
    const old = new Date(clock.now().getTime() - hourMs);
    expect([
      await post(gone, null),
      await post(gone, 'another key'),
      await post(gone, secret, old),
    ]).toEqual([404, 404, 404]);
    expect(await status()).toBe('connected');
    expect(await post(gone, secret)).toBe(200);
    expect(await status()).toBe('credentials_required');
    expect(await post({ ...gone, type: 'account.status.running' }, secret)).toBe(200);
    expect(await status()).toBe('connected');
    expect(await post({ ...gone, type: 'account.locked' }, secret)).toBe(200);
    expect(await status()).toBe('error');
  });

  it('an endpoint that was changed or switched off is made anew, with another key', async () => {
    const before = unipile.state.endpoints[0]!;
    before.enabled = false;
    const { id } = await fixture.connect('grace-hopper');
    expect(unipile.state.endpoints.map((one) => one.id)).not.toContain(before.id);
    expect(unipile.state.endpoints).toHaveLength(1);
    expect((await accounts()).find((account) => account.id === id)!.status).toBe('connected');
  });
});

describe('accounts that move from version 1', () => {
  it('are left alone when they were disconnected on purpose, or in a sandbox', async () => {
    const before = await openLinkedinFixture();
    const moved = movedServices(before);
    const gone = await before.connect('ida-rhodes');
    await before.call(disconnectSeat, { accountId: gone.id });
    before.unipile.addSeat('ida-rhodes');
    await before.connect('kay-antonelli');
    const turn = (mode: 'live' | 'sandbox') => {
      const clockAt = mode === 'sandbox' ? before.clock.now() : null;
      return sql`update workspaces set mode = ${mode}, clock_at = ${clockAt}
        where id = ${before.workspaceId}`.execute(before.db);
    };
    await turn('sandbox');
    expect(await adoptMovedSeats(moved)).toBe(0);
    await turn('live');
    expect(await adoptMovedSeats(moved)).toBe(1);
    const rows = (await before.call(listSeatsOfWorkspace, {})).accounts;
    expect(rows.map(({ status }) => status).toSorted()).toEqual(['connected', 'disconnected']);
  });

  it('keep their sender, its people and the conversation', async () => {
    const before = await openLinkedinFixture();
    const nodes = [invite, delayHours(2), write, delayHours(48), follow];
    const one = await launcher(before)({ nodes, names: ['mia'] });
    await before.runFor(hourMs);
    before.unipile.accept(one.seat, one.slug);
    await before.receiveWebhooks();
    await before.runFor(4 * hourMs);
    const moved = movedServices(before);
    expect([await adoptMovedSeats(moved), await adoptMovedSeats(moved)]).toEqual([1, 0]);
    const [account] = (await before.call(listSeatsOfWorkspace, {})).accounts;
    expect(account).toMatchObject({
      id: one.senderId,
      provider_account_id: idV2(one.seat),
      status: 'connected',
    });
    // The server has stopped and starts again with the address of version 2.
    await sql`update inboxes set owner = null`.execute(before.db);
    const engine = await startEngine({ ...before, services: moved });
    await engine.runFor(3 * dayMs);
    expect(before.unipile.conversation(one.seat, one.slug)).toEqual([
      '> Hi mia, shall we connect?',
      '> Thanks for connecting, mia.',
      '> Any thoughts, mia?',
    ]);
    before.unipile.write(one.seat, one.slug, 'Yes!');
    await engine.readInboxes();
    expect(await one.person()).toMatchObject({ status: 'replied' });
    await before.checkLaws();
  });
});
