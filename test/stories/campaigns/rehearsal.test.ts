import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/forecast/forecast.ts';
import { readForecastInput } from '../../../src/engine/forecast/forecast-input.ts';
import { previewOneMessage } from '../../../src/operations/messages/preview.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import {
  advanceTo,
  launchIn,
  makeSenders,
  openSandboxFixture,
  type SandboxFixture,
} from '../../fixtures/sandbox.ts';
import { always, people, sequence } from './sandbox-people.ts';

const start = '2026-03-23T06:00:00.000Z';

/** The sends that are forecast at the start, as `instant person touch`. */
async function forecastOf(
  { db, workspaceId }: SandboxFixture,
  campaignId: string,
): Promise<string[]> {
  const sends: string[] = [];
  const now = new Date(start);
  const input = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  forecast({ ...input, now: now.getTime(), until: now.getTime() + 60 * 86_400_000 }, (send) => {
    if (send.campaign === input.target)
      sends.push(`${new Date(send.at).toISOString()} ${send.person} ${send.touch}`);
    return undefined;
  });
  return sends.sort();
}

describe('a rehearsal', () => {
  test('matches the forecast when campaigns that share senders run out of people', async () => {
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

  test('sends at exactly the forecast instants across a change of clocks', async () => {
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
    const advanced = await advanceTo(fixture, '2026-05-22T06:00:00.000Z');
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
    expect(advanced.events).toEqual({ 'message.sent': 980, 'campaign.completed': 2 });
    expect(advanced.sends.reduce((sum, day) => sum + day.sends, 0)).toBe(980);
  }, 120_000);
});

/** The events of each person of a campaign, as `kind days`, counted from 2 March 2026. */
async function eventsByPerson(
  { db, workspaceId }: SandboxFixture,
  campaignId: string,
): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ email: string; at: Date; kind: string }>`
    select p.email, e.at, e.kind from events e join prospects p on p.workspace_id = e.workspace_id and p.id = e.prospect_id
    where e.workspace_id = ${workspaceId} and e.campaign_id = ${campaignId} order by e.seq`.execute(
    db,
  );
  const events: Record<string, string[]> = {};
  const origin = Date.parse('2026-03-02T00:00:00Z');
  for (const { email, at, kind } of rows) {
    const name = email.slice(0, email.indexOf('@'));
    events[name] = [
      ...(events[name] ?? []),
      `${kind} ${((at.getTime() - origin) / 86_400_000).toFixed(2)}`,
    ];
  }
  return events;
}

describe('scripted addresses', () => {
  test('make people react as the address says, at the time that it says', async () => {
    const fixture = await openSandboxFixture({ clock: '2026-03-02T00:00:00Z' });
    const scripts = [
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
    const people = scripts.map((script) => ({ email: `${script}@people.test`, first_name: 'Jo' }));
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
    expect(await eventsByPerson(fixture, id)).toEqual({
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

  test('a reply within minutes is recorded before the next person is written to', async () => {
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
  test('is shown as its recipient sees it once it is composed', async () => {
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
    const paragraph = '<p dir="auto">';
    expect(shown.html).toBe(`${paragraph}Any thoughts, Jane?</p>\n${paragraph}Sam, Sender Ltd</p>`);
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
