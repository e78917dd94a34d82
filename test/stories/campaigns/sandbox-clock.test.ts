import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { advance, letClockGo } from '../../../src/engine/forecast/advance.ts';
import { advanceClock } from '../../../src/operations/clock/advance.ts';
import { getClock } from '../../../src/operations/clock/get.ts';
import { updateClock } from '../../../src/operations/clock/update.ts';
import { createSandboxSender } from '../../../src/operations/senders/create-sandbox.ts';
import { listWorkspaces } from '../../../src/operations/workspaces/list.ts';
import { launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';
import { always, people, sequence } from './sandbox-people.ts';

const start = '2026-03-23T06:00:00.000Z';

describe('the clock of a sandbox', () => {
  test('is advanced in parts, and the last part reports the whole advance', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const { call, services, workspaceId } = fixture;
    await launchIn(fixture, {
      name: 'Parts',
      senders: 2,
      dailyLimit: 50,
      nodes: sequence,
      people: people(20),
      settings: always,
    });
    const to = '2026-03-12T09:00:00.000Z';
    const part = await advance(services, {
      workspaceId,
      timeZone: 'UTC',
      target: () => new Date(to),
      budgetMs: 0,
    });
    expect(part?.reached).toBe(false);
    const { clock } = await call(getClock, {});
    expect(clock.advancing_to).toBe(to);
    expect(Date.parse(clock.now)).toBeLessThan(Date.parse(to));
    const whole = await call(advanceClock, { to });
    expect(whole).toMatchObject({
      reached: true,
      from: '2026-03-02T09:00:00.000Z',
      to,
      events: { 'message.sent': 60 },
    });
    expect(advanceClock.continueWith?.({ ...whole, reached: false })).toMatchObject({
      input: { to },
    });
    expect(advanceClock.continueWith?.(whole)).toBeNull();
    expect((await call(getClock, {})).clock.advancing_to).toBeNull();
  });

  test('stands still once the connection that moves it is closed', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const { call } = fixture;
    await launchIn(fixture, {
      name: 'hungup',
      senders: 1,
      dailyLimit: 50,
      nodes: sequence,
      people: people(20),
      settings: always,
    });
    const to = '2026-03-12T09:00:00.000Z';
    const gone = new AbortController();
    const moving = call(advanceClock, { to }, { signal: gone.signal });
    gone.abort(new Error('hung up'));
    await Promise.allSettled([moving]);
    const { clock } = await call(getClock, {});
    expect(Date.parse(clock.now)).toBeLessThan(Date.parse('2026-03-03T09:00:00Z'));
    expect(await call(advanceClock, { to })).toMatchObject({ reached: true });
  });

  test("advances to an instant or by a duration in the workspace's zone, never back", async () => {
    const { call, fail } = await openSandboxFixture({ clock: '2026-03-07T12:00:00Z' });
    const { reached, from, clock } = await call(advanceClock, { by: '1 day' });
    expect({ reached, from, now: clock.now }).toEqual({
      reached: true,
      from: '2026-03-07T12:00:00.000Z',
      now: '2026-03-08T11:00:00.000Z',
    });
    expect((await call(advanceClock, { by: 3_600_000 })).clock.now).toBe(
      '2026-03-08T12:00:00.000Z',
    );
    expect((await call(advanceClock, { to: '2026-03-08T14:00:00+01:00' })).clock.now).toBe(
      '2026-03-08T13:00:00.000Z',
    );
    expect((await call(getClock, {})).clock).toEqual({
      now: '2026-03-08T13:00:00.000Z',
      speed: 0,
      paused: true,
      advancing_to: null,
    });
    for (const raw of [
      {},
      { by: '1 day', to: '2027-01-01T00:00:00Z' },
      { by: 'soon' },
      { by: '-1 day' },
      { by: 'P99999Y' },
      { to: '2026-03-08T12:59:59Z' },
    ])
      expect(await fail(advanceClock, raw), JSON.stringify(raw)).toMatchObject({
        status: 400,
        code: 'request.invalid',
      });
  });

  test('is refused in a live workspace', async () => {
    const { admin } = await openSandboxFixture({ clock: start });
    const refusal = { status: 400, code: 'workspace.not_sandbox' };
    expect(await admin.fail(getClock, {})).toMatchObject(refusal);
    expect(await admin.fail(advanceClock, { by: '1 day' })).toMatchObject(refusal);
    expect(await admin.fail(updateClock, { speed: 1 })).toMatchObject(refusal);
    expect(await admin.fail(createSandboxSender, { email_address: 'a@sender.test' })).toMatchObject(
      refusal,
    );
    expect((await admin.call(listWorkspaces, {})).workspaces).toMatchObject([
      { name: 'Test', mode: 'live' },
    ]);
  });

  test('refuses a second advance while one is under way', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const client = await fixture.pool.connect();
    await client.query("select pg_advisory_lock(hashtextextended('postrider clock ' || $1, 0))", [
      fixture.workspaceId,
    ]);
    expect(await fixture.fail(advanceClock, { by: '1 day' })).toMatchObject({
      status: 409,
      code: 'clock.busy',
    });
    client.release(true);
    expect((await fixture.call(advanceClock, { by: '1 day' })).reached).toBe(true);
  });

  test('runs at its speed and stands still while it is paused', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const { call, fail, db, services, workspaceId } = fixture;
    for (const raw of [{}, { paused: false }, { speed: 5, paused: true }, { speed: -1 }])
      expect(await fail(updateClock, raw), JSON.stringify(raw)).toMatchObject({ status: 400 });
    expect((await call(updateClock, { speed: 8640 })).clock).toMatchObject({
      speed: 8640,
      paused: false,
    });
    await sql`update workspaces set clock_set_at = clock_timestamp() - interval '1 second' where id = ${workspaceId}`.execute(
      db,
    );
    await letClockGo(services, workspaceId);
    const moved = Date.parse((await call(getClock, {})).clock.now) - Date.parse(start);
    expect(moved).toBeGreaterThanOrEqual(8_640_000);
    expect((await call(updateClock, { paused: true })).clock).toMatchObject({
      speed: 0,
      paused: true,
    });
    const { now } = (await call(getClock, {})).clock;
    await letClockGo(services, workspaceId);
    expect((await call(getClock, {})).clock.now).toBe(now);
  });
});
