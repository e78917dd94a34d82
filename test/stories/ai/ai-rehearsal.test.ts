import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { createSandboxSender } from '../../../src/operations/senders/create-sandbox.ts';
import { checkLaws } from '../../fixtures/engine.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T08:00:00Z' });
const { call } = fixture;

const people = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    email: `p${i}+never@people.test`,
    first_name: `P${i}`,
  }));
const opener = {
  type: 'ai',
  subject: 'Hello %first_name%',
  body: 'Hi %first_name%, &&a compliment&&',
  ai_node: { output_type: 'email' },
};
const follow = {
  type: 'ai',
  is_reply: true,
  ai_node: { output_type: 'email', purpose: 'Ask again.' },
};

it('a rehearsal of AI nodes sends exactly as forecast', async () => {
  const id = await launchIn(fixture, {
    name: 'Rehearsed',
    senders: 2,
    dailyLimit: 30,
    nodes: [opener, { type: 'delay', delay_days: 1 }, follow],
    people: people(100),
  });
  const forecast = await call(createForecast, { id });
  expect(forecast.assumptions).toContain(
    'The texts that a model writes are there before they are due.',
  );
  await advanceTo(fixture, '2026-03-12T00:00:00Z');
  const { rows } = await sql<{ date: string; sends: number }>`
    select to_char(sent_at at time zone 'America/New_York', 'YYYY-MM-DD') as date,
      count(*)::int as sends
    from messages where campaign_id = ${id} and state = 'sent'
    group by 1 order by 1`.execute(fixture.db);
  const expected = Object.entries(Object.groupBy(forecast.days, (day) => day.date)).map(
    ([date, days]) => {
      return { date, sends: days!.reduce((sum, day) => sum + day.sends, 0) };
    },
  );
  expect(rows).toEqual(expected);
  expect(rows.reduce((sum, row) => sum + row.sends, 0)).toBe(200);
  const { messages } = await call(listMessages, { id, status: 'sent', limit: 2 });
  expect(messages[0]).toMatchObject({
    subject: 'Hello P0',
    body_text: 'Hi P0, Rehearsed text for P0: a compliment',
    written_by: 'model',
  });
  expect(await call(listDrafts, { id })).toMatchObject({
    model: 'rehearsal',
    budget: null,
    failed: [],
  });
});

it('an AI invitation keeps the weekly limit and the length of a note', async () => {
  const account = await call(createSandboxSender, {
    type: 'linkedin',
    display_name: 'Sam',
    daily_limit: 300,
  });
  const { campaign } = await call(createCampaign, {
    type: 'linkedin',
    name: 'Invited',
    sender_account_ids: [account.account.id],
  });
  const { id } = campaign;
  const note = {
    type: 'ai',
    ai_node: { output_type: 'connection_request', purpose: 'Ask to connect.' },
  };
  const message = {
    type: 'ai',
    body: 'Thanks, %first_name%! &&one question&&',
    ai_node: { output_type: 'message' },
  };
  await call(updateCampaign, { id, sequence_nodes: [note, message, { type: 'end' }] });
  const prospects = Array.from({ length: 100 }, (_, i) => ({
    linkedin_url: `https://www.linkedin.com/in/p${i}+accept-1d`,
    first_name: `P${i}`,
  }));
  await call(addProspects, { id, prospects });
  await call(launchCampaign, { id });
  await advanceTo(fixture, '2026-03-18T00:00:00Z');
  const { rows } = await sql<{ touch: string; n: number; maxLength: number }>`
    select touch, count(*)::int as n, max(length(body_text)) as "maxLength"
    from messages where campaign_id = ${id} and state = 'sent' group by 1 order by 1`.execute(
    fixture.db,
  );
  expect(rows).toMatchObject([{ touch: 'connection_request', n: 80 }, { touch: 'message' }]);
  expect(rows[0]!.maxLength).toBeLessThanOrEqual(200);
  expect((await call(getCampaign, { id })).prospects_by_status).toMatchObject({ pending: 20 });
});

it('a rehearsal on X sends messages by a model', async () => {
  const { account } = await call(createSandboxSender, { type: 'x', display_name: 'Sam' });
  const { id } = (
    await call(createCampaign, { type: 'x', name: 'On X', sender_account_ids: [account.id] })
  ).campaign;
  const opening = {
    type: 'ai',
    body: 'Hi %first_name%! &&a compliment&&',
    ai_node: { output_type: 'message' },
  };
  const second = {
    type: 'ai',
    ai_node: { output_type: 'message', purpose: 'Ask for ten minutes.' },
  };
  await call(updateCampaign, {
    id,
    sequence_nodes: [opening, { type: 'delay', delay_days: 1 }, second, { type: 'end' }],
  });
  await call(addProspects, {
    id,
    prospects: [
      { x_handle: 'ann', first_name: 'Ann' },
      { x_handle: 'bo__reply_2h', first_name: 'Bo' },
    ],
  });
  await call(launchCampaign, { id });
  await advanceTo(fixture, '2026-03-25T00:00:00Z');
  expect((await call(getCampaign, { id })).prospects_by_status).toEqual({
    completed: 1,
    replied: 1,
  });
  const { messages } = await call(listMessages, { id, status: 'sent' });
  const texts = messages.map(({ subject, body_text, written_by }) => [
    subject,
    body_text,
    written_by,
  ]);
  expect(texts).toHaveLength(3);
  expect(
    texts.every(
      ([subject, text, by]) => subject === '' && text?.includes('Rehearsed text') && by === 'model',
    ),
  ).toBe(true);
  expect(texts.filter(([, text]) => text?.startsWith('Hi '))).toHaveLength(2);
});

it('generate_ai writes at once in a sandbox', async () => {
  const { campaign } = await call(createCampaign, { type: 'email', name: 'At once' });
  const { sequence_nodes } = await call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: [opener, { type: 'end' }],
  });
  await call(addProspects, { id: campaign.id, prospects: people(3) });
  const { drafting } = await call(generateMessages, {
    id: campaign.id,
    action: 'generate_ai',
    node_id: sequence_nodes[0]!.id,
  });
  expect(drafting).toMatchObject({ wanted: 3, queued: 3, budget: null });
  expect((await call(listMessages, { id: campaign.id })).messages).toHaveLength(3);
});

it('the workspace still keeps the laws', () => checkLaws(fixture.db, fixture.workspaceId));
