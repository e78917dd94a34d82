import { describe, expect, it } from 'vitest';
import { segmentsOf } from '../../../src/domain/texts/segment.ts';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, dashed, inboxSteps, twoSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x'), idleChannel('email')] });
const { services } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail, create, createReady } = inboxSteps(send, database);
const own = campaignSteps(send, database);

type Sequence = {
  version: number;
  steps: { id: string; rank: number; type: string; data: Record<string, unknown> }[];
};
const put = async (id: string, steps: unknown[]) =>
  (await ok(`PUT /campaigns/v2/${id}/sequence`, { steps })) as Sequence;
const message = (...segments: unknown[]) => ({ type: 'message', data: { segments } });
const variable = (name: string, fallback: string | null = null) => ({
  type: 'variable' as const,
  name,
  fallback,
});
const fixed = (text: string) => ({ type: 'static', text });

describe('Update sequence', () => {
  it('replaces every step in a new version and keeps the older versions', async () => {
    const { id } = await create();
    expect(await put(id, [message(fixed('one'))])).toMatchObject({ version: 2 });
    expect(await put(id, [message(fixed('two'))])).toMatchObject({
      version: 3,
      steps: [{ data: { segments: [fixed('two')] } }],
    });
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({ sequence: { version: 3 } });
    expect(
      (await own.ok(`GET /api/campaigns/${dashed(id)}/revisions/2`)).sequence_nodes,
    ).toMatchObject([{ body: 'one' }, { type: 'end' }]);
  });

  it('gives the steps ids and ranks in their order', async () => {
    const { id } = await create();
    const sequence = await put(id, twoSteps);
    expect(sequence).toEqual({
      version: 2,
      steps: twoSteps.map((step, rank) => ({
        ...step,
        id: expect.stringMatching(/^[0-9a-z]+$/),
        rank,
      })),
    });
    expect((await ok(`GET /campaigns/v2/${id}`)).sequence).toEqual(sequence);
  });

  it('keeps the steps when a read sequence is put back, with or without ids', async () => {
    const { id } = await create();
    const odd = [
      message(fixed('100% sure of 50%% '), {
        type: 'variation',
        options: ['a', [{ type: 'variable', name: 'company', fallback: null }]],
      }),
    ];
    const { steps } = await put(id, [...twoSteps, ...odd]);
    for (const again of [steps, steps.map(({ type, data }) => ({ type, data }))])
      expect((await put(id, again)).steps.map((step) => step.id)).toEqual(
        steps.map((step) => step.id),
      );
    await own.ok(`PATCH /api/campaigns/${dashed(id)}`, {
      sequence_nodes: [{ type: 'message', body: '100%% sure, %first_name%' }, { type: 'end' }],
    });
    const [step] = ((await ok(`GET /campaigns/v2/${id}`)).sequence as Sequence).steps;
    await put(id, [{ type: step!.type, data: step!.data }]);
    const { sequence_nodes: nodes } = await own.ok(`GET /api/campaigns/${dashed(id)}`);
    expect(nodes).toMatchObject([
      { id: dashed(step!.id), body: '100%% sure, %first_name%' },
      { type: 'end' },
    ]);
  });

  it('keeps the leads of a step whose text changes, even while the campaign runs', async () => {
    const { id } = await createReady(['jane', 'sam']);
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    const { sequence } = await ok(`GET /campaigns/v2/${id}`);
    const [first, ...rest] = (sequence as Sequence).steps;
    const { version, steps } = await put(id, [
      { ...first, data: { segments: [fixed('Hello')] } },
      ...rest,
    ]);
    expect(version).toBe((sequence as Sequence).version + 1);
    expect(steps[0]).toMatchObject({ id: first!.id, data: { segments: [fixed('Hello')] } });
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
      status: 'active',
      targetsCount: 2,
    });
    expect(await fail(`PUT /campaigns/v2/${id}/sequence`, { steps: [] })).toMatchObject({
      status: 400,
      code: 'SEQUENCE_INVALID',
    });
  });

  it.each([
    [
      { delaySeconds: 86_400, unit: 'days' },
      { delay_days: 1, delay_hours: 0, delay_minutes: 0 },
    ],
    [
      { delaySeconds: 86_400, unit: 'hours' },
      { delay_days: 0, delay_hours: 24, delay_minutes: 0 },
    ],
    [
      { delaySeconds: 129_600, unit: 'days' },
      { delay_days: 1, delay_hours: 12, delay_minutes: 0 },
    ],
    [
      { delaySeconds: 30, unit: 'seconds' },
      { delay_days: 0, delay_hours: 0, delay_minutes: 0, delay_seconds: 30 },
    ],
    [
      { delaySeconds: 0, unit: 'minutes' },
      { delay_days: 0, delay_hours: 0, delay_minutes: 0, delay_seconds: 0 },
    ],
    [
      { delaySeconds: 1_209_600, unit: 'weeks' },
      { delay_days: 14, delay_hours: 0, delay_minutes: 0 },
    ],
    [
      { delaySeconds: 31_536_000, unit: 'year' },
      { delay_days: 365, delay_hours: 0, delay_minutes: 0, delay_unit: 'year' },
    ],
    [
      { delaySeconds: 5_400, unit: 'minutes' },
      { delay_days: 0, delay_hours: 0, delay_minutes: 90 },
    ],
  ])('stores a delay of %j as seconds with a display unit', async (data, node) => {
    const { id } = await create();
    expect((await put(id, [{ type: 'delay', data }])).steps).toMatchObject([{ data }]);
    expect((await own.ok(`GET /api/campaigns/${dashed(id)}`)).sequence_nodes).toMatchObject([
      node,
      { type: 'end' },
    ]);
  });

  it.each([
    ['an unknown step type', { type: 'like-tweet', data: {} }],
    ['a message without segments', { type: 'message', data: {} }],
    ['a message with a delay', { type: 'message', data: { segments: [], delaySeconds: 60 } }],
    ['a delay without its length', { type: 'delay', data: { unit: 'days' } }],
    ['a delay of half a second', { type: 'delay', data: { delaySeconds: 0.5 } }],
    ['a delay of more than a year', { type: 'delay', data: { delaySeconds: 86_400 * 366 } }],
    ['a segment of no type', message({ type: 'emoji', text: 'x' })],
    ['an unknown variable', message({ type: 'variable', name: 'shoe-size', fallback: 'x' })],
    [
      'a fallback of two lines',
      message({ type: 'variable', name: 'first-name', fallback: 'a\nb' }),
    ],
    ['a variation without options', message({ type: 'variation', options: [] })],
    [
      'a variation in a variation',
      message({ type: 'variation', options: [[{ type: 'variation', options: ['a'] }]] }),
    ],
  ])('refuses %s with a 400 and changes nothing', async (_name, step) => {
    const { id } = await create();
    expect(await fail(`PUT /campaigns/v2/${id}/sequence`, { steps: [step] })).toMatchObject({
      status: 400,
    });
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
      sequence: { version: 1, steps: [] },
    });
  });

  it('fills in known variables and custom columns', async () => {
    const { id } = await create();
    const { id: column } = await ok(`POST /campaigns/v2/${id}/columns`, { name: 'City' });
    await put(id, [
      message(
        variable('first-name', 'you'),
        fixed(' in '),
        variable(String(column)),
        fixed(' @'),
        variable('username'),
      ),
    ]);
    await ok(`POST /campaigns/v2/${id}/leads`, {
      leads: [{ username: 'Jane', data: { [String(column)]: 'Ulm' } }],
    });
    const { messages } = await own.ok(`POST /api/campaigns/${dashed(id)}/generate-messages`, {
      action: 'resolve',
    });
    expect(messages).toMatchObject([{ body_text: 'you in Ulm @jane' }]);
  });

  it('shows in drafts the variation that each lead gets', async () => {
    const { id } = await create();
    const options = ['Hi', 'Hello', [variable('username', null), fixed('!')]];
    await put(id, [message({ type: 'variation', options })]);
    const usernames = Array.from({ length: 60 }, (_, index) => `user${index}`);
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames });
    const resolve = async () =>
      (await own.ok(`POST /api/campaigns/${dashed(id)}/generate-messages`, { action: 'resolve' }))
        .messages as { body_text: string }[];
    const texts = (await resolve()).map((message) => message.body_text);
    expect((await resolve()).map((message) => message.body_text)).toEqual(texts);
    expect(new Set(texts.map((text) => (text.startsWith('user') ? 'named' : text)))).toEqual(
      new Set(['Hi', 'Hello', 'named']),
    );
    const { sequence_nodes: nodes } = await own.ok(`GET /api/campaigns/${dashed(id)}`);
    expect(segmentsOf((nodes as { body: string }[])[0]!.body)).toEqual([
      { type: 'variation', options },
    ]);
  });

  it('refuses a launch when any option of a variation is faulty', async () => {
    const { id } = await create();
    await put(id, [message({ type: 'variation', options: ['Hi', ' '] })]);
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['jane'] });
    expect(await fail(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      message: expect.stringContaining('wordings'),
    });
    await put(id, [message({ type: 'variation', options: ['Hi', 'Hi {{name}}'] })]);
    expect(await fail(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      message: expect.stringContaining('{{'),
    });
  });
});

