import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createMailbox } from '../../../src/operations/email/create.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { createSandboxSender } from '../../../src/operations/senders/create-sandbox.ts';
import { getSender } from '../../../src/operations/senders/get.ts';
import { testApi } from '../../fixtures/api.ts';
import { readMessages } from '../../fixtures/engine.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';
import { always, people, sequence } from './sandbox-people.ts';

const start = '2026-03-23T06:00:00.000Z';

describe('a sandbox', () => {
  test('is not served by the engine of the live workspaces', async () => {
    const fixture = await openSandboxFixture({ clock: '2020-03-02T09:00:00Z' });
    const id = await launchIn(fixture, {
      name: 'Old',
      senders: 2,
      dailyLimit: 50,
      nodes: sequence,
      people: people(4),
      settings: always,
    });
    const engine = new Engine(fixture.services, fixture.services.newId());
    await engine.runDue();
    expect(await engine.recover()).toBe(0);
    expect(await readMessages(fixture, id)).toEqual([]);
    expect((await advanceTo(fixture, '2020-03-02T10:00:00Z')).events['message.sent']).toBe(4);
  });

  test('accepts mailboxes without a connection check and dates them by its own clock', async () => {
    const { call } = await openSandboxFixture({ clock: '2031-05-05T05:05:05Z' });
    const smtp = { host: 'nowhere.invalid', port: 465, tls: 'tls' };
    const { account } = await call(createMailbox, {
      email_address: 'sam@nowhere.invalid',
      smtp,
      imap: null,
      password: 'x',
    });
    expect(account).toMatchObject({ status: 'active', created_at: '2031-05-05T05:05:05.000Z' });
  });

  test('sends a LinkedIn campaign to people without an email address', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const { call } = fixture;
    const { account } = await call(createSandboxSender, { type: 'linkedin', first_name: 'Sam' });
    const { campaign } = await call(createCampaign, {
      type: 'linkedin',
      name: 'Seats',
      sender_account_ids: [account.id],
    });
    await call(updateCampaign, {
      id: campaign.id,
      ...always,
      sequence_nodes: [{ type: 'message', body: 'Hi %first_name%' }, { type: 'end' }],
    });
    await call(addProspects, {
      id: campaign.id,
      prospects: [{ linkedin_url: 'https://www.linkedin.com/in/jane', first_name: 'Jane' }],
    });
    await call(launchCampaign, { id: campaign.id });
    expect((await advanceTo(fixture, '2026-03-03T09:00:00Z')).events).toMatchObject({
      'message.sent': 1,
    });
  });

  test('suspends a sender whose address says that its login is refused', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const { call } = fixture;
    const { account } = await call(createSandboxSender, {
      email_address: 'sam+refused@sender.test',
    });
    const { campaign } = await call(createCampaign, {
      type: 'email',
      name: 'Refused',
      sender_account_ids: [account.id],
    });
    await call(updateCampaign, {
      id: campaign.id,
      ...always,
      sequence_nodes: [...sequence.slice(0, 1), { type: 'end' }],
    });
    await call(addProspects, { id: campaign.id, prospects: people(2) });
    await call(launchCampaign, { id: campaign.id });
    expect((await advanceTo(fixture, '2026-03-04T09:00:00Z')).events).toMatchObject({
      'sender.suspended': 1,
    });
    expect((await call(getSender, { id: account.id })).account.status).toBe('credentials_required');
  });

  test('sends a reserved message exactly once after an interrupted advance', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const id = await launchIn(fixture, {
      name: 'Cut',
      senders: 1,
      dailyLimit: 50,
      nodes: sequence.slice(0, 1),
      people: people(3),
      settings: always,
    });
    await advanceTo(fixture, '2026-03-02T09:00:01Z');
    // The rows look as if the process had died before the channel's answer was recorded.
    await sql`update messages set state = 'reserved', sent_at = null, deadline_at = clock_timestamp() + interval '2 minutes' where workspace_id = ${fixture.workspaceId}`.execute(
      fixture.db,
    );
    await sql`update prospects set status = 'pending', hold = 'reserved', ended_at = null where workspace_id = ${fixture.workspaceId} and status = 'completed'`.execute(
      fixture.db,
    );
    await advanceTo(fixture, '2026-03-05T09:00:00Z');
    expect(
      (await readMessages(fixture, id)).map((message) => [message.state, message.attempts]),
    ).toEqual(Array(3).fill(['sent', 1]));
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from sandbox_mail where workspace_id = ${fixture.workspaceId}`.execute(
      fixture.db,
    );
    expect(rows[0]!.n).toBe(3);
  });

  test('is served over HTTP with the key that was issued with it', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const { app } = testApi(fixture.services);
    const headers = { authorization: `Bearer ${fixture.key}` };
    const shown = await app.inject({ url: '/api/clock', headers });
    expect(shown.json()).toMatchObject({ clock: { now: start } });
    const advanced = await app.inject({
      method: 'POST',
      url: '/api/clock/advance',
      headers,
      payload: { by: '2 hours' },
    });
    expect([advanced.statusCode, advanced.json().clock.now]).toEqual([
      200,
      '2026-03-23T08:00:00.000Z',
    ]);
  });
});
