import { expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { bindSeats } from '../../../src/engine/accounts/seats.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { listSeatsOfWorkspace } from '../../../src/operations/unipile/accounts.ts';
import { connectSeat } from '../../../src/operations/unipile/connect.ts';
import { reconnectSeat } from '../../../src/operations/unipile/reconnect.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import { openLinkedinFixture } from '../../fixtures/linkedin.ts';

// Unipile cannot reach this server, so that logins are found by polling alone.
const fixture = await openLinkedinFixture({ reachable: false });
const { call, unipile, clock, services } = fixture;

/** Calls operations in a workspace of its own. */
const openWorkspace = async () =>
  createCaller(services, await addWorkspace(fixture.db, clock.now()));
const seats = async () => (await call(listSeatsOfWorkspace, {})).accounts;

it('a seat is found by polling while only one login is open', async () => {
  const { url } = await call(connectSeat, {});
  expect(unipile.state.links.at(-1)!.body.notify_url).toBeUndefined();
  expect(await bindSeats(services)).toBe(0);
  const other = await openWorkspace();
  expect(await other.fail(connectSeat, {})).toMatchObject({
    status: 409,
    code: 'unipile.login_under_way',
  });
  unipile.completeLink(url, 'katherine-johnson');
  expect(await bindSeats(services)).toBe(1);
  expect((await call(listSenders, { type: 'linkedin' })).accounts).toMatchObject([
    { status: 'connected' },
  ]);
  expect((await other.call(listSenders, { type: 'linkedin' })).accounts).toEqual([]);
  expect(unipile.state.hooks).toEqual([]);
});

it('only one of two workspaces can begin a login at the same moment', async () => {
  const [one, other] = [await openWorkspace(), await openWorkspace()];
  const begun = await Promise.allSettled([one.call(connectSeat, {}), other.call(connectSeat, {})]);
  expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  clock.advanceMs(2 * hourMs);
});

it('a login that is found late belongs to the workspace that began it', async () => {
  const first = await openWorkspace();
  const { url } = await first.call(connectSeat, {});
  clock.advanceMs(hourMs - 10_000);
  unipile.completeLink(url, 'hedy-lamarr');
  clock.advanceMs(20_000);
  const second = await openWorkspace();
  expect(await second.fail(connectSeat, {})).toMatchObject({ code: 'unipile.login_under_way' });
  expect(await bindSeats(services)).toBe(1);
  expect((await first.call(listSenders, { type: 'linkedin' })).accounts).toMatchObject([
    { status: 'connected' },
  ]);
  await second.call(connectSeat, {});
  expect(await bindSeats(services)).toBe(0);
  clock.advanceMs(2 * hourMs);
});

it('polling finds an ended session, and later finds it connected again', async () => {
  const [account] = await seats();
  const seat = unipile.state.seats.find(({ id }) => id === account!.provider_account_id)!;
  const status = async () => (await seats())[0]!.status;
  unipile.setStatus(seat, 'CREDENTIALS');
  await fixture.readInboxes();
  expect(await status()).toBe('credentials_required');
  const { url } = await call(reconnectSeat, { accountId: account!.id });
  unipile.completeLink(url, 'katherine-johnson');
  clock.advanceMs(11 * minuteMs);
  await fixture.readInboxes();
  expect(await status()).toBe('connected');
});
