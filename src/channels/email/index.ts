import type { Config } from '../../config.ts';
import type { Log } from '../../log.ts';
import type { Account, Channel, Fault, Outgoing, SendResult } from '../channel.ts';
import { checkMailbox } from './check.ts';
import { type ComposedMail, composeMail, Unwritable } from './compose.ts';
import {
  connectionSchema,
  fingerprint,
  type Mailbox,
  provesAbsence,
  readMailbox,
  secretsSchema,
} from './connection.ts';
import { createNetwork, type Network } from './hosts.ts';
import { htmlOf } from './html.ts';
import { ImapSessions } from './imap-session.ts';
import { receiveSince } from './receive.ts';
import { fileSent, findSent } from './sent-folder.ts';
import { SmtpPool } from './smtp-pool.ts';
import { watchInbox } from './watch.ts';

/**
 * How many accounts keep their SMTP connections; beyond that the least recently used one is closed.
 */
const maxPools = 500;
/** Copies on their way into Sent folders; beyond that they are left out rather than piled up. */
const maxFiling = 200;

/** Email over SMTP and IMAP. @throws when the file of POSTRIDER_MAIL_CA cannot be read */
export function createEmailChannel(
  config: Pick<Config, 'mailCa' | 'mailHosts' | 'sendMs'>,
  log: Log,
): Channel {
  const network = createNetwork(config);
  const sessions = new ImapSessions(network);
  const pools = new Map<string, SmtpPool>();
  const filing = new Set<Promise<void>>();

  const file = (account: Account, mailbox: Mailbox, { body }: ComposedMail, date: Date) => {
    if (filing.size >= maxFiling)
      return log.warn({ accountId: account.id }, 'no copy in Sent: too many are waiting');
    const done = sessions
      .use(account.id, mailbox, (client) => fileSent(client, body, date))
      .catch((err: unknown) => log.warn({ err, accountId: account.id }, 'no copy in Sent'))
      .finally(() => filing.delete(done));
    filing.add(done);
  };

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
      const pool = poolOf(pools, account, network);
      if (!pool)
        return {
          ok: false,
          fault: {
            kind: 'credentials',
            code: null,
            detail: 'The settings of the mailbox are not complete.',
          },
        };
      const result: SendResult = await pool.send(composed, deadline);
      if (result.ok && pool.mailbox.sentCopy === 'append' && pool.mailbox.imap)
        file(account, pool.mailbox, composed, message.date);
      return result;
    },
    async find(account, { key }) {
      try {
        const mailbox = readMailbox(account);
        if (!mailbox.imap) return 'unknown';
        const found = await sessions.use(account.id, mailbox, (client) => findSent(client, key));
        return found === 'absent' && !provesAbsence(mailbox) ? 'unknown' : found;
      } catch (err) {
        log.warn({ err, accountId: account.id }, 'could not look into Sent');
        return 'unreachable';
      }
    },
    async receive(account, cursor) {
      const mailbox = readMailbox(account);
      if (!mailbox.imap) return { received: [], cursor: null };
      return sessions.use(account.id, mailbox, (client) => receiveSince(client, cursor));
    },
    watch(account, onNews) {
      const mailbox = readMailbox(account);
      return mailbox.imap ? watchInbox(mailbox, network, log, onNews) : () => {};
    },
    async close(accountId) {
      const closed = [...pools].filter(([id]) => accountId === undefined || id === accountId);
      for (const [id] of closed) pools.delete(id);
      await Promise.all(closed.map(([, pool]) => pool.close()));
      await Promise.all(filing);
      await sessions.close(accountId);
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

/** The header fields as they are written, unfolded. */
function headersOf({ body }: ComposedMail): { name: string; value: string }[] {
  const head = body.toString('latin1', 0, body.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return head.split('\r\n').map((line) => ({
    name: line.slice(0, line.indexOf(':')),
    value: line.slice(line.indexOf(':') + 1).trim(),
  }));
}

/**
 * The account's pool, made anew when its settings changed; null when they are no settings. The
 * map's order is that of use.
 */
function poolOf(pools: Map<string, SmtpPool>, account: Account, network: Network): SmtpPool | null {
  const kept = pools.get(account.id);
  pools.delete(account.id);
  if (kept?.mailbox.fingerprint === fingerprint(account)) {
    pools.set(account.id, kept);
    return kept;
  }
  void kept?.close();
  const mailbox = tryReadMailbox(account);
  if (!mailbox) return null;
  const pool = new SmtpPool(mailbox, network);
  pools.set(account.id, pool);
  const oldest =
    pools.size > maxPools
      ? [...pools].find(([, candidate]) => candidate.isIdle && candidate !== pool)
      : undefined;
  if (oldest) {
    pools.delete(oldest[0]);
    void oldest[1].close();
  }
  return pool;
}

function tryReadMailbox(account: Account): Mailbox | null {
  try {
    return readMailbox(account);
  } catch {
    return null;
  }
}
