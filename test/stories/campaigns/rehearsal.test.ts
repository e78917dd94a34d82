import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/forecast/forecast.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { readForecastInput } from '../../../src/engine/forecast/forecast-input.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createMailbox } from '../../../src/operations/email/create.ts';
import { previewOneMessage } from '../../../src/operations/messages/preview.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { createSandboxSender } from '../../../src/operations/senders/create-sandbox.ts';
import { getSender } from '../../../src/operations/senders/get.ts';
import { testApi } from '../../fixtures/api.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import {
  advanceTo,
  launchIn,
  makeSenders,
  openSandboxFixture,
  type SandboxFixture,
} from '../../fixtures/sandbox.ts';

const start = '2026-03-23T06:00:00.000Z';
const sequence = [
  { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' },
  { type: 'delay', delay_days: 3 },
  { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' },
  { type: 'delay', delay_days: 4 },
  { type: 'email', is_reply: true, body: 'Last one, %first_name%.' },
];
const people = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ email: `p${i}@people.test`, first_name: `P${i}` }));

const always = { operating_hours: null, timezone: 'UTC' };

/** What is forecast at the start, as `instant person touch`. */
async function forecastOf(
  { db, workspaceId }: SandboxFixture,
  campaignId: string,
): Promise<string[]> {
  const sends: string[] = [];
  const now = new Date(start);
  const world = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  forecast({ ...world, now: now.getTime(), until: now.getTime() + 60 * 86_400_000 }, (send) => {
    if (send.campaign === world.target)
      sends.push(`${new Date(send.at).toISOString()} ${send.person} ${send.touch}`);
    return undefined;
  });
  return sends.sort();
}

describe('a rehearsal', () => {
  test('is exact where a pool runs dry: a lane that comes a moment later turns to its other campaign at once', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const senders = await makeSenders(fixture, { name: 'Shared', dailyLimit: 100 }, 6);
    const options = { senders, dailyLimit: 100, nodes: sequence.slice(0, 1), settings: always };
    const ids: string[] = [];
    for (const [name, count] of [
      ['Short', 7],
      ['Shorter', 5],
      ['Long', 60],
    ] as const)
      ids.push(await launchIn(fixture, { ...options, name, people: people(count) }));
    const expected = await Promise.all(ids.map((id) => forecastOf(fixture, id)));
    await advanceTo(fixture, '2026-03-26T06:00:00.000Z');
    for (const [index, id] of ids.entries()) {
      const sent = (await readMessages(fixture, id)).map(
        (message) => `${message.sent_at!.toISOString()} ${message.prospect_id} 0`,
      );
      expect(sent.sort()).toEqual(expected[index]);
    }
  });

  test('does what was forecast, to the millisecond, when nobody replies: two campaigns, their limits and hours, over a change of clocks', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const settings = { timezone: 'Europe/Berlin', daily_limit: 60 };
    const first = await launchIn(fixture, {
      name: 'First',
      senders: 5,
      dailyLimit: 20,
      nodes: sequence,
      people: people(300),
      settings,
    });
    const second = await launchIn(fixture, {
      name: 'Second',
      senders: 2,
      dailyLimit: 9,
      nodes: sequence.slice(0, 3),
      people: people(40),
    });
    const expected = {
      [first]: await forecastOf(fixture, first),
      [second]: await forecastOf(fixture, second),
    };
    const done = await advanceTo(fixture, '2026-05-22T06:00:00.000Z');
    for (const [campaignId, touches] of [
      [first, 3],
      [second, 2],
    ] as const) {
      const messages = await readMessages(fixture, campaignId);
      const nodes = [
        ...new Set(
          messages
            .toSorted((a, b) => a.sent_at!.getTime() - b.sent_at!.getTime())
            .map((m) => m.node_id),
        ),
      ];
      const sent = messages.map(
        (m) => `${m.sent_at!.toISOString()} ${m.prospect_id} ${nodes.indexOf(m.node_id)}`,
      );
      expect(nodes).toHaveLength(touches);
      expect(sent.sort()).toEqual(expected[campaignId]);
      expect((await readProspects(fixture, campaignId)).map((p) => p.status)).toEqual(
        Array(campaignId === first ? 300 : 40).fill('completed'),
      );
    }
    expect(done.events).toEqual({ 'message.sent': 980, 'campaign.completed': 2 });
    expect(done.sends.reduce((sum, day) => sum + day.sends, 0)).toBe(980);
  }, 120_000);
});

/** What happened to somebody, as `day HH:MM kind` of a campaign without closing hours. */
async function storyOf(
  { db, workspaceId }: SandboxFixture,
  campaignId: string,
): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ email: string; at: Date; kind: string }>`
    select p.email, e.at, e.kind from events e join prospects p on p.workspace_id = e.workspace_id and p.id = e.prospect_id
    where e.workspace_id = ${workspaceId} and e.campaign_id = ${campaignId} order by e.seq`.execute(
    db,
  );
  const stories: Record<string, string[]> = {};
  const origin = Date.parse('2026-03-02T00:00:00Z');
  for (const { email, at, kind } of rows) {
    const who = email.slice(0, email.indexOf('@'));
    stories[who] = [
      ...(stories[who] ?? []),
      `${kind} ${((at.getTime() - origin) / 86_400_000).toFixed(2)}`,
    ];
  }
  return stories;
}

