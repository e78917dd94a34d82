import { describe, expect, it } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { createThread } from '../../../src/operations/threads/create.ts';
import { getThread } from '../../../src/operations/threads/get.ts';
import { listThreads } from '../../../src/operations/threads/list.ts';
import { markNotAReply } from '../../../src/operations/threads/not-a-reply.ts';
import { resendThreadMessage } from '../../../src/operations/threads/resend.ts';
import { sendThreadMessage } from '../../../src/operations/threads/send.ts';
import { settleThreadMessage } from '../../../src/operations/threads/settle.ts';
import { updateThread } from '../../../src/operations/threads/update.ts';
import { openContacted } from '../../fixtures/email.ts';
import { mail, report } from '../../fixtures/mails.ts';

const { t, contacted } = await openContacted();
const { call, fail, sink } = t;

/** A person that got a first mail and answered it. Returns their thread. */
async function answered(body = 'Sounds good, call me.') {
  const one = await contacted();
  await t.deliver(one.sender, mail({ from: one.address, key: one.key, body }));
  await t.readInboxes();
  const thread = await threadWith(one.address);
  return { ...one, thread };
}

const threadWith = async (address: string) =>
  (await call(listThreads, { view: 'all', participant_email: address })).threads[0]!;
const show = (id: string) => call(getThread, { id });
const mailsTo = (address: string) => sink.messages.filter(({ to }) => to[0] === address);

describe('a thread', () => {
  it('has everything that went out and came in, and stays unread until a person says so', async () => {
    const { thread, address } = await answered();
    expect(thread).toMatchObject({
      inbox_state: 'needs_reply',
      participant_email: address,
      unread_count: 1,
      received_count: 1,
      sent_count: 1,
      last_message_direction: 'inbound',
      last_message_snippet: expect.stringContaining('Sounds good'),
    });
    const { messages } = await show(thread.id);
    expect(messages.map(({ direction, kind }) => [direction, kind])).toEqual([
      ['outbound', null],
      ['inbound', 'reply'],
    ]);
    expect((await show(thread.id)).thread.unread_count).toBe(1);
    const read = await call(updateThread, { id: thread.id, unread_count: 0 });
    expect(read.thread).toMatchObject({ unread_count: 0, inbox_state: 'needs_reply' });
  });

  it('is found by words of its messages and by its view', async () => {
    const { thread } = await answered('We need a zeppelin by Friday.');
    const found = async (input: object) =>
      (await call(listThreads, input)).threads.map(({ id }) => id);
    expect(await found({ search: 'zeppelin friday' })).toEqual([thread.id]);
    expect(await found({ search: '"friday zeppelin"' })).toEqual([]);
    expect(await found({ view: 'needs_reply' })).toContain(thread.id);
    await call(updateThread, { id: thread.id, snoozed_until: '2040-01-01T00:00:00Z' });
    expect(await found({})).not.toContain(thread.id);
    expect(await found({ view: 'snoozed' })).toContain(thread.id);
    await call(updateThread, { id: thread.id, snoozed_until: null, status: 'archived' });
    expect(await found({ view: 'archived' })).toContain(thread.id);
    expect(await found({ view: 'inbox,needs_reply' })).not.toContain(thread.id);
  });

  it('is marked by a bounce and by an absence, which need no answer', async () => {
    const one = await contacted();
    await t.deliver(one.sender, report(one.address, one.key));
    await t.readInboxes();
    expect(await threadWith(one.address)).toMatchObject({ mark: 'bounce', unread_count: 0 });
    const two = await contacted();
    const away = mail({
      from: two.address,
      key: two.key,
      headers: 'Auto-Submitted: auto-replied\r\n',
    });
    await t.deliver(two.sender, away);
    await t.readInboxes();
    expect(await threadWith(two.address)).toMatchObject({
      mark: 'absence',
      inbox_state: 'active_thread',
    });
  });
});

describe('a reply by hand', () => {
  it('goes out once, from the sender, in the thread, and no sequence moves by it', async () => {
    const { thread, address, key, person } = await answered();
    const before = await person();
    const sent = await call(sendThreadMessage, { id: thread.id, body_text: 'When shall I call?' });
    expect(sent).toMatchObject({ sendInProgress: true, message: { state: 'scheduled' } });
    await t.runFor(hourMs);
    await t.runFor(48 * hourMs);
    const mails = mailsTo(address);
    expect(mails).toHaveLength(2);
    const raw = mails[1]!.raw;
    expect(raw).toContain(`In-Reply-To: <21.${address}>`);
    expect(raw).toMatch(new RegExp(`References: <${key}>`));
    expect(raw).toContain('Subject: Re: Hello Pat');
    expect(raw).not.toContain('List-Unsubscribe');
    expect(await person()).toEqual(before);
    const after = await show(thread.id);
    expect(after.thread).toMatchObject({
      send_in_progress: false,
      inbox_state: 'active_thread',
      sent_count: 2,
    });
    expect(after.messages.at(-1)).toMatchObject({ source: 'hand', state: 'sent' });
    await t.checkLaws();
  });
});
