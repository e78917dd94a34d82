import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import type { MailPeers } from '../../peers/index.ts';
import type { Lead } from './people.ts';

/** A mail as it lies in its reader's mailbox. */
export type Mail = {
  folder: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  date: Date;
  key: string;
  inReplyTo: string | undefined;
  references: string[];
  unsubscribe: string | null;
};

/** Reads the mails of a mailbox, oldest first. */
export async function readMails(peers: MailPeers, address: string): Promise<Mail[]> {
  const stored = await peers.messages(address);
  const mails = await Promise.all(
    stored.map(async ({ folder, raw }) => ({ folder, ...(await parse(raw)) })),
  );
  return mails.sort((a, b) => a.date.getTime() - b.date.getTime());
}

async function parse(raw: string): Promise<Omit<Mail, 'folder'>> {
  const mail = await PostalMime.parse(raw);
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? '';
  return {
    from: mail.from?.address ?? '',
    to: mail.to?.[0]?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    date: new Date(mail.date ?? ''),
    key: mail.messageId ?? '',
    inReplyTo: mail.inReplyTo,
    references: mail.references?.split(/\s+/) ?? [],
    unsubscribe: /<(https?:[^>]+)>/.exec(header('list-unsubscribe'))?.[1] ?? null,
  };
}

export const password = 'secret';

type NewMail = { to: string; subject: string; text: string; answers?: Mail };

/** Sends a mail as a mail program does: over submission, logged in, quoting the mail it answers. */
export async function writeAs(
  peers: MailPeers,
  { email, first, last }: Lead,
  { to, subject, text, answers }: NewMail,
): Promise<void> {
  const transport = createTransport({
    host: 'localhost',
    port: peers.ports.submission,
    requireTLS: true,
    tls: { ca: readFileSync(peers.caFile) },
    auth: { user: email, pass: password },
  });
  const quote = answers ? quoteOf(answers) : '';
  const thread = answers
    ? { inReplyTo: answers.key, references: [...answers.references, answers.key] }
    : {};
  await transport.sendMail({
    from: { name: `${first} ${last}`, address: email },
    to,
    subject,
    text: text + quote,
    ...thread,
  });
  transport.close();
}

function quoteOf({ date, from, text }: Mail): string {
  const lines = text.replace(/^/gm, '> ');
  return `\n\nOn ${date.toDateString()} ${from} wrote:\n${lines}`;
}
