import { sql } from 'kysely';
import { afterAll, expect, test, vi } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { minuteMs } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { readMessages, startEngine } from '../../fixtures/engine.ts';
import { startImap, startSmtp } from '../../fixtures/scripted-email.ts';
import { nearbyMail } from '../../peers/ports.ts';
import { dribble } from '../../peers/scripted-imap.ts';
import { startSink } from '../../peers/sink.ts';

// A mailbox's server may never end an answer: a proxy, an overloaded provider, or malice. Everybody
// else's mailboxes, and everything else, must not notice.
const env = { POSTRIDER_SEND_SECONDS: '2', POSTRIDER_SETTLE_SECONDS: '1' };
const channel = createEmailChannel(readConfig({ ...nearbyMail, ...env }), createLog('silent'));
const t = await startEngine(await testDatabase({ channels: [channel], env }));
const sink = await startSink();
afterAll(async () => {
  await t.inboxes.stop();
  await channel.close();
  await sink.stop();
});

const reply =
  'From: kim@people.test\r\nSubject: Re: Hello\r\nMessage-ID: <r@people.test>\r\n\r\nYes.';
const patience = { timeout: 10_000, interval: 20 };
let serial = 0;

async function mailboxAt(imap: number, more: Partial<Parameters<typeof addMailbox>[1]> = {}) {
  serial += 1;
  return addMailbox(t, {
    address: `sam${serial}@sender.test`,
    smtp: sink,
    imap: { host: '127.0.0.1', port: imap },
    ...more,
  });
}

const cursorAtTheStart = JSON.stringify({
  folders: { INBOX: { uidValidity: '7', uidNext: 1, lastDate: '2026-11-19T10:00:00.000Z' } },
});
/** Makes every inbox due, to be read from its first message on. */
const rewind = () =>
  sql`update inboxes set cursor = ${cursorAtTheStart}::jsonb, next_poll_at = '-infinity'
    where workspace_id = ${t.workspaceId}`.execute(t.db);
const inboxOf = (senderId: string) =>
  t.db
    .selectFrom('inboxes')
    .selectAll()
    .where('sender_id', '=', senderId)
    .executeTakeFirstOrThrow();
const received = async (senderId: string) =>
  (
    await t.db
      .selectFrom('inbound_messages')
      .select('from_address')
      .where('sender_id', '=', senderId)
      .execute()
  ).length;

test.each([
  ['the greeting', '', '* '],
  ['the login', 'LOGIN'],
  ['the listing of folders', 'LIST'],
  ['the opening of the inbox', 'EXAMINE'],
  ['the search', 'UID SEARCH'],
  ['the text of a mail', 'UID FETCH'],
])(
  'a server that never ends %s keeps no other mailbox waiting, and counts as failing',
  async (_what, verb, said?: string) => {
    const good = await startImap({ messages: { 1: reply } });
    const bad = await startImap({
      messages: { 1: reply },
      act: (command, socket) =>
        (verb === '' ? command === '' : command.startsWith(verb))
          ? dribble(socket, said)
          : undefined,
    });
    const [hung, fine] = [await mailboxAt(bad.port), await mailboxAt(good.port)];
    await rewind();
    await t.inboxes.begin();
    await vi.waitFor(async () => expect(await received(fine)).toBe(1), patience);
    expect(await inboxOf(hung)).toMatchObject({ failing_since: null, polled_at: null });
    await vi.waitFor(
      async () => expect(await inboxOf(hung)).toMatchObject({ failing_since: t.clock.now() }),
      patience,
    );
    await vi.waitFor(() => expect(bad.open()).toBe(0), patience);
    await t.db.updateTable('senders').set({ status: 'disconnected' }).execute();
  },
  30_000,
);

test('a server that never ends a search keeps no other message in doubt waiting', async () => {
  const cut = await startSmtp({ act: (stage) => (stage === 'dot' ? 'cut' : undefined) });
  const smtp = { host: '127.0.0.1', port: cut.port };
  const listed = ['* LIST (\\Sent) "/" Sent', 'TAG OK Done'];
  const good = await startImap({
    act: (command) => {
      if (command.startsWith('LIST')) return listed;
      return command.startsWith('UID SEARCH') ? ['* SEARCH 9', 'TAG OK Done'] : undefined;
    },
  });
  const bad = await startImap({
    act: (command, socket) => {
      if (command.startsWith('LIST')) return listed;
      return command.startsWith('UID SEARCH') ? dribble(socket) : undefined;
    },
  });
  const hung = await mailboxAt(bad.port, { smtp, sentCopy: 'server' });
  const fine = await mailboxAt(good.port, { smtp, sentCopy: 'server' });
  const id = await launchEmailCampaign(t, {
    name: 'In doubt',
    senders: [hung, fine],
    nodes: [hello],
    people: ['ann', 'bob'].map((name) => ({ email: `${name}@people.test`, first_name: name })),
  });
  await t.runFor(minuteMs);
  const states = async () =>
    Object.fromEntries((await readMessages(t, id)).map((row) => [row.sender_id, row.state]));
  expect(await states()).toEqual({ [hung]: 'reserved', [fine]: 'reserved' });
  await t.age(10 * minuteMs);
  expect(await t.engine.beginRecovery()).toBe(2);
  await vi.waitFor(
    async () => expect(await states()).toEqual({ [hung]: 'reserved', [fine]: 'sent' }),
    patience,
  );
  expect(await t.engine.beginRecovery()).toBe(0);
  await t.engine.settled();
  expect(await states()).toEqual({ [hung]: 'reserved', [fine]: 'sent' });
  await vi.waitFor(() => expect(bad.open()).toBe(0), patience);
});

test('a copy that a server never takes keeps no other account from closing', async () => {
  const bad = await startImap({
    act: (command, socket) => {
      if (command.startsWith('LIST')) return ['* LIST (\\Sent) "/" Sent', 'TAG OK Done'];
      return command.startsWith('APPEND') ? dribble(socket) : undefined;
    },
  });
  const hung = await mailboxAt(bad.port, { sentCopy: 'append' });
  const other = await mailboxAt((await startImap({})).port);
  await launchEmailCampaign(t, {
    name: 'Copies',
    senders: [hung],
    nodes: [hello],
    people: [{ email: 'cyd@people.test', first_name: 'Cyd' }],
  });
  await t.runFor(minuteMs);
  await vi.waitFor(() => expect(bad.commands.join()).toContain('APPEND'), patience);
  const begunAt = performance.now();
  await t.call(removeSender, { id: other });
  expect(performance.now() - begunAt).toBeLessThan(1_500);
  await t.call(removeSender, { id: hung, force: true });
  expect(performance.now() - begunAt).toBeLessThan(5_000);
  await vi.waitFor(() => expect(bad.open()).toBe(0), patience);
});
