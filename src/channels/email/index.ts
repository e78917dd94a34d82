import type { Log } from '../../log.ts';
import type { Account, Channel, Fault, Outgoing } from '../channel.ts';
import { checkMailbox } from './check.ts';
import { type ComposedMail, composeMail, Unwritable } from './compose.ts';
import { connectionSchema, provesAbsence, readMailbox, secretsSchema } from './connection.ts';
import { createNetwork, type NetworkConfig } from './hosts.ts';
import { htmlOf } from './html.ts';
import { ImapSessions } from './imap-session.ts';
import { Parser } from './parser.ts';
import { receiveSince } from './receive.ts';
import { SentCopies } from './sent-copies.ts';
import { findSent } from './sent-folder.ts';
import { SmtpPools } from './smtp-pools.ts';
import { Watches, watchInbox } from './watch.ts';

const incomplete: Fault = {
  kind: 'credentials',
  code: null,
  detail: 'The settings of the mailbox are not complete.',
};

/** Email over SMTP and IMAP. @throws when the file of POSTRIDER_MAIL_CA cannot be read */
export function createEmailChannel(config: NetworkConfig, log: Log): Channel {
  const network = createNetwork(config);
  const sessions = new ImapSessions(network);
  const pools = new SmtpPools(network);
  const copies = new SentCopies(sessions, log, network.answerMs);
  const watches = new Watches();
  const parser = new Parser();
  return {
    type: 'email',
    connection: connectionSchema,
    secrets: secretsSchema,
    render(account, message) {
      const composed = tryCompose(account, message);
      if ('kind' in composed) return composed;
      return { headers: headersOf(composed), text: message.text, html: htmlOf(message) };
    },
    check: async (account) => checkMailbox(readMailbox(account), network),
    async send(account, message, deadline) {
      const composed = tryCompose(account, message);
      if ('kind' in composed) return { ok: false, fault: composed };
      const pool = pools.get(account);
      if (!pool) return { ok: false, fault: incomplete };
      const result = await pool.send(composed, deadline);
      if (result.ok && pool.mailbox.sentCopy === 'append' && pool.mailbox.imap)
        copies.add(account.id, pool.mailbox, {
          body: composed.body,
          date: message.date,
          key: message.key,
        });
      return result;
    },
    async find(account, sought) {
      try {
        const mailbox = readMailbox(account);
        if (!mailbox.imap) return 'unknown';
        const found = await sessions.use(account.id, mailbox, (client) => findSent(client, sought));
        return found === 'absent' && !provesAbsence(mailbox) ? 'unknown' : found;
      } catch (err) {
        log.warn({ err, accountId: account.id }, 'could not search the Sent folder');
        return 'unreachable';
      }
    },
    async receive(account, cursor) {
      const mailbox = readMailbox(account);
      if (!mailbox.imap) return { received: [], cursor: null };
      return sessions.use(account.id, mailbox, (client) =>
        receiveSince(client, { cursor, parse: parser.parse }),
      );
    },
    watch(account, watcher) {
      const mailbox = readMailbox(account);
      if (!mailbox.imap) return () => {};
      return watches.add(account.id, watcher, (own) => watchInbox(mailbox, { network, log }, own));
    },
    async close(accountId) {
      watches.close(accountId);
      await Promise.all([
        pools.close(accountId),
        copies.settled(accountId).then(() => sessions.close(accountId)),
        accountId === undefined && parser.close(),
      ]);
    },
  };
}

function tryCompose(account: Account, message: Outgoing): ComposedMail | Fault {
  try {
    return composeMail(account, message);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    return { kind: error.kind, code: null, detail: error.message };
  }
}

/** The header fields of a composed mail, unfolded. */
function headersOf({ body }: ComposedMail): { name: string; value: string }[] {
  const head = body.toString('latin1', 0, body.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return head.split('\r\n').map((line) => ({
    name: line.slice(0, line.indexOf(':')),
    value: line.slice(line.indexOf(':') + 1).trim(),
  }));
}
