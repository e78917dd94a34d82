import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, createReady } = campaignSteps(send, database);

type Message = {
  id: string;
  prospect_id: string;
  node_id: string;
  subject: string;
  body_text: string;
  status: string;
  manually_edited: boolean;
};

/** A draft of two emails, the second a reply, for Jane and Sam. */
async function draft() {
  const { id, person: jane } = await createReady({ signature: '-- \n%sender_first%' });
  await ok(`POST /api/campaigns/${id}/sequence/nodes`, { type: 'delay', delay_days: 1 });
  await ok(`POST /api/campaigns/${id}/sequence/nodes`, {
    type: 'email',
    body: 'Any news from %company|your team%?',
    is_reply: true,
  });
  const [sam] = await addPeople(db, database, id, [{ first_name: 'Sam', company: 'Acme' }]);
  const route = `/api/campaigns/${id}/generate-messages`;
  const list = async (query = '') => (await ok(`GET ${route}${query}`)).messages as Message[];
  return {
    id,
    route,
    jane,
    sam: sam!,
    list,
    resolve: (body: object = { action: 'resolve' }) => ok(`POST ${route}`, body),
  };
}

describe('resolve', () => {
  it('"resolves %variables% for every non-AI sendable node × every lead"', async () => {
    const { resolve, jane, sam } = await draft();
    const { messages, ...rest } = await resolve();
    expect(rest).toEqual({ resolved: 4, missing: [], missing_count: 0 });
    const texts = (messages as Message[]).map(({ prospect_id, subject, body_text, status }) => [
      prospect_id,
      subject,
      body_text,
      status,
    ]);
    expect(texts).toEqual([
      [jane, 'Hi Jane', 'Hello Jane\n\n-- \nAda', 'draft'],
      [jane, 'Re: Hi Jane', 'Any news from your team?\n\n-- \nAda', 'draft'],
      [sam, 'Hi Sam', 'Hello Sam\n\n-- \nAda', 'draft'],
      [sam, 'Re: Hi Sam', 'Any news from Acme?\n\n-- \nAda', 'draft'],
    ]);
  });

  it('is what happens without an action, as the command line sends it', async () => {
    const { resolve } = await draft();
    expect(await resolve({})).toMatchObject({ resolved: 4 });
  });

  it('"manually_edited rows are kept; unedited ones follow the template"', async () => {
    const { id, route, resolve, list } = await draft();
    await resolve();
    const [edited, other] = await list();
    await ok(`PATCH ${route}`, { message_id: edited!.id, body_text: 'By hand' });
    const { sequence_nodes } = (await ok(`GET /api/campaigns/${id}`)) as {
      sequence_nodes: { id: string }[];
    };
    for (const index of [0, 2])
      await ok(`PUT /api/campaigns/${id}/sequence/nodes/${sequence_nodes[index]!.id}`, {
        body: 'New text',
      });
    expect(await resolve()).toMatchObject({ resolved: 3 });
    const after = await list();
    expect(after).toHaveLength(4);
    expect(after.find((message) => message.id === edited!.id)).toMatchObject({
      body_text: 'By hand',
      manually_edited: true,
    });
    expect(after.find((message) => message.id === other!.id)).toMatchObject({
      body_text: expect.stringContaining('New text'),
      manually_edited: false,
    });
  });

  it('"Safe to re-run; re-run after adding leads"', async () => {
    const { id, resolve } = await draft();
    await resolve();
    await addPeople(db, database, id, [{ first_name: 'Kim' }]);
    const { messages } = await resolve();
    expect(messages).toHaveLength(6);
  });

  it('says of a person what is missing, writes no half message, and drops a draft that cannot be rendered any more', async () => {
    const { id, resolve, jane, sam } = await draft();
    await resolve();
    await db.updateTable('prospects').set({ first_name: null }).where('id', '=', sam).execute();
    const { messages, missing, missing_count } = await resolve();
    expect(missing).toMatchObject([
      { prospect_id: sam, reason: 'missing_variable', variables: ['first_name'] },
      { prospect_id: sam, reason: 'no_subject', variables: ['subject'] },
    ]);
    expect(missing_count).toBe(2);
    expect((messages as Message[]).map((message) => message.prospect_id)).toEqual([jane, jane]);
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toMatchObject({
      ready: true,
      checks: { messages_generated: true, message_count: 2 },
    });
  });

  it('covers a roster of several batches', async () => {
    const { id, resolve } = await draft();
    await addPeople(
      db,
      database,
      id,
      Array.from({ length: 1100 }, (_, index) => ({ first_name: `P${index}` })),
    );
    const { resolved, messages } = await resolve();
    expect({ resolved, shown: (messages as Message[]).length }).toEqual({
      resolved: 2204,
      shown: 1000,
    });
  });

  it('is for draft campaigns only', async () => {
    const { id, route } = await draft();
    await ok(`POST /api/campaigns/${id}/launch`);
    expect(await send(`POST ${route}`, { action: 'resolve' })).toMatchObject({
      status: 400,
      body: { code: 'campaign.not_draft' },
    });
  });
});

it('generate_ai says that AI is not set up', async () => {
  const { route } = await draft();
  expect(
    await send(`POST ${route}`, { action: 'generate_ai', node_id: services.newId() }),
  ).toMatchObject({
    status: 400,
    body: { code: 'ai.not_set_up' },
  });
});

