import { sql } from 'kysely';
import { afterAll } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { createMailbox } from '../../../src/operations/email/create.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { startMailPeers } from '../../peers/index.ts';
import { nearbyMail } from '../../peers/ports.ts';

/** Real mail servers with 30 mailboxes, and steps that connect them as senders. */
export async function openMailboxes() {
  const channel = createEmailChannel(readConfig(nearbyMail), createLog('silent'));
  const test = await testDatabase({ channels: [channel] });
  const peers = await startMailPeers();
  afterAll(async () => {
    await channel.close();
    await peers.stop();
  });
  // They are added before the first login, because Dovecot reads its users once a second.
  for (let n = 1; n <= 30; n += 1) peers.addMailbox(`seller${n}@sender.test`, 'right');
  const { call } = createCaller(test.services, test);
  let serial = 0;

  /** The input for the next mailbox on the local servers. */
  function mailbox(): { email_address: string; password: string; smtp: object; imap: object } {
    serial += 1;
    const { host, ports } = peers;
    return {
      email_address: `seller${serial}@sender.test`,
      password: 'right',
      smtp: { host, port: ports.submission, tls: 'none' },
      imap: { host, port: ports.imap, tls: 'none' },
    };
  }

  const connect = async (more: Record<string, unknown> = {}) =>
    (await call(createMailbox, { ...mailbox(), ...more })).account;

  const readLane = async (senderId: string) => {
    const { rows } = await sql<{ next_at: Date | null }>`
      select next_at from lanes where sender_id = ${senderId}`.execute(test.db);
    return rows[0];
  };
  const sleepLane = (senderId: string) =>
    sql`update lanes set next_at = null where sender_id = ${senderId}`.execute(test.db);
  return { test, peers, mailbox, connect, readLane, sleepLane };
}
