import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { checkMailbox } from '../../../src/operations/email/check.ts';
import { createMailbox } from '../../../src/operations/email/create.ts';
import { listMailboxes } from '../../../src/operations/email/list.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { getSender } from '../../../src/operations/senders/get.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { getSenderSchedule } from '../../../src/operations/senders/schedule.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import { openMailboxes } from './mailboxes.ts';

const { test, peers, mailbox, connect, readLane, sleepLane } = await openMailboxes();
const { call, fail } = createCaller(test.services, test);

// Ten checks may fail in a minute.
beforeEach(() => test.clock.advanceMs(minuteMs));

describe('connecting a mailbox', () => {
  it("stores the inbox's position at once, or null without IMAP", async () => {
    const { id } = await connect();
    const { account } = await call(createMailbox, { ...mailbox(), imap: null });
    const cursorsOf = async (senderId: string) =>
      (
        await sql<{ cursor: unknown }>`
          select cursor from inboxes where sender_id = ${senderId}`.execute(test.db)
      ).rows;
    expect((await cursorsOf(id))[0]?.cursor).toMatchObject({
      folders: { INBOX: { uidNext: expect.any(Number) } },
    });
    expect(await cursorsOf(account.id)).toEqual([{ cursor: null }]);
  });

  it('saves it with a lane and an inbox, and encrypts its password', async () => {
    const account = await connect({ first_name: 'Ada', signature: 'Best, Ada' });
    expect(account).toMatchObject({
      type: 'email',
      status: 'active',
      daily_limit: 30,
      min_gap_seconds: 60,
      first_name: 'Ada',
      signature: 'Best, Ada',
    });
    expect(account.connection).toMatchObject({
      username: account.email_address,
      smtp: { host: '127.0.0.1' },
    });
    expect(JSON.stringify([account, await call(listMailboxes, {})])).not.toContain('right');
    const { rows } = await sql<
      Record<string, unknown>
    >`select s.credentials, s.connection::text, l.next_at, i.next_poll_at from senders s
      join lanes l on l.sender_id = s.id join inboxes i on i.sender_id = s.id where s.id = ${account.id}`.execute(
      test.db,
    );
    expect(rows).toHaveLength(1);
    expect(String(rows[0]!.credentials)).toMatch(/^v1\./);
    expect(JSON.stringify(rows[0])).not.toContain('right');
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, 'smtp_login'],
    ['a closed port', { smtp: { host: '127.0.0.1', port: 1, tls: 'none' } }, 'smtp_connect'],
    ['a closed IMAP port', { imap: { host: '127.0.0.1', port: 1, tls: 'none' } }, 'imap_connect'],
  ])('names the step that failed with %s and saves nothing', async (_name, wrong, step) => {
    const given = { ...mailbox(), ...wrong };
    const refused = await fail(createMailbox, given);
    expect(refused).toMatchObject({ status: 422, code: 'sender.check_failed' });
    const steps = refused.steps as { step: string; ok: boolean; detail: string }[];
    expect(steps.at(-1)).toMatchObject({ step, ok: false });
    expect(steps.slice(0, -1).every(({ ok }) => ok)).toBe(true);
    expect(refused.detail).toContain(step);
    expect(
      (await call(listSenders, {})).accounts.map((account) => account.email_address),
    ).not.toContain(given.email_address);
  });

  it('refuses a connected address, a login without a password and a broken name', async () => {
    const account = await connect();
    const again = { ...mailbox(), email_address: account.email_address!.toUpperCase() };
    expect(await fail(createMailbox, again)).toMatchObject({ status: 409, code: 'sender.exists' });
    const { password, ...bare } = mailbox();
    expect(password).toBe('right');
    expect((await fail(createMailbox, bare)).errors[0]).toMatchObject({
      pointer: '/password',
      code: 'required',
    });
    expect(
      (await fail(createMailbox, { ...mailbox(), display_name: 'Ada\r\nBcc: x@y.de' })).errors[0]!
        .pointer,
    ).toBe('/display_name');
  });
});

