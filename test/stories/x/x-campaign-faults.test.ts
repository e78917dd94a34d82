import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { getSender } from '../../../src/operations/senders/get.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { checkXAccount } from '../../../src/operations/x/check.ts';
import { connectX } from '../../../src/operations/x/connect.ts';
import { peopleOf, visit } from '../../fixtures/x.ts';
import { followUp, hello, openXCampaigns, pause } from './campaigns.ts';

const fixture = await openXCampaigns();
const { x, call, clock, db, workspaceId, launch, laneOf, prepare, readInboxes, run, runFor } =
  fixture;
const senderOf = async (id: string) => (await call(getSender, { id })).account;

describe('the limits of X', () => {
  it('a rate limit holds the lane until its end and loses nobody', async () => {
    const { seller, sender, handles } = await prepare(2);
    const reset = clock.now().getTime() + 40 * minuteMs;
    x.addFault({
      route: 'send',
      with: {
        status: 429,
        headers: { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset / 1000) },
      },
    });
    const id = await run('Limited', { sender, handles });
    await runFor(minuteMs);
    expect(await laneOf(sender)).toMatchObject({
      because: 'provider_rate_limit',
      next_at: new Date(reset + 1000),
    });
    await runFor(38 * minuteMs);
    expect(handles.flatMap((handle) => x.conversation(seller, handle))).toEqual([]);
    await runFor(hourMs);
    for (const handle of handles) expect(x.conversation(seller, handle)).toHaveLength(1);
    for (const person of Object.values(await peopleOf(fixture, id)))
      expect(person.status).toBe('completed');
  });
});

describe('a message in doubt', () => {
  const messages = async (campaignId: string) =>
    db
      .selectFrom('messages')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('campaign_id', '=', campaignId)
      .execute();

  it('a message that X took before the connection broke is not sent again', async () => {
    const { seller, sender, handles } = await prepare(1);
    x.addFault({ route: 'send', after: true, with: 'drop' });
    const id = await run('Taken', { sender, handles });
    await runFor(minuteMs);
    expect((await messages(id))[0]).toMatchObject({ state: 'reserved' });
    await fixture.recover();
    await runFor(2 * hourMs);
    expect(x.conversation(seller, handles[0]!)).toHaveLength(1);
    expect((await messages(id))[0]).toMatchObject({
      state: 'sent',
      provider_key: x.state.events.at(-1)!.id,
    });
    expect((await peopleOf(fixture, id))[handles[0]!]).toMatchObject({ status: 'completed' });
  });

  it('a message that X never took is sent again, once', async () => {
    const { seller, sender, handles } = await prepare(1);
    x.addFault({ route: 'send', with: { status: 503 } });
    const id = await run('Lost', { sender, handles });
    await runFor(minuteMs);
    expect((await messages(id))[0]).toMatchObject({ state: 'reserved' });
    await fixture.recover();
    await runFor(2 * hourMs);
    expect(x.conversation(seller, handles[0]!)).toHaveLength(1);
    expect((await messages(id))[0]).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('the login', () => {
  it('an expired login is renewed, and the newest one is kept', async () => {
    const { seller, sender, handles } = await prepare(2);
    await run('Renewed', { sender, handles });
    for (let time = 0; time < 3; time += 1) {
      x.expire(seller);
      await runFor(10 * minuteMs);
      await readInboxes();
    }
    for (const handle of handles) expect(x.conversation(seller, handle)).toHaveLength(1);
    expect(await senderOf(sender)).toMatchObject({ status: 'active', status_reason: null });
    expect(await call(checkXAccount, { id: sender })).toMatchObject({ ok: true });
  });

  it('a revoked login holds the people until the account is connected again', async () => {
    const { seller, sender, handles } = await prepare(2);
    const id = await run('Revoked', { sender, handles });
    x.revoke(seller);
    await runFor(hourMs);
    expect(await senderOf(sender)).toMatchObject({
      status: 'credentials_required',
      status_reason: expect.stringContaining('X refuses the login'),
    });
    expect(await call(checkXAccount, { id: sender })).toMatchObject({
      ok: false,
      account: { status: 'credentials_required' },
    });
    expect(Object.values(await peopleOf(fixture, id)).map(({ ended_at }) => ended_at)).toEqual([
      null,
      null,
    ]);
    const { url, account_id } = await call(connectX, { account_id: sender });
    expect(account_id).toBe(sender);
    expect(await visit(fixture.services, x.allow(url, seller))).toMatchObject({ ok: true });
    await runFor(2 * hourMs);
    for (const handle of handles) expect(x.conversation(seller, handle)).toHaveLength(1);
    expect(await senderOf(sender)).toMatchObject({ status: 'active', status_reason: null });
  });

  it('a deleted sender goes on with its people once it is connected again', async () => {
    const { serial, seller, sender, handles } = await prepare(4);
    const other = await fixture.connect(`other_${serial}`);
    const id = await launch({
      name: 'Two senders',
      senders: [sender, other],
      nodes: [hello, pause, followUp],
      handles,
    });
    await runFor(hourMs);
    await call(removeSender, { id: sender, force: true });
    await runFor(6 * hourMs);
    const counts = () =>
      handles
        .filter((handle) => x.conversation(seller, handle).length > 0)
        .map((handle) => x.conversation(seller, handle).length);
    expect(counts()).toEqual([1, 1]);
    expect(
      Object.values(await peopleOf(fixture, id)).filter(
        ({ hold }) => hold === 'sender_disconnected',
      ),
    ).toHaveLength(2);
    const { url } = await call(connectX, { account_id: sender });
    expect(await visit(fixture.services, x.allow(url, seller))).toMatchObject({ ok: true });
    await runFor(hourMs);
    expect(counts()).toEqual([2, 2]);
    expect(Object.values(await peopleOf(fixture, id)).map(({ status }) => status)).toEqual(
      Array(4).fill('completed'),
    );
  });

  it('a login found revoked while replies are read stops the sender', async () => {
    const { seller, sender } = await prepare(0);
    x.revoke(seller);
    await readInboxes();
    expect(await senderOf(sender)).toMatchObject({ status: 'credentials_required' });
  });

  const pauseOf = async (sender: string): Promise<number> => {
    const { rows } = await sql<{
      s: number;
    }>`select extract(epoch from next_poll_at - clock_timestamp())::float8 as s from inboxes
      where sender_id = ${sender}`.execute(db);
    return rows[0]!.s;
  };

  it('an inbox is read every 90 s while somebody awaits a touch, every 10 min else', async () => {
    const { seller, sender, handles } = await prepare(1);
    await readInboxes();
    expect(await pauseOf(sender)).toBeGreaterThan(590);
    await run('Awaited', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    await readInboxes();
    expect(await pauseOf(sender)).toBeGreaterThan(80);
    expect(await pauseOf(sender)).toBeLessThan(91);
    x.write(handles[0]!, seller, 'Tell me more');
    await readInboxes();
    await readInboxes();
    expect(await pauseOf(sender)).toBeGreaterThan(590);
  });

  it('an inbox that was read too often rests until the window of X ends', async () => {
    const { sender } = await prepare(0);
    x.state.limits.set('events', 0);
    await readInboxes();
    x.state.limits.delete('events');
    expect(await pauseOf(sender)).toBeGreaterThan(890);
    expect(await senderOf(sender)).toMatchObject({ status: 'active' });
  });
});
