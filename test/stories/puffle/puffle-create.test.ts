import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as, anonymous } = testApi(services);
const send = await as(database);
const { ok, create } = campaignSteps(send, database);

describe('a new campaign', () => {
  it('is a draft with an email node and an end node', async () => {
    const answer = await send('POST /api/campaigns', { type: 'email', name: 'Seeded' });
    expect(answer.status).toBe(201);
    const campaign = answer.body.campaign as { id: string; sequence_nodes: unknown[] };
    expect(campaign).toMatchObject({ type: 'email', name: 'Seeded', status: 'draft' });
    expect(campaign.sequence_nodes).toMatchObject([
      { type: 'email', position: 0, campaign_id: campaign.id },
      { type: 'end', position: 1, campaign_id: campaign.id },
    ]);
  });

  it('of LinkedIn has a connection request and an end node', async () => {
    const campaign = await create({ type: 'linkedin' });
    expect(campaign.sequence_nodes).toMatchObject([
      { type: 'connection_request', position: 0 },
      { type: 'end', position: 1 },
    ]);
  });

  it('answers every documented field', async () => {
    const campaign = await create();
    const documented =
      'id user_id name daily_limit stop_on_reply open_tracking signature skip_other_campaigns ' +
      'operating_hours stats created_at updated_at sequence_nodes';
    for (const field of documented.split(' ')) expect(campaign).toHaveProperty(field);
    for (const field of ['id', 'campaign_id', 'position', 'subject', 'body'])
      expect(campaign.sequence_nodes[0]).toHaveProperty(field);
    expect(campaign.user_id).toBe(database.memberId);
    expect(campaign.created_at).toBe('2026-03-02T09:00:00.000Z');
  });

  it('takes the documented body', async () => {
    const sender = await addSender(db, database);
    const fields = {
      sender_account_ids: [sender],
      daily_limit: 123,
      stop_on_reply: false,
      open_tracking: true,
      signature: 'Best, %sender_first%',
    };
    const campaign = await create(fields);
    expect(campaign).toMatchObject({
      daily_limit: 123,
      stop_on_reply: false,
      open_tracking: true,
      signature: 'Best, %sender_first%',
    });
    expect(campaign.sender_accounts).toMatchObject([
      { id: sender, type: 'email', status: 'active', daily_limit: 30 },
    ]);
  });

  it('cannot be launched yet', async () => {
    const { id } = await create();
    const answer = await send(`POST /api/campaigns/${id}/launch`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'campaign.not_launchable' } });
  });

  it('tolerates unknown fields with a warning', async () => {
    const answer = await send('POST /api/campaigns', {
      type: 'email',
      name: 'With more',
      colour: 'red',
    });
    expect(answer).toMatchObject({ status: 201, body: { warnings: [{ pointer: '/colour' }] } });
    const strict = await send(
      'POST /api/campaigns',
      { type: 'email', name: 'Strictly', colour: 'red' },
      { prefer: 'handling=strict' },
    );
    expect(strict).toMatchObject({ status: 400, body: { code: 'request.ignored_field' } });
  });

  it('requires an API key', async () => {
    expect(await anonymous('POST /api/campaigns', { type: 'email', name: 'Nobody' })).toMatchObject(
      {
        status: 401,
        body: { code: 'auth.required' },
      },
    );
  });

  it.each([
    ['no type', { name: 'x' }, '/type'],
    ['an unknown type', { type: 'fax', name: 'x' }, '/type'],
    ['no name', { type: 'email' }, '/name'],
    ['a blank name', { type: 'email', name: ' ' }, '/name'],
    ['a NUL in the name', { type: 'email', name: 'a\u0000b' }, '/name'],
    [
      'a lone surrogate in the signature',
      '{"type":"email","name":"x","signature":"\\ud800"}',
      '/signature',
    ],
    ['a daily limit over 500', { type: 'email', name: 'x', daily_limit: 501 }, '/daily_limit'],
  ])('refuses %s with a 400 that names the field', async (_case, body, pointer) => {
    const answer = await send('POST /api/campaigns', body, { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

describe('the notes for agents', () => {
  it('a name that is taken is a 409 with a free name suggested', async () => {
    await create({ name: 'Q2 Enterprise Outreach' });
    const taken = await send('POST /api/campaigns', {
      type: 'email',
      name: 'Q2 Enterprise Outreach',
    });
    expect(taken).toMatchObject({
      status: 409,
      body: { code: 'campaign.name_taken', suggested_name: 'Q2 Enterprise Outreach (2)' },
    });
    expect(taken.body.error).toContain('"Q2 Enterprise Outreach (2)"');
    await create({ name: 'Q2 Enterprise Outreach (2)' });
    const again = await send('POST /api/campaigns', {
      type: 'email',
      name: 'Q2 Enterprise Outreach (2)',
    });
    expect(again.body.suggested_name).toBe('Q2 Enterprise Outreach (3)');
  });

  it('another workspace can use the same name', async () => {
    const other = await as(await addWorkspace(db, services.clock.now()));
    await create({ name: 'Shared name' });
    expect(
      await other('POST /api/campaigns', { type: 'email', name: 'Shared name' }),
    ).toMatchObject({ status: 201 });
  });

  it('one of ten simultaneous campaigns with one name is made and nine are a 409', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        send('POST /api/campaigns', { type: 'email', name: 'Raced' }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(9).fill(409)]);
  });

  it('LinkedIn fields on an email campaign are ignored', async () => {
    const answer = await send('POST /api/campaigns', {
      type: 'email',
      name: 'Foreign 1',
      connection_timeout_days: 20,
      operating_hours: { 1: { start: 540, end: 1020 } },
    });
    expect(answer).toMatchObject({
      status: 201,
      body: { campaign: { connection_timeout_days: null, operating_hours: null } },
    });
    expect(answer.body.warnings).toMatchObject([
      { pointer: '/operating_hours', message: expect.stringContaining('PATCH') },
      { pointer: '/connection_timeout_days' },
    ]);
  });

  it('email fields on a LinkedIn campaign are ignored', async () => {
    const foreign = { daily_limit: 0, stop_on_reply: 'yes', open_tracking: null, signature: 'x' };
    const own = { skip_other_campaigns: true, operating_hours: { '1': { start: 540, end: 1020 } } };
    const campaign = await create({ type: 'linkedin', ...foreign, ...own });
    expect(campaign).toMatchObject({
      daily_limit: null,
      stop_on_reply: null,
      open_tracking: null,
      signature: null,
      ...own,
    });
    expect(campaign).toMatchObject({ sequence_nodes: [{ include_message: false }, {}] });
  });

  it('the default email has an empty subject and an empty body', async () => {
    expect((await create()).sequence_nodes[0]).toMatchObject({ subject: '', body: '' });
  });

  it('a launch needs a subject and a body', async () => {
    const sender = await addSender(db, database);
    const { id } = await create({ sender_account_ids: [sender] });
    await addPeople(db, database, id, [{ first_name: 'Jane', email: 'jane@example.com' }]);
    const empty = await send(`POST /api/campaigns/${id}/launch`);
    expect(empty).toMatchObject({
      status: 400,
      body: {
        errors: [{ pointer: '/sequence_nodes/0/subject' }, { pointer: '/sequence_nodes/0/body' }],
      },
    });
    await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'Hello' }, { type: 'end' }],
    });
    expect(await ok(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      success: true,
      status: 'active',
      prospectsToProcess: 1,
    });
  });

  it.each([
    ['email', 'linkedin'],
    ['linkedin', 'email'],
  ])('a %s sender on a %s campaign is refused with a 400', async (senderType, type) => {
    const fitting = await addSender(db, database, { type });
    const sender = await addSender(db, database, { type: senderType });
    const answer = await send('POST /api/campaigns', {
      type,
      name: `Mismatch ${type}`,
      sender_account_ids: [fitting, sender],
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'campaign.sender_mismatch', errors: [{ pointer: '/sender_account_ids/1' }] },
    });
  });

  it('a sender of another workspace is refused with a 400 and named by its index', async () => {
    const foreign = await addSender(db, await addWorkspace(db, services.clock.now()));
    const answer = await send('POST /api/campaigns', {
      type: 'email',
      name: 'Foreign sender',
      sender_account_ids: [foreign],
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/sender_account_ids/0', code: 'sender.not_found' }] },
    });
  });

  it('a new campaign has no leads and stats of nothing', async () => {
    const { id } = await create();
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
      campaign: { stats: { total: 0, sent: 0, contacted: 0, messages_sent: 0 } },
      prospects_by_status: {},
      prospects_by_node: {},
    });
  });

  it('a campaign without leads completes at its launch', async () => {
    const { id } = await create({ sender_account_ids: [await addSender(db, database)] });
    await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'Hello' }, { type: 'end' }],
    });
    expect(await ok(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      success: true,
      status: 'completed',
      prospectsToProcess: 0,
    });
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
      campaign: {
        status: 'completed',
        completed_at: '2026-03-02T09:00:00.000Z',
        stats: { total: 0 },
      },
    });
  });
});

it('a campaign is created, filled, confirmed and launched in the usual order', async () => {
  const { id } = await create({ sender_account_ids: [await addSender(db, database)] });
  await ok(`PATCH /api/campaigns/${id}`, {
    sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'Hello' }, { type: 'end' }],
  });
  await addPeople(db, database, id, [{ email: 'a@example.com' }, { email: 'b@example.com' }]);
  expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
    campaign: { sender_accounts: [{ status: 'active' }], stats: { total: 2, pending: 2 } },
    sequence_nodes: [{ subject: 'Hi' }, { type: 'end' }],
    prospects_by_status: { pending: 2 },
    prospects_by_node: { __none__: { pending: 2 } },
  });
  expect(await ok(`POST /api/campaigns/${id}/launch`)).toMatchObject({
    success: true,
    message: 'Campaign launch started',
    prospectsToProcess: 2,
  });
  const lane = await db
    .selectFrom('lanes')
    .selectAll()
    .where('next_at', '=', services.clock.now())
    .executeTakeFirst();
  expect(lane).toMatchObject({ because: 'planning' });
});
