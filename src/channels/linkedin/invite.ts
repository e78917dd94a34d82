import { noteRest } from '../../domain/sending/rest.ts';
import { dayMs } from '../../domain/time.ts';
import type { Fault, Rest, SendResult } from '../channel.ts';
import { UnipileError } from './client.ts';
import { faultOf, faultOfReading } from './fault.ts';
import { readFresh, type Standing } from './profile.ts';
import { faultOfSeat } from './seat.ts';
import { isLate, late, nameless, type TouchUnderWay, unreachable } from './touch.ts';
import type { Unipile } from './unipile.ts';

const tooSoon =
  'LinkedIn takes no new invitation to this person for three weeks after one was withdrawn.';
const ignored = 'This person has ignored an earlier invitation, and LinkedIn takes no other now.';
const invitedUs = 'This person has invited the account: accept it on LinkedIn.';
const emailDemanded =
  'LinkedIn takes an invitation to this person only with the mail address that it knows of them.';

export const alreadyConnected = (personKey: string): SendResult => ({
  ok: true,
  response: 'already a connection',
  alreadyConnected: true,
  personKey,
});

/** From this share of LinkedIn's own limit (told at 50, 75, 90 and 95 %) invitations rest a day. */
const nearlyUsedUp = 90;
/** Notes that LinkedIn no longer takes come back after this time. */
const notesRestMs = 30 * dayMs;
/**
 * Refusals that say less than they mean lie with the account once three people got them. The weeks
 * of a person's six tries outlast the three for which LinkedIn remembers a withdrawn invitation.
 */
const unclearRest = { afterPeople: 3, giveUpAfter: 6, grows: true } as const;

/** Refusals behind which the person may stand, or the account. */
const unclear = [
  'already_invited_recently',
  'action_already_performed',
  'cannot_resend_yet',
  'cannot_resend_within_24hrs',
];
/** Refusals that an invitation with a note gets when LinkedIn takes no more notes. */
const noteRefusals = ['too_many_characters', 'cannot_resend_yet', 'cannot_resend_within_24hrs'];

/** Parts of an invitation that may be left out. */
type Parts = { note: boolean; email: boolean };

/**
 * Invites a person. A refusal (4xx) has had no effect, so that the same invitation may go out
 * without its note, or with the address that LinkedIn asks for.
 */
export async function invite(
  client: Unipile,
  touch: TouchUnderWay,
  parts: Parts = { note: true, email: false },
): Promise<SendResult> {
  const { account, message, personKey } = touch;
  if (isLate(touch)) return { ok: false, fault: late, personKey };
  const invitation = {
    personKey,
    note: parts.note ? message.text : '',
    email: parts.email ? (message.email ?? null) : null,
  };
  try {
    const accountId = account.providerAccountId ?? '';
    const { id: providerKey, usage } = await client.invite(accountId, invitation);
    if (!providerKey) return { ok: false, fault: nameless, personKey };
    const response = `invitation ${providerKey}${parts.note ? '' : ' without its note'}`;
    const rest = parts.note ? restForUsage(usage ?? 0) : { rest: restOfNotes };
    return { ok: true, response, providerKey, personKey, ...rest };
  } catch (error) {
    return (await answerTo(client, { touch, parts, error })) ?? refusalOf(client, touch, error);
  }
}

const restOfNotes: Rest = {
  of: noteRest,
  ms: notesRestMs,
  reason: 'LinkedIn takes no more notes of this account: invitations go out without one.',
};

function restForUsage(usage: number): { rest?: Rest } {
  const reason = `${usage} % of LinkedIn's limit for invitations are used up.`;
  return usage < nearlyUsedUp ? {} : { rest: { of: 'connection_request', ms: dayMs, reason } };
}

type Refused = { touch: TouchUnderWay; parts: Parts; error: unknown };

/** The result where a refusal is no end: the person is one already, or another form will do. */
async function answerTo(
  client: Unipile,
  { touch, parts, error }: Refused,
): Promise<SendResult | null> {
  if (!(error instanceof UnipileError)) return null;
  const { message, personKey } = touch;
  if (error.type === 'already_connected') return alreadyConnected(personKey);
  if (asksForEmail(error))
    return message.email && !parts.email
      ? invite(client, touch, { ...parts, email: true })
      : { ok: false, fault: unreachable(emailDemanded, `${error.type} 400`), personKey };
  const hasOptionalNote = message.text !== '' && message.isTextOptional && parts.note;
  if (!hasOptionalNote || !noteRefusals.includes(error.type)) return null;
  if (unclear.includes(error.type)) {
    const known = await askAbout(client, touch, error);
    if (known) return known;
  }
  return invite(client, touch, { ...parts, note: false });
}

/** LinkedIn asks for the person's address now and then, so that accounts invite acquaintances. */
function asksForEmail({ status, type, message }: UnipileError): boolean {
  return [400, 422].includes(status) && /user_?email|\be-?mail\b/i.test(`${type} ${message}`);
}

async function refusalOf(
  client: Unipile,
  touch: TouchUnderWay,
  error: unknown,
): Promise<SendResult> {
  const { account, message, personKey } = touch;
  const gone = await faultOfSeat(client, account, error);
  if (gone) return { ok: false, fault: gone, personKey };
  const fault = faultOf(error, message.touch);
  if (!(error instanceof UnipileError) || !unclear.includes(error.type))
    return { ok: false, fault, personKey };
  const known = await askAbout(client, touch, error);
  if (known) return known;
  if (fault.kind === 'already_invited')
    return { ok: false, fault: unreachable(tooSoon, fault.code), personKey };
  const rest = fault.rest && { ...fault.rest, ...unclearRest };
  return { ok: false, fault: rest ? { ...fault, rest } : fault, personKey };
}

/**
 * The result when the profile tells that a refusal lies with the person; null when it does not.
 * LinkedIn gives the same refusal for an invitation that is pending, ignored or was withdrawn, and
 * when the account may not invite for now.
 */
async function askAbout(
  client: Unipile,
  { account, personKey }: TouchUnderWay,
  error: UnipileError,
): Promise<SendResult | null> {
  let standing: Standing;
  try {
    standing = await readFresh(client, account, personKey);
  } catch (cause) {
    return { ok: false, fault: faultOfReading(cause), personKey };
  }
  const code = `${error.type} ${error.status}`;
  const failed = (fault: Fault): SendResult => ({ ok: false, fault, personKey });
  if (standing.connected) return alreadyConnected(personKey);
  if (standing.invitation === 'PENDING')
    return failed({ kind: 'already_invited', code, detail: error.message });
  if (standing.invitation === 'RECEIVED')
    return failed({ kind: 'already_invited', code, detail: invitedUs });
  if (standing.invitation === 'WITHDRAWN') return failed(unreachable(tooSoon, code));
  return standing.invitation === 'IGNORED' ? failed(unreachable(ignored, code)) : null;
}
