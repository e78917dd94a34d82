import { sql } from 'kysely';
import { afterAll, expect, test, vi } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { Inboxes } from '../../../src/engine/inbound/inboxes.ts';
import { createLog, type Log } from '../../../src/log.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { addMailbox } from '../../factories/rows.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { startEngine } from '../../fixtures/engine.ts';
import { startImap } from '../../fixtures/scripted-email.ts';
import { nearbyMail } from '../../peers/ports.ts';
import { startSink } from '../../peers/sink.ts';

// A login lives as long as its row: connections of a mailbox end with it, in every process.
const makeChannel = () => createEmailChannel(readConfig(nearbyMail), createLog('silent'));
const channel = makeChannel();
const t = await startEngine(await testDatabase({ channels: [channel] }));
const sink = await startSink();
/** Another process, which did not serve the change. */
const elsewhere = makeChannel();
const services = { ...t.services, channels: new Map([['email', elsewhere]]) };
afterAll(async () => {
  await Promise.all([t.inboxes.stop(), channel.close(), elsewhere.close(), sink.stop()]);
});

const patience = { timeout: 10_000, interval: 20 };
let serial = 0;

/** A mailbox that this process watches, or the other one. */
async function watched(inboxes: Inboxes) {
  serial += 1;
  const address = `sam${serial}@sender.test`;
  const server = await startImap({
    act: (command) => (command === 'IDLE' ? ['+ idling'] : undefined),
  });
  const imap = { host: '127.0.0.1', port: server.port };
  const id = await addMailbox(t, { address, smtp: sink, imap });
  await sql`update inboxes set next_poll_at =
    case when sender_id = ${id} then '-infinity' else 'infinity' end::timestamptz
    where workspace_id = ${t.workspaceId}`.execute(t.db);
  await inboxes.poll();
  await vi.waitFor(() => expect(server.open()).toBe(2), patience);
  await vi.waitUntil(async () => (await inboxes.poll()) > 0, patience);
  t.clock.advanceMs(1_000);
  const logins = () => server.commands.filter((command) => command.startsWith('LOGIN'));
  return { id, server, logins };
}

const changes: [string, (id: string) => Promise<unknown>][] = [
  ['is deleted', (id) => t.call(removeSender, { id })],
  ['is paused', (id) => t.call(updateMailbox, { id, status: 'paused' })],
];

test.each(changes)('a mailbox that %s has no connection left', async (_how, change) => {
  const { id, server, logins } = await watched(t.inboxes);
  await change(id);
  await vi.waitFor(() => expect(server.open()).toBe(0), patience);
  await t.inboxes.poll();
  expect(logins()).toHaveLength(2);
});

test.each(changes)('nor in a process that did not serve it, when it %s', async (_how, change) => {
  const inboxes = new Inboxes(services, t.services.newId());
  const { id, server, logins } = await watched(inboxes);
  await change(id);
  await vi.waitFor(async () => {
    await inboxes.begin();
    expect(server.open()).toBe(0);
  }, patience);
  expect(logins()).toHaveLength(2);
  await inboxes.stop();
});

test('a changed password is used from the next look on, and the old one never again', async () => {
  const { id, server, logins } = await watched(t.inboxes);
  const before = logins().length;
  await t.call(updateMailbox, { id, password: 'fresh' });
  await t.readInboxes();
  await vi.waitFor(() => expect(server.open()).toBe(2), patience);
  const since = logins().slice(before);
  expect(since.length).toBeGreaterThan(1);
  expect(since.filter((login) => !login.includes('fresh'))).toEqual([]);
});

test('a watch that the server cuts does not log in again by itself', async () => {
  const { server, logins } = await watched(t.inboxes);
  await server.stop();
  await vi.waitFor(() => expect(server.open()).toBe(0), patience);
  expect(logins()).toHaveLength(2);
});

test('a pause does not wait for connections to close, because a server may hang', async () => {
  const { id } = await watched(t.inboxes);
  const closing: string[] = [];
  const hanging = {
    ...channel,
    close: (accountId?: string) => {
      closing.push(accountId ?? '');
      return new Promise<void>(() => {});
    },
  };
  const said: unknown[] = [];
  const log = { ...t.services.log, warn: (line: unknown) => void said.push(line) } as Log;
  const slow = createCaller({ ...t.services, log, channels: new Map([['email', hanging]]) }, t);
  const { account } = await slow.call(updateMailbox, { id, status: 'paused' });
  expect(account.status).toBe('paused');
  // It would have said that it gave them up.
  expect({ closing, said }).toEqual({ closing: [id], said: [] });
});
