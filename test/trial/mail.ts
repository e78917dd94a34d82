import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseReceived } from '../../src/channels/email/parse.ts';
import { normaliseEmail } from '../../src/domain/identity.ts';
import { classifyFor } from '../../src/domain/inbound/inbound.ts';
import { addressesConcerned, keysNamed } from '../../src/domain/inbound/matching.ts';

type Written = { person: string; sender: string; key: string; subject: string | null };

/**
 * Takes raw mails as a sender's inbox would, for one person that was written to once.
 * `mail --person ann@x.test --sender sam@y.test --message-id m1@y.test answer.eml`
 */
export async function trial(args: readonly string[]): Promise<object[]> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      person: { type: 'string' },
      sender: { type: 'string' },
      'message-id': { type: 'string' },
      subject: { type: 'string' },
    },
  });
  const { person, sender, 'message-id': id, subject = null } = values;
  if (!person || !sender || !id || positionals.length === 0)
    throw new Error('usage: mail --person ADDRESS --sender ADDRESS --message-id ID FILE…');
  const written = { person, sender, key: id.replace(/^<|>$/g, ''), subject };
  return Promise.all(
    positionals.map(async (file) => ({ file, ...(await takeMail(readFileSync(file), written)) })),
  );
}

/**
 * The result of one raw mail. `%ADDR%`, `%ME%` and `%MID%` in it stand for the person, the sender
 * and the Message-ID.
 */
export async function takeMail(raw: Buffer, { person, sender, key, subject }: Written) {
  const source = raw
    .toString('latin1')
    .replaceAll('%ADDR%', person)
    .replaceAll('%ME%', sender)
    .replace(/<?%MID%>?/g, `<${key}>`);
  const received = await parseReceived(Buffer.from(source, 'latin1'), {
    sourceKey: 'trial',
    receivedAt: new Date(),
  });
  const at = Date.parse(received.headers.date ?? '');
  const message = Number.isNaN(at) ? received : { ...received, receivedAt: new Date(at) };
  const identity = normaliseEmail(person)!;
  const matched =
    keysNamed(message).includes(key) || addressesConcerned(message).includes(identity);
  const { kind, reason, bounce, outOfOfficeUntil } = classifyFor(
    {
      sent: false,
      own: [],
      address: normaliseEmail(sender),
      person: matched ? { identity, writer: normaliseEmail(sender), subject } : null,
    },
    message,
  );
  const isFinal = bounce?.type === 'hard' || kind === 'complaint' || kind === 'unsubscribe';
  return {
    kind,
    bounce: bounce?.type ?? null,
    suppressed: matched && isFinal,
    until: outOfOfficeUntil ?? null,
    matched,
    reason,
  };
}
