import { describe, expect, it } from 'vitest';
import { addPeople } from '../../factories/rows.ts';
import { type Message, openTwoEmailDrafts } from './two-email-drafts.ts';

const { database, db, services, send, ok, draft } = await openTwoEmailDrafts();

describe('resolve', () => {
  it('resolve renders each email of the sequence for each prospect', async () => {
    const { resolve, jane, sam } = await draft();
    const { messages, ...rest } = await resolve();
    expect(rest).toEqual({ resolved: 4, missing: [], missing_count: 0, next_cursor: null });
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

  it('a call without an action resolves the messages', async () => {
    const { resolve } = await draft();
    expect(await resolve({})).toMatchObject({ resolved: 4 });
  });

  it('resolve keeps a message edited by hand and renders the others anew', async () => {
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

  it('resolve can run again and covers prospects that were added since', async () => {
    const { id, resolve } = await draft();
    await resolve();
    await addPeople(db, database, id, [{ first_name: 'Kim' }]);
    const { messages } = await resolve();
    expect(messages).toHaveLength(6);
  });

  it('resolve reports missing values and drops a draft that no longer renders', async () => {
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

  it('resolve covers a roster of several batches', async () => {
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
      shown: 2204,
    });
  });

  it('resolve is refused once the campaign is launched', async () => {
    const { id, route } = await draft();
    await ok(`POST /api/campaigns/${id}/launch`);
    expect(await send(`POST ${route}`, { action: 'resolve' })).toMatchObject({
      status: 400,
      body: { code: 'campaign.not_draft' },
    });
  });
});

it('generate_ai is refused when no model is set up', async () => {
  const { route } = await draft();
  expect(
    await send(`POST ${route}`, { action: 'generate_ai', node_id: services.newId() }),
  ).toMatchObject({
    status: 400,
    body: { code: 'ai.not_set_up' },
  });
});

describe('the list of messages', () => {
  it('the list shows drafts unless another status is named', async () => {
    const { resolve, list } = await draft();
    await resolve();
    const [pending, sent] = await list();
    await db
      .updateTable('messages')
      .set({ state: 'reserved' })
      .where('id', '=', pending!.id)
      .execute();
    await db
      .updateTable('messages')
      .set({ state: 'sent', sent_at: services.clock.now() })
      .where('id', '=', sent!.id)
      .execute();
    expect(await list()).toHaveLength(2);
    expect(await list('?status=pending')).toMatchObject([{ id: pending!.id, status: 'pending' }]);
    expect(await list('?status=sent')).toMatchObject([
      { id: sent!.id, status: 'sent', sent_at: '2026-03-02T09:00:00.000Z' },
    ]);
    expect(await list('?status=all')).toHaveLength(4);
  });

  it('the list of one prospect includes its replies', async () => {
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

  it('the list continues at its cursor', async () => {
    const { route, resolve, list } = await draft();
    await resolve();
    const all = await list();
    const first = await ok(`GET ${route}?limit=2`);
    expect(first.messages).toEqual(all.slice(0, 2));
    expect(await ok(`GET ${route}?limit=2&cursor=${first.next_cursor}`)).toEqual({
      messages: all.slice(2),
      next_cursor: null,
    });
  });
});
