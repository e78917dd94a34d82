import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
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
  it('has all that went out and came in, and stays unread until a person says so', async () => {
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
    const found = async (input: Record<string, unknown>) =>
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

describe('a reply by hand in doubt', () => {
  it('is shown, and never repeated by guess', async () => {
    const { thread, address } = await answered();
    t.mailServer.send = async (deliver, message) =>
      message.to === address ? lose(await deliver()) : deliver();
    const reply = { id: thread.id, body_text: 'Did this arrive?' };
    await call(sendThreadMessage, reply);
    await t.runFor(hourMs);
    expect((await show(thread.id)).thread).toMatchObject({ send_in_progress: true });
    expect(await fail(sendThreadMessage, reply)).toMatchObject({ code: 'thread.send_in_progress' });
    await recoverAnswers();
    const { thread: doubted, messages } = await show(thread.id);
    expect(doubted).toMatchObject({ in_doubt: true, send_in_progress: false, sent_count: 2 });
    const { id: messageId } = messages.at(-1)!;
    await t.runFor(72 * hourMs);
    expect(mailsTo(address)).toHaveLength(2);
    expect(await fail(sendThreadMessage, reply)).toMatchObject({ code: 'thread.send_in_progress' });
    expect(await fail(resendThreadMessage, { id: thread.id, messageId })).toMatchObject({
      code: 'thread_message.state',
    });
    delete t.mailServer.send;
    const settled = await call(settleThreadMessage, { id: thread.id, messageId, sent: false });
    expect(settled.message.state).toBe('failed');
    await call(resendThreadMessage, { id: thread.id, messageId });
    await t.runFor(hourMs);
    expect(mailsTo(address)).toHaveLength(3);
    await t.checkLaws();
  });

  it('goes out again only when the mailbox shows twice that it never went', async () => {
    const { thread, address } = await answered();
    t.mailServer.send = async (deliver, message) =>
      message.to === address ? lose({ ok: true, response: '' }) : deliver();
    await call(sendThreadMessage, { id: thread.id, body_text: 'Lost on its way.' });
    await t.runFor(hourMs);
    delete t.mailServer.send;
    t.mailServer.find = () => 'absent';
    await recoverAnswers();
    await t.runFor(hourMs);
    expect(mailsTo(address), 'one look is not enough').toHaveLength(1);
    await recoverAnswers();
    await t.runFor(hourMs);
    t.mailServer.find = () => 'unknown';
    expect(mailsTo(address)).toHaveLength(2);
    expect((await show(thread.id)).messages.at(-1)).toMatchObject({ state: 'sent' });
  });
});

/** The answer of a server that was lost. */
const lose = (_result: SendResult): SendResult => ({
  ok: false,
  fault: { kind: 'ambiguous', code: null, detail: 'The connection was lost.' },
});

/** Asks for the replies in doubt, ten minutes later by the database's clock. */
async function recoverAnswers(): Promise<void> {
  await sql`update hand_messages set deadline_at = clock_timestamp() - interval '10 minutes',
      asked_at = null, confirm_at = confirm_at - interval '10 minutes'
    where workspace_id = ${t.workspaceId} and state = 'reserved'`.execute(t.db);
  await t.engine.recover();
  await t.engine.settled();
}

describe('a reply by hand is refused', () => {
  it('to a suppressed person, unless they wrote first and its author says so', async () => {
    const { thread, address } = await answered();
    await call(addSuppressions, { items: [{ kind: 'email', value: address, reason: 'manual' }] });
    const reply = { id: thread.id, body_text: 'You are off the list.' };
    expect(await fail(sendThreadMessage, reply)).toMatchObject({
      status: 409,
      code: 'thread.suppressed',
    });
    await call(sendThreadMessage, { ...reply, despite_suppression: true });
    await t.runFor(hourMs);
    expect(mailsTo(address)).toHaveLength(2);
    const stranger = await contacted();
    const { id } = await threadWith(stranger.address);
    await call(addSuppressions, {
      items: [{ kind: 'email', value: stranger.address, reason: 'manual' }],
    });
    expect(
      await fail(sendThreadMessage, { id, body_text: 'Hello?', despite_suppression: true }),
    ).toMatchObject({ code: 'thread.suppressed' });
  });

  it('when it is due and the person was suppressed meanwhile', async () => {
    const { thread, address } = await answered();
    const at = new Date(t.clock.now().getTime() + 2 * hourMs).toISOString();
    await call(sendThreadMessage, { id: thread.id, body_text: 'Later.', send_at: at });
    await call(addSuppressions, { items: [{ kind: 'email', value: address, reason: 'manual' }] });
    await t.runFor(3 * hourMs);
    expect(mailsTo(address)).toHaveLength(1);
    expect((await show(thread.id)).messages.at(-1)).toMatchObject({
      state: 'failed',
      error_code: 'suppressed',
    });
  });

  it('when the person writes before it is due', async () => {
    const { thread, address, sender, key } = await answered();
    const at = new Date(t.clock.now().getTime() + 2 * hourMs).toISOString();
    await call(sendThreadMessage, { id: thread.id, body_text: 'Later.', send_at: at });
    await t.deliver(sender, mail({ from: address, key, body: 'Forget it, I found another.' }));
    await t.readInboxes();
    await t.runFor(3 * hourMs);
    expect(mailsTo(address)).toHaveLength(1);
    expect((await show(thread.id)).thread).toMatchObject({ has_failed: true, unread_count: 2 });
  });
});

it('a message that is no reply lets its person go on, but never after a real one', async () => {
  const { thread, sender, key, address, person } = await answered('I got your mail.');
  const { messages } = await show(thread.id);
  const given = { id: thread.id, message_id: messages.at(-1)!.id };
  expect(await call(markNotAReply, given)).toMatchObject({ goes_on: true });
  await t.runFor(hourMs);
  expect(mailsTo(address)).toHaveLength(2);
  expect(await person()).toMatchObject({ status: 'completed', replied_at: null });
  await t.checkLaws();
  const two = await answered('I got your mail.');
  await t.deliver(two.sender, mail({ from: two.address, key: two.key, body: 'Please call.' }));
  await t.readInboxes();
  const lines = (await show(two.thread.id)).messages;
  expect(await fail(markNotAReply, { id: two.thread.id, message_id: lines[1]!.id })).toMatchObject({
    code: 'prospect.ended',
  });
  expect([sender, key]).toHaveLength(2);
});