describe('changing a mailbox', () => {
  it('stores names, signature, limits and pause, and wakes its lane', async () => {
    const { id } = await connect();
    await sleepLane(id);
    const { account } = await call(updateMailbox, {
      id,
      signature: 'S',
      daily_limit: 5,
      min_gap_seconds: 0,
      status: 'paused',
      display_name: 'Ada L.',
    });
    expect(account).toMatchObject({
      signature: 'S',
      daily_limit: 5,
      min_gap_seconds: 0,
      status: 'paused',
      display_name: 'Ada L.',
    });
    expect((await readLane(id))?.next_at).toEqual(test.clock.now());
    expect(
      (await call(updateMailbox, { id, signature: '', status: 'active' })).account,
    ).toMatchObject({
      signature: null,
      status: 'active',
      display_name: 'Ada L.',
    });
    expect((await fail(updateMailbox, { id, daily_limit: 0 })).errors[0]!.pointer).toBe(
      '/daily_limit',
    );
  });

  it('warns of limits under which a mailbox loses its reputation', async () => {
    const { id } = await connect();
    const changed = await call(updateMailbox, { id, daily_limit: 1_000_000, min_gap_seconds: 0 });
    expect(changed.warnings).toMatchObject([
      { pointer: '/daily_limit', code: 'unusual' },
      { pointer: '/min_gap_seconds', code: 'unusual' },
    ]);
    expect((await call(updateMailbox, { id, daily_limit: 80 })).warnings).toBeUndefined();
  });

  it('requires the password for another server and keeps the settings that work', async () => {
    const { id } = await connect();
    const imap = { host: 'localhost', port: peers.ports.imap, tls: 'none' };
    expect((await fail(updateMailbox, { id, imap })).errors[0]).toMatchObject({
      pointer: '/password',
      code: 'required',
    });
    expect(await fail(updateMailbox, { id, imap, password: 'wrong' })).toMatchObject({
      status: 422,
    });
    expect(
      (await call(listMailboxes, {})).accounts.find((account) => account.id === id)!.connection,
    ).toMatchObject({
      imap: { host: '127.0.0.1' },
    });
    const { account } = await call(updateMailbox, { id, imap, password: 'right' });
    expect(account.connection).toMatchObject({ imap });
    expect(
      (await call(updateMailbox, { id, imap: null, password: 'right' })).account.connection,
    ).toMatchObject({ imap: null });
  });
});

describe('checking a mailbox again', () => {
  it('makes it active again when every step works', async () => {
    const { id } = await connect();
    await sql`update senders set status = 'credentials_required', status_reason = 'login refused' where id = ${id}`.execute(
      test.db,
    );
    await sleepLane(id);
    const answer = await call(checkMailbox, { id });
    expect(answer).toMatchObject({ ok: true, account: { status: 'active', status_reason: null } });
    expect(answer.steps.map(({ step }) => step)).toContain('imap_login');
    expect((await readLane(id))?.next_at).toEqual(test.clock.now());
  });

  it('reports the step that failed', async () => {
    const { id } = await connect();
    await sql`update senders set connection = jsonb_set(connection, '{smtp,port}', '1'), status = 'error' where id = ${id}`.execute(
      test.db,
    );
    const answer = await call(checkMailbox, { id });
    expect(answer).toMatchObject({
      ok: false,
      account: { status: 'error', status_reason: expect.stringContaining('smtp_connect') },
    });
  });
});

