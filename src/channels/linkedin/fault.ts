import { dayMs, hourMs, minuteMs } from '../../domain/time.ts';
import type { Fault, FaultKind } from '../channel.ts';
import { NoAnswerError, UnipileError } from './client.ts';

/** `ofTouch`: only touches of the type that was refused rest. */
type FaultRow = { kind: FaultKind; retryAfterMs?: number; detail?: string; ofTouch?: true };

const session: FaultRow = { kind: 'credentials' };
const restricted: FaultRow = {
  kind: 'credentials',
  detail:
    'LinkedIn has restricted this account. Open linkedin.com as its owner and do what it asks ' +
    'for; to log in here again does not help.',
};
const slowDown: FaultRow = { kind: 'rate_limited', retryAfterMs: hourMs };
/** LinkedIn counts these limits per day and per week; earlier attempts make them last longer. */
const limitUsedUp: FaultRow = { kind: 'rate_limited', retryAfterMs: dayMs, ofTouch: true };
const person: FaultRow = { kind: 'unreachable_person' };
const refused: FaultRow = { kind: 'refused' };

/**
 * The faults of Unipile's error types, in the words of version 1 of its API. Other types go by the
 * status.
 */
const byType: Record<string, FaultRow> = {
  missing_credentials: {
    kind: 'temporary',
    detail: 'Unipile refuses the key of this server: mend POSTRIDER_UNIPILE_API_KEY.',
  },
  inactive_subscription: {
    kind: 'temporary',
    detail: 'The subscription at Unipile is not active: see its dashboard.',
  },
  account_locked: {
    kind: 'credentials',
    detail: 'Unipile has locked this account: see its dashboard.',
  },
  invalid_checkpoint_solution: session,
  checkpoint_error: session,
  invalid_proxy_credentials: session,
  invalid_credentials: session,
  expired_credentials: session,
  disconnected_account: session,
  wrong_account: session,
  account_restricted: restricted,
  account_mismatch: session,
  session_mismatch: session,
  action_required: session,
  unknown_authentication_context: session,
  // The account lacks a product of LinkedIn (its seat), which restricts this route alone.
  multiple_sessions: refused,
  insufficient_privileges: refused,
  disconnected_feature: refused,
  invalid_account: refused,
  insufficient_permissions: refused,
  resource_access_restricted: refused,
  feature_not_subscribed: refused,
  subscription_required: refused,
  insufficient_credits: limitUsedUp,
  invalid_recipient: person,
  blocked_recipient: person,
  user_unreachable: person,
  cannot_invite_attendee: person,
  not_allowed_inmail: person,
  invalid_resource_identifier: person,
  resource_not_found: person,
  no_connection_with_recipient: { kind: 'not_connected' },
  already_invited_recently: { kind: 'already_invited' },
  action_already_performed: { kind: 'already_invited' },
  cannot_resend_yet: limitUsedUp,
  cannot_resend_within_24hrs: limitUsedUp,
  limit_exceeded: limitUsedUp,
  connection_limit_reached: limitUsedUp,
  too_many_requests: slowDown,
};

function byStatus(status: number): FaultRow {
  if (status === 429) return slowDown;
  if (status === 401) return session;
  if (status >= 300 && status < 400) return moved;
  return refused;
}

const moved: FaultRow = {
  kind: 'temporary',
  detail: 'Unipile sends us to another address: mend POSTRIDER_UNIPILE_DSN.',
};

/** How long a sender rests after an error of Unipile's server. */
const troubleMs = 15 * minuteMs;

/**
 * The fault of an error of Unipile's server, or of one that it had with LinkedIn; null when it is
 * none. The call may have had its effect: LinkedIn may take a message for which a gateway no longer
 * waits. Unipile also answers limits with 500, and invitations of accounts that are too young
 * ("Provider limits and restrictions"): that kind of touch rests, longer each time.
 */
function troubleOf(error: UnipileError, touch: string | null): Fault | null {
  const { status, type, retryAfterMs, message: detail } = error;
  const isTrouble = status >= 500 || status === 408 || type === 'request_timeout';
  if (status === 501 || !isTrouble) return null;
  const fault: Fault = { kind: 'ambiguous', code: codeOf(error), detail };
  if (status !== 500 || touch === null)
    return { ...fault, retryAfterMs: retryAfterMs ?? (status === 500 ? hourMs : troubleMs) };
  return { ...fault, rest: { of: touch, ms: retryAfterMs ?? hourMs, reason: detail, grows: true } };
}

/** Never begins with a digit, because such a code would count as an answer about the prospect. */
const codeOf = ({ type, status }: UnipileError): string => `${type} ${status}`;

/**
 * The fault of a failed call, for a touch of this type; null for none.
 * @throws an error that is not of Unipile's client
 */
export function faultOf(error: unknown, touch: string | null = null): Fault {
  if (error instanceof NoAnswerError)
    return {
      kind: error.maybeReceived ? 'ambiguous' : 'temporary',
      code: error.code,
      detail: error.message,
    };
  if (!(error instanceof UnipileError)) throw error;
  const trouble = troubleOf(error, touch);
  if (trouble) return trouble;
  const { kind, retryAfterMs, detail, ofTouch } =
    (Object.hasOwn(byType, error.type) && byType[error.type]) || byStatus(error.status);
  const fault: Fault = { kind, code: codeOf(error), detail: detail ?? error.message };
  const ms = error.retryAfterMs ?? retryAfterMs;
  if (kind !== 'rate_limited' || ms === undefined) return fault;
  return ofTouch && touch !== null
    ? { ...fault, rest: { of: touch, ms, reason: error.message } }
    : { ...fault, retryAfterMs: ms };
}

/** The fault of a failed call that only reads: never `ambiguous`, because it can be repeated. */
export function faultOfReading(error: unknown): Fault {
  const fault = faultOf(error);
  if (fault.kind !== 'ambiguous') return fault;
  return { kind: 'temporary', code: fault.code, detail: fault.detail };
}
