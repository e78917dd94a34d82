import { expect, it } from 'vitest';
import { eventKinds } from '../../../src/domain/people/event.ts';
import { createAutomation } from '../../../src/operations/automations/create.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { listEvents } from '../../../src/operations/events/list.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { testApi } from '../../fixtures/api.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { call, fail } = fixture;
const hello = { type: 'email', subject: 'Hi', body: 'Hello' };
const launch = (name: string, people: readonly string[]) => {
  const given = people.map((one) => ({ email: `${one}@people.test` }));
  return launchIn(fixture, { name, senders: 1, dailyLimit: 50, nodes: [hello], people: given });
};

/** Reads all events of a query, page by page. */
async function readAll(
  query: Record<string, unknown>,
): Promise<{ seq: number; kind: string; data: Record<string, unknown> }[]> {
  const all = [];
  for (let cursor: number | undefined; ; ) {
    const page = await call(listEvents, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.events);
    if (!page.has_more) return all;
    cursor = page.next_cursor;
  }
}

it('the feed shows each event once and in order, also those of automations', async () => {
  const id = await launch('first', ['ann+reply-2h', 'bob', 'cid+bounce']);
  const { automation } = await call(createAutomation, {
    id,
    event: 'replied',
    action: 'notify',
    text: 'Call her',
  });
  await advanceTo(fixture, '2026-03-04T09:00:00Z');
  const [notified] = await readAll({ kind: ['automation.notified'] });
  expect(notified).toMatchObject({
    kind: 'automation.notified',
    campaign_id: id,
    actor: 'automation',
  });
  expect(notified!.data).toMatchObject({
    text: 'Call her',
    event: 'replied',
    automation_id: automation.id,
  });
  const all = await readAll({});
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  expect(all.every(({ kind }) => kind in eventKinds)).toBe(true);
  expect(await readAll({ limit: 2 })).toEqual(all);
  expect(await readAll({ sort: 'newest', limit: 3 })).toEqual(all.toReversed());
  const ann = (await call(listRoster, { id })).prospects.find(({ email }) =>
    email?.startsWith('ann'),
  )!;
  expect((await readAll({ prospect_id: ann.id })).map(({ kind }) => kind)).toEqual([
    'message.sent',
    'prospect.replied',
    'automation.notified',
  ]);
});

it('a reader with a cursor gets only newer events', async () => {
  const { last_seq: cursor } = await call(listEvents, { limit: 1 });
  expect(await call(listEvents, { cursor })).toEqual({
    events: [],
    next_cursor: cursor,
    has_more: false,
    last_seq: cursor,
  });
  const id = await launch('second', ['dan']);
  await call(pauseCampaign, { id });
  const news = await call(listEvents, { cursor });
  const expected = { campaign_id: id, at: '2026-03-04T09:00:00.000Z' };
  expect(news.events).toMatchObject([
    { seq: cursor + 1, kind: 'campaign.launched', ...expected },
    { seq: cursor + 2, kind: 'campaign.paused', ...expected },
  ]);
  expect(news).toMatchObject({ next_cursor: cursor + 2, has_more: false });
  expect(await call(listEvents, { cursor: 1_000_000 })).toMatchObject({
    events: [],
    next_cursor: cursor + 2,
    has_more: false,
  });
});

it('a filter that matches nothing stops after 10,000 events and offers a cursor', async () => {
  const last = (await call(listEvents, {})).last_seq;
  await fixture.db
    .insertInto('events')
    .values(
      Array.from({ length: 12_000 }, (_, n) => {
        const seq = last + 1 + n;
        return {
          workspace_id: fixture.workspaceId,
          seq,
          kind: 'message.sent',
          at: fixture.services.clock.now(),
          actor: 'engine',
        };
      }),
    )
    .execute();
  await fixture.db
    .updateTable('workspaces')
    .set({ event_seq: last + 12_000 })
    .where('id', '=', fixture.workspaceId)
    .execute();
  const first = await call(listEvents, { kind: ['campaign.completed'], cursor: last });
  expect(first).toMatchObject({ events: [], next_cursor: last + 10_000, has_more: true });
  expect(
    await call(listEvents, { kind: ['campaign.completed'], cursor: first.next_cursor }),
  ).toMatchObject({ has_more: false });
  expect(await call(listEvents, { kind: ['campaign.paused'], sort: 'newest' })).toMatchObject({
    events: [],
    has_more: true,
  });
});

it('a wrong filter is refused by its name, and another workspace sees no events', async () => {
  for (const [field, value] of [
    ['kind', ['sneezed']],
    ['campaign_id', 'x'],
    ['cursor', -1],
    ['sort', 'random'],
  ] as const)
    expect((await fail(listEvents, { [field]: value })).errors[0]!.pointer).toContain(field);
  const { body } = await testApi(fixture.services)
    .as({ workspaceId: fixture.live, memberId: fixture.memberId })
    .then((send) => send('GET /api/events?kind=message.sent&kind=campaign.paused'));
  expect(body).toMatchObject({ events: [], has_more: false });
});