describe('the own API', () => {
  it('shows and launches a campaign that was made through the API of Inbox', async () => {
    const { id } = await createReady(['jane', 'sam']);
    const { campaign, sequence_nodes: nodes } = await own.ok(`GET /api/campaigns/${dashed(id)}`);
    expect(campaign).toMatchObject({
      type: 'x',
      roster: 'open',
      stats: { total: 2 },
      hourly_limit: 8,
    });
    expect(nodes).toMatchObject([
      { type: 'message', body: 'Hi %first_name|there%' },
      { type: 'delay', delay_days: 1 },
      { type: 'message' },
      { type: 'end' },
    ]);
    await own.ok(`POST /api/campaigns/${dashed(id)}/launch`);
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({ status: 'active', enabled: true });
  });

  it('makes email campaigns whose steps the API of Inbox shows and takes back', async () => {
    const { id } = await own.createReady();
    const campaign = await ok(`GET /campaigns/v2/${bare(id)}`);
    expect(campaign).toMatchObject({
      status: 'draft',
      hourlyMessageRate: 25,
      sequence: {
        steps: [
          {
            type: 'email',
            data: { subject: [{ type: 'static' }, { type: 'variable', name: 'first-name' }] },
          },
        ],
      },
    });
    const { steps } = campaign.sequence as { steps: unknown[] };
    expect(await ok(`PUT /campaigns/v2/${bare(id)}/sequence`, { steps })).toMatchObject({
      version: 2,
      steps,
    });
    expect(await fail(`PUT /campaigns/v2/${bare(id)}/sequence`, { steps: twoSteps })).toMatchObject(
      {
        status: 400,
        code: 'SEQUENCE_INVALID',
      },
    );
    expect(await ok(`GET /campaigns/${bare(id)}`)).toMatchObject({ id: bare(id) });
  });
});
