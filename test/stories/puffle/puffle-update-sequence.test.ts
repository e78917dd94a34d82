import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const send = await testApi(database.services).as(database);
const { ok, create } = campaignSteps(send, database);

const email = { type: 'email', subject: 'Hi', body: 'Hello' };
const end = { type: 'end' };

describe('an update of the sequence', () => {
  it('replaces the whole sequence and counts positions in the order of the array', async () => {
    const { id, sequence_nodes } = await create();
    const first = {
      id: sequence_nodes[0]!.id,
      type: 'email',
      subject: 'One',
      body: '1',
      position: 7,
    };
    const { sequence_nodes: written } = await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [
        { ...email, position: 99 },
        { type: 'delay', delay_hours: 2, position: 0 },
        first,
        end,
      ],
    });
    expect(written).toMatchObject([
      { position: 0, type: 'email', subject: 'Hi' },
      { position: 1, type: 'delay', delay_hours: 2 },
      { position: 2, type: 'email', subject: 'One', id: first.id },
      { position: 3, type: 'end' },
    ]);
    expect((await ok(`GET /api/campaigns/${id}`)).sequence_nodes).toEqual(written);
  });

  it('takes nodes back as they were answered', async () => {
    const { id } = await create();
    const { sequence_nodes } = await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [email, { type: 'delay', delay_days: 2 }, email, end],
    });
    const answer = await ok(`PATCH /api/campaigns/${id}`, { sequence_nodes });
    expect(answer.sequence_nodes).toEqual(sequence_nodes);
    expect(answer.warnings).toBeUndefined();
  });

  it('refuses a sequence without an end node with a 400', async () => {
    const { id, sequence_nodes } = await create();
    const answer = await send(`PATCH /api/campaigns/${id}`, { sequence_nodes: [email] });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'sequence.invalid', errors: [{ code: 'end_missing' }] },
    });
    expect((await ok(`GET /api/campaigns/${id}`)).sequence_nodes).toEqual(sequence_nodes);
  });

  it('refuses a node of the other channel with a 400 that names its index', async () => {
    const { id } = await create();
    const answer = await send(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [email, { type: 'connection_request' }, end],
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/sequence_nodes/1/type' }] },
    });
  });
});

describe('the length of a delay', () => {
  it.each([
    ['nothing', {}],
    ['more than 30 days', { delay_days: 29, delay_hours: 23, delay_minutes: 61 }],
    ['an enormous number', { delay_days: 4503599627370495 }],
  ])('%s is refused with a 400 and changes nothing', async (_case, delay) => {
    const { id, name, sequence_nodes } = await create();
    const answer = await send(`PATCH /api/campaigns/${id}`, {
      name: 'Not taken over',
      daily_limit: 9,
      sequence_nodes: [email, { type: 'delay', ...delay }, email, end],
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'sequence.invalid',
        errors: [{ pointer: expect.stringContaining('/sequence_nodes/1/') }],
      },
    });
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
      campaign: { name, daily_limit: null },
      sequence_nodes,
    });
  });

  it.each([
    { delay_minutes: 1 },
    { delay_days: 30 },
    { delay_days: 29, delay_hours: 23, delay_minutes: 60 },
  ])('%j is accepted between 1 minute and 30 days', async (delay) => {
    const { id } = await create();
    await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [email, { type: 'delay', ...delay }, email, end],
    });
  });
});