describe('deleting a sender', () => {
  it('is refused while campaigns use it, and forcing it holds their people', async () => {
    const { id, email_address } = await connect();
    const { campaign } = await call(createCampaign, {
      type: 'email',
      name: 'Uses it',
      sender_account_ids: [id],
    });
    await call(addProspects, {
      id: campaign.id,
      prospects: [{ email: 'a@people.test' }, { email: 'b@people.test' }],
    });
    const [assigned] = (await call(listRoster, { id: campaign.id })).prospects;
    await sql`update prospects set sender_id = ${id}, status = 'sent' where id = ${assigned!.id}`.execute(
      test.db,
    );
    expect(await fail(removeSender, { id })).toMatchObject({
      status: 409,
      code: 'sender.in_use',
      campaigns: [{ id: campaign.id, name: 'Uses it' }],
    });
    expect(await call(removeSender, { id, force: true })).toEqual({ success: true, held: 1 });
    const held = (await call(listRoster, { id: campaign.id })).prospects;
    expect(held.map(({ hold, hold_detail }) => [hold, hold_detail])).toEqual([
      ['sender_disconnected', `${email_address} was deleted by its owner.`],
      [null, null],
    ]);
    expect((await call(getSender, { id })).account).toMatchObject({ status: 'disconnected' });
    expect((await call(checkMailbox, { id })).ok).toBe(false);
    expect((await fail(updateMailbox, { id, status: 'active' })).errors[0]!.pointer).toBe(
      '/password',
    );
    expect((await call(updateMailbox, { id, password: 'right' })).account.status).toBe('active');
    expect((await call(listRoster, { id: campaign.id })).prospects[0]!.hold).toBeNull();
  });

  it('deletes its credentials, frees its address and hides it', async () => {
    const { id, email_address } = await connect();
    expect(await call(removeSender, { id })).toEqual({ success: true, held: 0 });
    expect(
      (await call(listSenders, { type: 'email' })).accounts.map((account) => account.id),
    ).not.toContain(id);
    const { rows } = await sql<{
      credentials: string | null;
    }>`select credentials from senders where id = ${id}`.execute(test.db);
    expect(rows).toEqual([{ credentials: null }]);
    expect(await fail(removeSender, { id })).toMatchObject({ status: 404 });
    expect((await connect({ email_address, username: email_address })).email_address).toBe(
      email_address,
    );
  });
});

describe('reading senders', () => {
  it("shows a sender's numbers for each campaign in Puffle's shape", async () => {
    const { id } = await connect();
    const { campaign } = await call(createCampaign, {
      type: 'email',
      name: 'Read',
      sender_account_ids: [id],
    });
    await call(addProspects, { id: campaign.id, prospects: [{ email: 'a@people.test' }] });
    await sql`insert into sender_usage values (${test.workspaceId}, ${id}, ${campaign.id}, 'email', ${test.clock.now()}, 3)`.execute(
      test.db,
    );
    await sql`insert into counters values (${test.workspaceId}, ${campaign.id}, 'sent', ${id}, ${id}, 1, 2)`.execute(
      test.db,
    );
    expect(await call(getSender, { id })).toMatchObject({
      account: { id, stats: { today_sent: 3, today_committed: 2 } },
      campaigns: [{ id: campaign.id, name: 'Read', status: 'draft' }],
      mappings: [{ campaign_id: campaign.id, account_id: id }],
      campaignStatsByStatus: { [campaign.id]: { pending: 1, sent: 2 } },
      campaignSenderStatsByStatus: { [`${campaign.id}:${id}`]: { sent: 2 } },
      campaignSenderTodayStatsByStatus: { [`${campaign.id}:${id}`]: { sent: 3 } },
      campaignActiveProspectsCount: { [campaign.id]: 3 },
    });
    const schedule = await call(getSenderSchedule, { id });
    expect(schedule).toMatchObject({
      sender_id: id,
      next_at: null,
      because: 'no_worker',
    });
    expect(schedule.days.slice(0, 2)).toEqual([
      { date: '2026-03-02', capacity: 30, sent: 3 },
      { date: '2026-03-03', capacity: 30, sent: 0 },
    ]);
  });

  it('is possible in their own workspace only', async () => {
    const { id } = await connect();
    const other = createCaller(test.services, await addWorkspace(test.db, test.clock.now()));
    expect((await other.call(listSenders, {})).accounts).toEqual([]);
    for (const operation of [
      getSender,
      getSenderSchedule,
      removeSender,
      checkMailbox,
      updateMailbox,
    ]) {
      expect(await other.fail(operation, { id })).toMatchObject({
        status: 404,
        code: 'sender.not_found',
      });
    }
  });
});
