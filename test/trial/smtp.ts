import { readMailbox } from '../../src/channels/email/connection.ts';
import { mapFault, type SmtpError } from '../../src/channels/email/fault.ts';
import { meaningsOf } from '../../src/domain/inbound/answer-words.ts';
import { type FaultKind, policyOf } from '../../src/domain/sending/outcome.ts';
import { mailboxAt } from '../fixtures/mails.ts';

/** The command that a stage of the dialogue is in the errors of the SMTP client. */
const commands: Record<string, string> = {
  greeting: 'CONN',
  connect: 'CONN',
  banner: 'CONN',
  ehlo: 'EHLO',
  helo: 'HELO',
  starttls: 'STARTTLS',
  auth: 'AUTH PLAIN',
  login: 'AUTH PLAIN',
  mail: 'MAIL FROM',
  from: 'MAIL FROM',
  rcpt: 'RCPT TO',
  to: 'RCPT TO',
  data: 'DATA',
  dot: 'DATA',
  end: 'DATA',
};

type FaultOf = 'person' | 'sender' | 'message' | 'server';
const faultsOf: Partial<Record<FaultKind, FaultOf>> = {
  bad_recipient: 'person',
  undeliverable: 'person',
  refused: 'message',
  credentials: 'sender',
  rate_limited: 'sender',
  sender_refused: 'sender',
  sender_barred: 'sender',
  unready: 'sender',
};

/**
 * Takes an answer of a server at a stage of the SMTP dialogue as a send would.
 * `smtp rcpt "550 5.1.1 User unknown"`
 */
export async function trial([stage = '', reply = '']: readonly string[]): Promise<object[]> {
  const command = commands[stage.toLowerCase().split(/[ _-]/)[0] ?? ''];
  const code = Number(/^\s*(\d{3})\b/.exec(reply)?.[1]);
  if (command === undefined || !(code >= 400))
    throw new Error('usage: smtp <greeting|ehlo|starttls|auth|mail|rcpt|data|dot> "550 answer"');
  const error: SmtpError = Object.assign(new Error(reply), {
    responseCode: code,
    response: reply.trim(),
    command,
  });
  const dotWritten = command === 'DATA' && stage.toLowerCase() !== 'data';
  const fault = mapFault(error, readMailbox(mailboxAt({ smtp: 25 })), { dotWritten });
  const { person, lane } = policyOf(fault, 1);
  const isFull = fault.kind === 'temporary' && meaningsOf(reply).has('full');
  return [
    {
      fault_of: faultsOf[fault.kind] ?? (isFull ? 'person' : 'server'),
      policy: `${fault.kind}: person ${person.act}, sender ${lane.act}`,
      suppressed: person.act === 'bounce' && person.isDead,
    },
  ];
}
