import { describe, expect, it } from 'vitest';
import { addWorkspace } from '../../fixtures/database.ts';
import { openTwoEmailDrafts } from './two-email-drafts.ts';

const { db, services, as, send, ok, draft } = await openTwoEmailDrafts();

describe('editing a message', () => {
  it('an edit is marked as made by hand, and a new text drops the HTML part', async () => {
    const { route, resolve, list } = await draft();
    await resolve();
    const [message] = await list();
    const edited = await ok(`PATCH ${route}`, {
      message_id: message!.id,
      subject: 'Mine',
      body_text: 'Text',
      body_html: '<p>Text</p>',
    });
    expect(edited.message).toMatchObject({
      id: message!.id,
      subject: 'Mine',
      body_text: 'Text',
      body_html: '<p>Text</p>',
      manually_edited: true,
    });
    expect(
      (await ok(`PATCH ${route}`, { message_id: message!.id, subject: 'Only this' })).message,
    ).toMatchObject({
      body_text: 'Text',
      body_html: '<p>Text</p>',
    });
    expect(
      (await ok(`PATCH ${route}`, { message_id: message!.id, body_text: 'Plain' })).message,
    ).toMatchObject({
      subject: 'Only this',
      body_html: null,
    });
  });

  it('an edit works in a running campaign until the message is reserved', async () => {
    const { id, route, resolve, list } = await draft();
    await resolve();
    await ok(`POST /api/campaigns/${id}/launch`);
    const [message] = await list();
    await ok(`PATCH ${route}`, { message_id: message!.id, body_text: 'Still mine' });
    await db
      .updateTable('messages')
      .set({ state: 'reserved' })
      .where('id', '=', message!.id)
      .execute();
    expect(
      await send(`PATCH ${route}`, { message_id: message!.id, body_text: 'Too late' }),
    ).toMatchObject({
      status: 400,
      body: { code: 'message.not_draft' },
    });
  });

  it.each([
    ['no field', {}],
    ['a line break in the subject', { subject: 'a\r\nBcc: x@example.com' }],
    ['an empty text', { body_text: '' }],
    ['a NUL character', { body_text: 'a\u0000' }],
  ])('an edit with %s is refused', async (_label, edit) => {
    const { route, resolve, list } = await draft();
    await resolve();
    expect(
      await send(`PATCH ${route}`, { message_id: (await list())[0]!.id, ...edit }),
    ).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' },
    });
  });

  it("an unknown message and another workspace's campaign are not found", async () => {
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