describe('scripted addresses', () => {
  test('each does what it says, at its time, by the way every answer takes', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T00:00:00Z' });
    const words = [
      'plain',
      'a+never',
      'a+reply-2d',
      'a+reply-5d',
      'a+bounce',
      'a+ooo-5d',
      'a+unsubscribe-6h',
      'a+complaint',
      'a+accept-1d',
    ];
    const people = words.map((word) => ({ email: `${word}@people.test`, first_name: 'Jo' }));
    const id = await launchIn(fixture, {
      name: 'Script',
      senders: 9,
      dailyLimit: 1_000,
      nodes: sequence.slice(0, 3),
      people,
      settings: always,
    });
    await advanceTo(fixture, '2026-03-20T00:00:00Z');
    const both = ['message.sent 0.00', 'message.sent 3.00'];
    expect(await storyOf(fixture, id)).toEqual({
      plain: both,
      'a+never': both,
      'a+accept-1d': both,
      'a+reply-2d': ['message.sent 0.00', 'prospect.replied 2.00'],
      'a+reply-5d': [...both, 'prospect.replied 5.00'],
      'a+bounce': ['message.sent 0.00', 'prospect.bounced 0.01'],
      'a+ooo-5d': ['message.sent 0.00', 'message.sent 5.00'],
      'a+unsubscribe-6h': ['message.sent 0.00', 'prospect.unsubscribed 0.25'],
      'a+complaint': ['message.sent 0.00', 'prospect.unsubscribed 0.04'],
    });
    const { rows } = await sql<{ value: string; reason: string }>`
      select value, reason from suppressions where workspace_id = ${fixture.workspaceId} order by value`.execute(
      fixture.db,
    );
    expect(rows).toEqual([
      { value: 'a+bounce@people.test', reason: 'bounced' },
      { value: 'a+complaint@people.test', reason: 'complained' },
      { value: 'a+unsubscribe-6h@people.test', reason: 'unsubscribed' },
    ]);
  });

  test('an answer within minutes is heard before whoever is next is written to', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T00:00:00Z' });
    const people = Array.from({ length: 12 }, (_, i) => ({
      email: `p${i}+reply-2m@people.test`,
      first_name: 'Jo',
    }));
    await launchIn(fixture, {
      name: 'Quick',
      senders: 4,
      dailyLimit: 40,
      nodes: sequence.slice(0, 1),
      people,
      settings: always,
    });
    await advanceTo(fixture, '2026-03-03T00:00:00Z');
    const { rows } = await sql<{
      at: Date;
    }>`select at from events where workspace_id = ${fixture.workspaceId} order by seq`.execute(
      fixture.db,
    );
    const instants = rows.map((row) => row.at.getTime());
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    expect(instants.length).toBeGreaterThanOrEqual(24);
  });
});

describe('a message', () => {
  test('is shown as its recipient sees it, once it is on its way', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
    const { call, fail } = fixture;
    const jane = [{ email: 'jane@people.test', first_name: 'Jane', name: 'Jane Doe' }];
    const settings = { ...always, signature: 'Sam, Sender Ltd' };
    const id = await launchIn(fixture, {
      name: 'Shown',
      senders: 1,
      dailyLimit: 50,
      nodes: sequence,
      people: jane,
      settings,
    });
    await advanceTo(fixture, '2026-03-06T09:00:00Z');
    const [first, second] = (await readMessages(fixture, id)).toSorted(
      (a, b) => a.sent_at!.getTime() - b.sent_at!.getTime(),
    );
    const shown = await call(previewOneMessage, { id, messageId: second!.id });
    expect(shown).toMatchObject({
      from: 'shown-0@sender.test',
      to: 'jane@people.test',
      subject: 'Re: Hello Jane',
    });
    expect(shown.text).toBe(second!.body_text);
    expect(shown.text.match(/Sam, Sender Ltd/g)).toHaveLength(1);
    expect(shown.html).toBe('<p>Any thoughts, Jane?</p>\n<p>Sam, Sender Ltd</p>');
    const header = (name: string) => shown.headers.find((one) => one.name === name)?.value;
    expect(header('To')).toBe('Jane Doe <jane@people.test>');
    expect(header('Subject')).toBe('Re: Hello Jane');
    expect(header('Message-ID')).toBe(`<${second!.channel_key}>`);
    expect(header('In-Reply-To')).toBe(`<${first!.channel_key}>`);
    expect(header('Date')).toBe(second!.sent_at!.toUTCString().replace('GMT', '+0000'));
    expect(await fail(previewOneMessage, { id, messageId: id })).toMatchObject({
      status: 404,
      code: 'message.not_found',
    });
    await sql`update messages set state = 'draft' where id = ${second!.id}`.execute(fixture.db);
    expect(await fail(previewOneMessage, { id, messageId: second!.id })).toMatchObject({
      status: 409,
      code: 'message.not_composed',
    });
  });
});

describe('a sandbox', () => {
  test('is left alone by the engine of live workspaces, whatever the hour', async () => {
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

  test('takes mailboxes without trying a server, and its time is its own everywhere', async () => {
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

  test('sends campaigns of every type, to people who have no mail', async () => {
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
      prospects: [{ linkedin_url: 'https://linkedin.com/in/jane', first_name: 'Jane' }],
    });
    await call(launchCampaign, { id: campaign.id });
    expect((await advanceTo(fixture, '2026-03-03T09:00:00Z')).events).toMatchObject({
      'message.sent': 1,
    });
  });

  test('suspends a sender whose address says that its login is refused, and holds its people', async () => {
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

  test('an interrupted walk is taken up: what was reserved goes out once', async () => {
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
    // As if the process had died before the channel's answer was recorded.
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

  test('is served by the key that came with it, over HTTP', async () => {
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
