import { dayMs, hourMs, minuteMs } from '../../domain/time.ts';
import type { Fault, FaultKind } from '../channel.ts';
import { NoAnswerError, UnipileError } from './client.ts';

type FaultRow = { kind: FaultKind; retryAfterMs?: number; detail?: string };

const session: FaultRow = { kind: 'credentials' };
const slowDown: FaultRow = { kind: 'rate_limited', retryAfterMs: hourMs };
/** LinkedIn counts these limits per day and per week; earlier attempts make them last longer. */
const limitUsedUp: FaultRow = { kind: 'rate_limited', retryAfterMs: dayMs };
const person: FaultRow = { kind: 'unreachable_person' };
const refused: FaultRow = { kind: 'refused' };

/** The faults of Unipile's error types (its API reference, v1). Other types go by the status. */
const byType: Record<string, FaultRow> = {
  missing_credentials: {
    kind: 'temporary',
    detail: 'Unipile refuses the key of this server: mend POSTRIDER_UNIPILE_API_KEY.',
  },
  multiple_sessions: session,
  invalid_checkpoint_solution: session,
  checkpoint_error: session,
  invalid_proxy_credentials: session,
  invalid_credentials: session,
  expired_credentials: session,
  insufficient_privileges: session,
  disconnected_account: session,
  disconnected_feature: session,
  wrong_account: session,
  invalid_account: session,
  account_restricted: session,
  account_mismatch: session,
  session_mismatch: session,
  action_required: session,
  unknown_authentication_context: session,
  insufficient_permissions: refused,
  resource_access_restricted: refused,
  feature_not_subscribed: refused,
  subscription_required: refused,
  insufficient_credits: refused,
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
  return refused;
}

/** How long a sender rests after an error of Unipile's server. */
const troubleMs = 15 * minuteMs;

/**
 * The wait after an error of the server; null when the answer is no such error. The call may have
 * had its effect: LinkedIn may take a message for which a gateway no longer waits. Unipile also
 * answers limits with 500 ("Provider limits and restrictions"), hence the longer wait.
 */
function waitAfterTrouble({ status, type }: UnipileError): number | null {
  if (status === 501) return null;
  if (status === 500) return hourMs;
  return status > 501 || status === 408 || type === 'request_timeout' ? troubleMs : null;
}

/**
 * The fault of a failed call. Its code never begins with a digit, because such a code would count
 * as an answer about the prospect.
 * @throws an error that is not of Unipile's client
 */
export function faultOf(error: unknown): Fault {
  if (error instanceof NoAnswerError)
    return {
      kind: error.maybeReceived ? 'ambiguous' : 'temporary',
      code: error.code,
      detail: error.message,
    };
  if (!(error instanceof UnipileError)) throw error;
  const code = `${error.type} ${error.status}`;
  const troubleWait = waitAfterTrouble(error);
  if (troubleWait !== null)
    return {
      kind: 'ambiguous',
      code,
      detail: error.message,
      retryAfterMs: error.retryAfterMs ?? troubleWait,
    };
  const { kind, retryAfterMs, detail } =
    (Object.hasOwn(byType, error.type) && byType[error.type]) || byStatus(error.status);
  const fault: Fault = { kind, code, detail: detail ?? error.message };
  const wait = error.retryAfterMs ?? retryAfterMs;
  return kind === 'rate_limited' && wait !== undefined ? { ...fault, retryAfterMs: wait } : fault;
}

/** The fault of a failed call that only reads: never `ambiguous`, because it can be repeated. */
export function faultOfReading(error: unknown): Fault {
  const fault = faultOf(error);
  if (fault.kind !== 'ambiguous') return fault;
  return { kind: 'temporary', code: fault.code, detail: fault.detail };
}
