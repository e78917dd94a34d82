import type { CheckStep } from '../channel.ts';
import type { Mailbox, Server } from './connection.ts';
import type { SmtpError } from './fault.ts';
import type { Network } from './hosts.ts';
import { connectImap, listFolders } from './imap-session.ts';
import { redactError } from './redact.ts';
import { connectSmtp, logIn } from './smtp-session.ts';

const limitMs = 10_000;
const tlsFault = /certificate|self.signed|ssl|tls|wrong version|altnames|UNABLE_TO_|CERT_|EPROTO/i;

type Failure = SmtpError & { authenticationFailed?: boolean; responseText?: string };

/** Tries SMTP, then IMAP. Stops at the first step that fails, which is the last of the list. */
export async function checkMailbox(mailbox: Mailbox, network: Network): Promise<CheckStep[]> {
  const smtp = await checkSmtp(mailbox, network);
  if (!mailbox.imap || smtp.some(({ ok }) => !ok)) return smtp;
  return [...smtp, ...(await checkImap(mailbox, mailbox.imap, network))];
}

async function checkSmtp(mailbox: Mailbox, network: Network): Promise<CheckStep[]> {
  const { smtp } = mailbox;
  const connection = await connectSmtp(mailbox, network, limitMs).catch((error: SmtpError) =>
    redactError(error, mailbox),
  );
  if (connection instanceof Error) return failedConnectionSteps('smtp', smtp, connection);
  const steps = connectedSteps('smtp', smtp);
  try {
    if (mailbox.username === null)
      return [...steps, passed('smtp_login', 'No login is asked for, as configured.')];
    await logIn(connection, mailbox, limitMs);
    return [...steps, passed('smtp_login', `Logged in as ${mailbox.username}.`)];
  } catch (error) {
    const { message, response, code } = redactError(error as SmtpError, mailbox);
    const advice =
      code === 'EAUTH'
        ? 'Check user name and password; many providers want an app password here.'
        : 'Try again in a moment.';
    return [...steps, failed('smtp_login', `${response ?? message}. ${advice}`)];
  } finally {
    connection.close();
  }
}

async function checkImap(mailbox: Mailbox, imap: Server, network: Network): Promise<CheckStep[]> {
  const client = await connectImap(mailbox, network).catch((error: Failure) => error);
  if (client instanceof Error) {
    if (!client.authenticationFailed) return failedConnectionSteps('imap', imap, client);
    const answer = client.responseText ?? client.message;
    return [
      ...connectedSteps('imap', imap),
      failed(
        'imap_login',
        `${answer}. Check user name and password, and that IMAP is switched on for the mailbox.`,
      ),
    ];
  }
  const steps = [
    ...connectedSteps('imap', imap),
    passed('imap_login', `Logged in as ${mailbox.username}.`),
  ];
  try {
    const { inbox, junk, sent } = await listFolders(client);
    steps.push(passed('imap_folders', `Replies are read in ${[inbox, ...junk].join(', ')}.`));
    if (sent)
      return [
        ...steps,
        passed('imap_sent_folder', `Sent mail is in ${sent}, filed ${filedBy[mailbox.sentCopy]}.`),
      ];
    if (mailbox.sentCopy !== 'server')
      return [...steps, passed('imap_sent_folder', 'There is no Sent folder yet.')];
    const detail = [
      'There is no Sent folder, so whether a message went out could not be told.',
      'Make it visible to IMAP, or set sent_copy to append or none.',
    ];
    return [...steps, failed('imap_sent_folder', detail.join(' '))];
  } catch (error) {
    return [
      ...steps,
      failed(
        'imap_sent_folder',
        `The folders could not be listed: ${redactError(error as Error, mailbox).message}`,
      ),
    ];
  } finally {
    client.close();
  }
}

const filedBy = {
  server: 'by the server (sent_copy: server)',
  append: 'by Postrider, unless the server has done so (sent_copy: append)',
  none: 'by nobody (sent_copy: none)',
} as const;

type Protocol = 'smtp' | 'imap';
const passed = (step: string, detail: string): CheckStep => ({ step, ok: true, detail });
const failed = (step: string, detail: string): CheckStep => ({
  step,
  ok: false,
  detail: detail.replace(/\s+/g, ' ').slice(0, 500),
});
const addressOf = ({ host, port }: Server): string => `${host}:${port}`;

function connectedSteps(protocol: Protocol, server: Server): CheckStep[] {
  const steps = [passed(`${protocol}_connect`, `${addressOf(server)} answers.`)];
  if (server.tls === 'none') return steps;
  return [
    ...steps,
    passed(
      `${protocol}_tls`,
      `The connection is encrypted (${server.tls}) and the certificate is valid.`,
    ),
  ];
}

/** The steps of a failed connection: the server is unreachable, or its TLS is not valid. */
function failedConnectionSteps(protocol: Protocol, server: Server, error: Failure): CheckStep[] {
  const texts = [error.originalCode, error.code, error.message].join(' ');
  const aboutTls =
    server.tls !== 'none' &&
    (error.code === 'ETLS' || tlsFault.test(texts)) &&
    !/ECONNREFUSED|ENOTFOUND|TIMEDOUT/.test(texts);
  const silent =
    server.tls !== 'tls' &&
    /greeting never received|receive greeting|^timeout$/i.test(error.message);
  if (silent) {
    const detail = [
      `${addressOf(server)} takes the connection and says nothing:`,
      'it may speak tls from the first byte (465, 993); then say so in tls.',
    ];
    return [failed(`${protocol}_connect`, detail.join(' '))];
  }
  if (!aboutTls) {
    const detail = `${addressOf(server)}: ${error.message}. Check host, port and firewall.`;
    return [failed(`${protocol}_connect`, detail)];
  }
  return [
    passed(`${protocol}_connect`, `${addressOf(server)} answers.`),
    failed(`${protocol}_tls`, tlsAdvice(server, error, texts)),
  ];
}

function tlsAdvice({ tls }: Server, { message }: Failure, texts: string): string {
  const wrongMode = /wrong version|packet length|unknown protocol|not support|EPROTO/i.test(texts);
  const advice = wrongMode
    ? [
        `The server does not speak ${tls} on this port:`,
        'try the other of starttls and tls, or another port.',
      ]
    : [
        // Node advises its own command line, which is not how this server is started.
        `${message.replace(/(altnames):.*$/s, '$1').replace(/; if the root CA.*$/s, '')}.`,
        'Use the name the certificate is for, or trust its authority: POSTRIDER_MAIL_CA names a',
        'file, such as /etc/ssl/certs/ca-certificates.crt for all that this machine trusts.',
      ];
  return advice.join(' ');
}