describe('list', () => {
  it('"status draft(default)|pending|sent|all": a reserved message is pending', async () => {
    const { resolve, list } = await draft();
    await resolve();
    const [one, two] = await list();
    await db.updateTable('messages').set({ state: 'reserved' }).where('id', '=', one!.id).execute();
    await db
      .updateTable('messages')
      .set({ state: 'sent', sent_at: services.clock.now() })
      .where('id', '=', two!.id)
      .execute();
    expect(await list()).toHaveLength(2);
    expect(await list('?status=pending')).toMatchObject([{ id: one!.id, status: 'pending' }]);
    expect(await list('?status=sent')).toMatchObject([
      { id: two!.id, status: 'sent', sent_at: '2026-03-02T09:00:00.000Z' },
    ]);
    expect(await list('?status=all')).toHaveLength(4);
  });

  it('"With prospect_id, inbound replies are merged in"', async () => {
    const { id, resolve, list, jane } = await draft();
    await resolve();
    const reply = {
      workspace_id: database.workspaceId,
      id: services.newId(),
      source_key: 'INBOX/1/1',
      received_at: services.clock.now(),
      campaign_id: id,
      prospect_id: jane,
    };
    const sender = await db
      .selectFrom('campaign_senders')
      .select('sender_id')
      .where('campaign_id', '=', id)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('inbound_messages')
      .values({
        ...reply,
        ...sender,
        subject: 'Re: Hi Jane',
        body_text: 'Yes!',
        headers: '{}',
        facts: '{}',
      })
      .execute();
    expect(await list(`?prospect_id=${jane}`)).toMatchObject([
      { prospect_id: jane, direction: 'outbound' },
      { prospect_id: jane, direction: 'outbound' },
      {
        prospect_id: jane,
        direction: 'inbound',
        subject: 'Re: Hi Jane',
        body_text: 'Yes!',
        status: 'received',
      },
    ]);
    expect(await list()).toHaveLength(4);
  });

  it('goes on page by page', async () => {
    const { route, resolve, list } = await draft();
    await resolve();
    const all = await list();
    const first = await ok(`GET ${route}?limit=3`);
    expect(first.messages).toEqual(all.slice(0, 3));
    expect(await ok(`GET ${route}?limit=3&cursor=${first.next_cursor}`)).toEqual({
      messages: all.slice(3),
      next_cursor: null,
    });
  });
});

describe('edit', () => {
  it('"Sets manually_edited", and a new text replaces the HTML part', async () => {
    const { route, resolve, list } = await draft();
    await resolve();
    const [one] = await list();
    const edited = await ok(`PATCH ${route}`, {
      message_id: one!.id,
      subject: 'Mine',
      body_text: 'Text',
      body_html: '<p>Text</p>',
    });
    expect(edited.message).toMatchObject({
      id: one!.id,
      subject: 'Mine',
      body_text: 'Text',
      body_html: '<p>Text</p>',
      manually_edited: true,
    });
    expect(
      (await ok(`PATCH ${route}`, { message_id: one!.id, subject: 'Only this' })).message,
    ).toMatchObject({
      body_text: 'Text',
      body_html: '<p>Text</p>',
    });
    expect(
      (await ok(`PATCH ${route}`, { message_id: one!.id, body_text: 'Plain' })).message,
    ).toMatchObject({
      subject: 'Only this',
      body_html: null,
    });
  });

  it('works in a running campaign while the message is a draft, and "draft messages only"', async () => {
    const { id, route, resolve, list } = await draft();
    await resolve();
    await ok(`POST /api/campaigns/${id}/launch`);
    const [one] = await list();
    await ok(`PATCH ${route}`, { message_id: one!.id, body_text: 'Still mine' });
    await db.updateTable('messages').set({ state: 'reserved' }).where('id', '=', one!.id).execute();
    expect(
      await send(`PATCH ${route}`, { message_id: one!.id, body_text: 'Too late' }),
    ).toMatchObject({
      status: 400,
      body: { code: 'message.not_draft' },
    });
  });

  it.each([
    ['nothing to change', {}],
    ['a line break in the subject', { subject: 'a\r\nBcc: x@example.com' }],
    ['an empty text', { body_text: '' }],
    ['a NUL', { body_text: 'a\u0000' }],
  ])('%s is 400', async (_what, edit) => {
    const { route, resolve, list } = await draft();
    await resolve();
    expect(
      await send(`PATCH ${route}`, { message_id: (await list())[0]!.id, ...edit }),
    ).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' },
    });
  });

  it("an unknown message is 404, as is another workspace's campaign", async () => {
    const { route } = await draft();
    expect(
      await send(`PATCH ${route}`, { message_id: services.newId(), subject: 'x' }),
    ).toMatchObject({
      status: 404,
      body: { code: 'message.not_found' },
    });
    const other = await as(await addWorkspace(db, services.clock.now()));
    expect(await other(`GET ${route}`)).toMatchObject({ status: 404 });
    expect(await other(`POST ${route}`, {})).toMatchObject({ status: 404 });
    expect(
      await other(`PATCH ${route}`, { message_id: services.newId(), subject: 'x' }),
    ).toMatchObject({ status: 404 });
  });
});
