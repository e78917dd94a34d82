import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { bindSeats } from '../../../src/engine/accounts/seats.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { listSeatsOfWorkspace } from '../../../src/operations/unipile/accounts.ts';
import { connectSeat } from '../../../src/operations/unipile/connect.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import { refreshSender } from '../../../src/operations/unipile/refresh.ts';
import { disconnectSeat } from '../../../src/operations/unipile/remove.ts';
import { updateSeat } from '../../../src/operations/unipile/update.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { openLinkedinFixture } from '../../fixtures/linkedin.ts';
import { openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openLinkedinFixture();
const { call, fail, unipile, clock } = fixture;
const withoutUnipile = await testDatabase({ channels: [] });

/** Posts to Postrider as Unipile's servers do. */
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${fixture.services.config.publicUrl}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
const seats = async () => (await call(listSeatsOfWorkspace, {})).accounts;

describe('connecting a LinkedIn account', () => {
  it('a link lasts an hour, and a login by it connects the account', async () => {
    const { url } = await call(connectSeat, {});
    expect(unipile.state.links.at(-1)!.body).toMatchObject({
      type: 'create',
      providers: ['LINKEDIN'],
      expiresOn: '2026-03-02T10:00:00.000Z',
    });
    expect(await seats()).toEqual([]);
    const seat = unipile.completeLink(url, 'ada-lovelace', { premium: true });
    await unipile.deliver();
    const [account] = (await call(listSenders, { type: 'linkedin' })).accounts;
    expect(account).toMatchObject({
      type: 'linkedin',
      status: 'connected',
      provider_account_id: seat.id,
      profile_url: 'https://www.linkedin.com/in/ada-lovelace',
      display_name: 'ada lovelace',
      first_name: 'ada',
      is_premium: true,
      weekly_connection_limit: 100,
      weekly_message_limit: 150,
    });
    expect((await call(listSeatsOfWorkspace, {})).logins).toEqual([]);
  });

  it('a second link replaces the first one', async () => {
    const first = await call(connectSeat, {});
    const second = await call(connectSeat, {});
    unipile.completeLink(first.url, 'too-late');
    expect(await unipile.deliver()).toContain(404);
    unipile.completeLink(second.url, 'in-time');
    await unipile.deliver();
    expect((await seats()).map(({ profile_url }) => profile_url)).not.toContain(
      'https://www.linkedin.com/in/too-late',
    );
    expect((await seats()).map(({ profile_url }) => profile_url)).toContain(
      'https://www.linkedin.com/in/in-time',
    );
  });

  it('a login that names no valid link is refused', async () => {
    const before = await seats();
    const stranger = unipile.addSeat('stranger');
    const notice = { status: 'CREATION_SUCCESS', account_id: stranger.id, name: 'a guess' };
    expect((await post('/unipile/seats', notice)).status).toBe(404);
    await call(connectSeat, {});
    const { name, notify_url } = unipile.state.links.at(-1)!.body;
    const { pathname, search } = new URL(notify_url!);
    expect((await post('/unipile/seats', { ...notice, name })).status).toBe(404);
    expect((await post(`${pathname}?token=${name}`, { ...notice, name })).status).toBe(404);
    clock.advanceMs(hourMs + 1);
    expect((await post(pathname + search, { ...notice, name })).status).toBe(404);
    expect(await seats()).toHaveLength(before.length);
  });

  it('a login cannot take a seat that was at Unipile before it began', async () => {
    const before = await seats();
    const older = unipile.addSeat('older');
    clock.advanceMs(2 * minuteMs);
    await call(connectSeat, {});
    const { name, notify_url } = unipile.state.links.at(-1)!.body;
    const { pathname, search } = new URL(notify_url!);
    const notice = { status: 'CREATION_SUCCESS', account_id: older.id, name };
    expect((await post(pathname + search, notice)).status).toBe(200);
    expect(await seats()).toHaveLength(before.length);
    expect((await call(listSeatsOfWorkspace, {})).logins).toMatchObject([
      { error: 'This LinkedIn account was at Unipile before the login began.' },
    ]);
  });

  it('a login is not lost when Unipile cannot be asked about the seat', async () => {
    const { url } = await call(connectSeat, {});
    unipile.completeLink(url, 'grace-hopper');
    unipile.addFault({
      on: 'GET /accounts/{id}',
      answer: { status: 503, type: 'service_unavailable' },
    });
    expect(await unipile.deliver()).toContain(200);
    const shown = async () =>
      (await seats()).some(({ display_name }) => display_name === 'grace hopper');
    expect(await shown()).toBe(false);
    expect(await bindSeats(fixture.services)).toBe(1);
    expect(await shown()).toBe(true);
    expect(await bindSeats(fixture.services)).toBe(0);
  });

  it('an account of another workspace is refused with the reason', async () => {
    const { seat } = await fixture.connect('alan-turing');
    const other = createCaller(fixture.services, await addWorkspace(fixture.db, clock.now()));
    const { url } = await other.call(connectSeat, {});
    const again = unipile.completeLink(url, 'alan-turing');
    await unipile.deliver();
    expect(again.id).not.toBe(seat.id);
    const { accounts, logins } = await other.call(listSeatsOfWorkspace, {});
    expect(accounts).toEqual([]);
    expect(logins).toMatchObject([{ error: expect.stringContaining('another workspace') }]);
  });

  it('a person who connects again keeps the sender and gets a new seat', async () => {
    const first = await fixture.connect('barbara-liskov');
    const second = await fixture.connect('barbara-liskov');
    expect([second.id, second.seat.id === first.seat.id]).toEqual([first.id, false]);
  });
});

describe('a LinkedIn account that is connected', () => {
  it('an account is logged in again by its own link', async () => {
    const { id, seat } = await fixture.connect('margaret-hamilton');
    unipile.setStatus(seat, 'CREDENTIALS');
    await fixture.receiveWebhooks();
    const find = async () => (await seats()).find((account) => account.id === id)!;
    expect(await find()).toMatchObject({
      status: 'credentials_required',
      status_reason: expect.stringContaining('/api/unipile/reconnect'),
    });
    const { url } = await call(reconnectSeat, { accountId: seat.id });
    expect(unipile.state.links.at(-1)!.body).toMatchObject({
      type: 'reconnect',
      reconnect_account: seat.id,
    });
    unipile.completeLink(url, 'margaret-hamilton');
    await fixture.receiveWebhooks();
    expect(await find()).toMatchObject({ status: 'connected', status_reason: null });
    expect(await fail(reconnectSeat, { accountId: 'nobody' })).toMatchObject({
      status: 404,
      code: 'sender.not_found',
    });
  });

  it('a refresh reports the changed fields of an account', async () => {
    const { id, seat } = await fixture.connect('edsger-dijkstra');
    expect((await call(refreshSender, { accountId: id })).changed).toEqual({});
    seat.premium = true;
    expect(await call(refreshSender, { accountId: id })).toMatchObject({
      account: { is_premium: true },
      changed: {
        is_premium: { from: false, to: true },
        weekly_connection_limit: { from: 80, to: 100 },
      },
    });
    unipile.addFault({ on: 'GET /accounts/{id}', cut: 'before' });
    expect(await fail(refreshSender, { accountId: id })).toMatchObject({
      status: 502,
      code: 'unipile.failed',
    });
  });

  it('an account takes limits within those of LinkedIn, and a pause', async () => {
    const { id, seat } = await fixture.connect('frances-allen');
    const change = async (fields: object) => (await call(updateSeat, { id, ...fields })).account;
    expect(
      await change({ weekly_connection_limit: 40, daily_limit: 15, first_name: 'Fran' }),
    ).toMatchObject({
      weekly_connection_limit: 40,
      weekly_message_limit: 100,
      daily_limit: 15,
      first_name: 'Fran',
    });
    expect(await change({ weekly_connection_limit: null })).toMatchObject({
      weekly_connection_limit: 80,
    });
    expect((await fail(updateSeat, { id, weekly_connection_limit: 151 })).errors[0]!.pointer).toBe(
      '/weekly_connection_limit',
    );
    expect((await change({ status: 'paused' })).status).toBe('paused');
    unipile.setStatus(seat, 'OK');
    await fixture.receiveWebhooks();
    expect(
      (await call(listSeatsOfWorkspace, {})).accounts.find((account) => account.id === id)!.status,
    ).toBe('paused');
    expect((await change({ status: 'active' })).status).toBe('connected');
    unipile.setStatus(seat, 'CREDENTIALS');
    await fixture.receiveWebhooks();
    expect(await fail(updateSeat, { id, status: 'active' })).toMatchObject({
      status: 422,
      code: 'sender.check_failed',
    });
  });

  it('an account removed by its owner stays disconnected until it is refreshed', async () => {
    const { id, seat } = await fixture.connect('radia-perlman');
    await call(createCampaign, { type: 'linkedin', name: 'Uses it', sender_account_ids: [id] });
    await call(removeSender, { id, force: true });
    const status = async () => (await seats()).find((account) => account.id === id)!.status;
    unipile.setStatus(seat, 'OK', 'SYNC_SUCCESS');
    await fixture.receiveWebhooks();
    expect(await status()).toBe('disconnected');
    expect((await call(refreshSender, { accountId: id })).changed).toMatchObject({
      status: { from: 'disconnected', to: 'connected' },
    });
    expect(await status()).toBe('connected');
  });

  it('an account removed from Unipile can be connected again as the same sender', async () => {
    const { id, seat } = await fixture.connect('donald-knuth');
    expect(await call(disconnectSeat, { accountId: id })).toEqual({ success: true });
    expect(unipile.state.seats).not.toContain(seat);
    expect((await seats()).find((account) => account.id === id)!.status).toBe('disconnected');
    const again = await fixture.connect('donald-knuth');
    expect((await seats()).find((account) => account.id === id)).toMatchObject({
      status: 'connected',
      provider_account_id: again.seat.id,
    });
  });
});

describe('a server without Unipile', () => {
  const { call: ask, fail: refuse } = createCaller(withoutUnipile.services, withoutUnipile);

  it('without Unipile, a campaign can be prepared but not launched', async () => {
    expect(await refuse(connectSeat, {})).toMatchObject({
      status: 400,
      code: 'unipile.not_set_up',
      hint: expect.stringContaining('POSTRIDER_UNIPILE_DSN'),
    });
    const { campaign } = await ask(createCampaign, { type: 'linkedin', name: 'Prepared' });
    const refusal = await refuse(launchCampaign, { id: campaign.id });
    expect(refusal.detail).toContain('POSTRIDER_UNIPILE_DSN and POSTRIDER_UNIPILE_API_KEY');
    expect(await ask(listSeatsOfWorkspace, {})).toEqual({ accounts: [], logins: [] });
  });

  it('a sandbox cannot connect a real account', async () => {
    const sandbox = await openSandboxFixture({ clock: '2026-03-02T09:00:00.000Z' });
    const config = {
      ...sandbox.services.config,
      unipile: { url: unipile.url, apiKey: unipile.apiKey, version: 'v1' as const },
    };
    const own = createCaller({ ...sandbox.services, config }, { ...sandbox, sandbox: true });
    expect(await own.fail(connectSeat, {})).toMatchObject({
      status: 400,
      code: 'workspace.sandbox',
    });
  });
});
