import { dayMs } from '../../domain/time.ts';
import type { Fault, Rest, SendResult } from '../channel.ts';
import { isNotFound, NoAnswerError, UnipileError } from './client.ts';
import { faultOf, faultOfReading } from './fault.ts';
import { readFresh } from './profile.ts';
import { faultOfSeat } from './seat.ts';
import { isLate, late, nameless, type Sending, type TouchUnderWay } from './touch.ts';
import type { Unipile, WrittenIds } from './unipile.ts';

/** `inmail`: a paid message, to a person outside the seat's connections. */
type Written = TouchUnderWay & { inmail: boolean };

const notConnected: Fault = {
  kind: 'not_connected',
  code: null,
  detail: 'LinkedIn takes messages to connections only, and this person is none.',
};

/** Writes to a person; `connected` is null when the profile was not read. */
export async function write(
  sending: Sending,
  touch: Written,
  connected: boolean | null,
): Promise<SendResult> {
  const { personKey } = touch;
  if (connected === false && !touch.inmail) return { ok: false, fault: notConnected, personKey };
  const unpaid = touch.inmail ? await faultOfCredits(sending, touch) : null;
  if (unpaid) return { ok: false, fault: unpaid, personKey };
  if (isLate(touch)) return { ok: false, fault: late, personKey };
  return hand(sending, touch);
}

async function hand(sending: Sending, touch: Written): Promise<SendResult> {
  const { message, account, personKey, inmail } = touch;
  try {
    const sent = await post(sending.client, touch);
    if (inmail) sending.credits.note(account, 'spent');
    if (!sent.chatId && !sent.messageId) return { ok: false, fault: nameless, personKey };
    const threadKey = sent.chatId ?? (inmail ? null : message.threadKey) ?? null;
    return {
      ok: true,
      response: `message ${sent.messageId ?? 'sent'}`,
      providerKey: sent.messageId,
      threadKey,
      personKey,
    };
  } catch (error) {
    const type = error instanceof UnipileError ? error.type : '';
    // The person may have become a connection since the lookup: then it goes as a plain message.
    if (inmail && type === 'not_allowed_inmail')
      return isLate(touch)
        ? { ok: false, fault: late, personKey }
        : hand(sending, { ...touch, inmail: false });
    const fault =
      (await faultOfSeat(sending.client, account, error)) ?? faultOf(error, message.touch);
    if (inmail && noPlan.includes(type)) return { ok: false, fault: heldFor(fault), personKey };
    if (inmail && type === 'insufficient_credits') sending.credits.note(account, 'none');
    return {
      ok: false,
      fault:
        inmail || !strangers.includes(type) ? fault : await faultOfStranger(sending, touch, fault),
      personKey,
    };
  }
}

/** Refusals that LinkedIn gives for people that are no connections, or no settled ones. */
const strangers = ['invalid_recipient', 'no_connection_with_recipient'];
/** Refusals that an account without InMails gets. */
const noPlan = ['feature_not_subscribed', 'subscription_required'];

/**
 * The fault of a message that LinkedIn takes to connections only: the profile tells whether the
 * person is one, and LinkedIn takes messages to a new one after a while.
 */
async function faultOfStranger(
  { client }: Sending,
  { account, personKey }: TouchUnderWay,
  refusal: Fault,
): Promise<Fault> {
  try {
    const { connected } = await readFresh(client, account, personKey);
    return connected ? { ...refusal, kind: 'not_yet' } : { ...notConnected, code: refusal.code };
  } catch (error) {
    return faultOfReading(error);
  }
}

/** Without credits InMails wait; so many people without an open profile are asked about before. */
const peopleBeforeRest = 3;
const noCredits = 'The account has no InMail credits left.';
const noInMails = 'The account has no plan with InMails (LinkedIn Premium).';

/** The fault of an InMail that cannot be paid for; null when it can, or costs nothing. */
async function faultOfCredits(
  { client, credits }: Sending,
  { account, personKey }: Written,
): Promise<Fault | null> {
  try {
    const left = await credits.left(account);
    if (left !== null && left > 0) return null;
    const { isOpen, connected } = await readFresh(client, account, personKey);
    if (isOpen || connected) return null;
    const detail = left === null ? noInMails : noCredits;
    return heldFor({ kind: 'refused', code: null, detail }, peopleBeforeRest);
  } catch (error) {
    return faultOfReading(error);
  }
}

/** The touch waits for the account's plan or credits: nobody fails for them. */
function heldFor({ code, detail }: Fault, afterPeople = 1): Fault {
  const rest: Rest = { of: 'inmail', ms: dayMs, reason: detail, afterPeople };
  return { kind: 'rate_limited', code, detail, rest };
}

/** Writes to the known conversation; else LinkedIn finds or begins the one with this person. */
async function post(
  client: Unipile,
  { account, message, personKey, deadline, inmail }: Written,
): Promise<WrittenIds> {
  const { text, threadKey, subject } = message;
  const accountId = account.providerAccountId ?? '';
  if (threadKey && !inmail) {
    try {
      return await client.writeToChat(accountId, { chatId: threadKey, text });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (isLate({ deadline }))
        throw new NoAnswerError(late.detail, { code: 'late', maybeReceived: false });
    }
  }
  return client.startChat(accountId, { personKey, text, subject: inmail ? subject : null });
}
