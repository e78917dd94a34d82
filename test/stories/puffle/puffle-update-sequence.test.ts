import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const send = await testApi(database.services).as(database);
const { ok, create } = campaignSteps(send, database);

const email = { type: 'email', subject: 'Hi', body: 'Hello' };
const end = { type: 'end' };

describe('"Sequence upsert semantics"', () => {
  it('"the server replaces the entire sequence. Positions are normalized to match array order"', async () => {
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

  it('nodes can be sent back as they were answered', async () => {
    const { id } = await create();
    const { sequence_nodes } = await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [email, { type: 'delay', delay_days: 2 }, email, end],
    });
    const answer = await ok(`PATCH /api/campaigns/${id}`, { sequence_nodes });
    expect(answer.sequence_nodes).toEqual(sequence_nodes);
    expect(answer.warnings).toBeUndefined();
  });

  it('"Include every node you want to keep, including end": a sequence without end is 400', async () => {
    const { id, sequence_nodes } = await create();
    const answer = await send(`PATCH /api/campaigns/${id}`, { sequence_nodes: [email] });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'sequence.invalid', errors: [{ code: 'end_missing' }] },
    });
    expect((await ok(`GET /api/campaigns/${id}`)).sequence_nodes).toEqual(sequence_nodes);
  });

  it('a node of the other channel is 400, named by its index', async () => {
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

describe('"Delay validation"', () => {
  it.each([
    ['nothing', {}],
    ['more than 30 days', { delay_days: 29, delay_hours: 23, delay_minutes: 61 }],
    ['an enormous number', { delay_days: 4503599627370495 }],
  ])('%s "fails cleanly with 400 and no partial state"', async (_what, delay) => {
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
  ])('%j is within 1 minute and 30 days', async (delay) => {
    const { id } = await create();
    await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [email, { type: 'delay', ...delay }, email, end],
    });
  });
});
