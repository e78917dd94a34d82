import { dayMs, hourMs } from '../../domain/time.ts';
import type { Fault, FaultKind } from '../channel.ts';
import { Unanswered, UnipileError } from './client.ts';

type Row = { kind: FaultKind; retryAfterMs?: number; detail?: string };

const session: Row = { kind: 'credentials' };
const slow: Row = { kind: 'rate_limited', retryAfterMs: hourMs };
/** LinkedIn counts such limits by the day and by the week; asking again sooner makes it worse. */
const spent: Row = { kind: 'rate_limited', retryAfterMs: dayMs };
const person: Row = { kind: 'unreachable_person' };
const refused: Row = { kind: 'refused' };
const down: Row = { kind: 'temporary' };

/**
 * The meaning of Unipile's error types (its reference, v1). Types that are not listed go by their
 * status.
 */
const byType: Record<string, Row> = {
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
  cannot_resend_yet: spent,
  cannot_resend_within_24hrs: spent,
  limit_exceeded: spent,
  connection_limit_reached: spent,
  too_many_requests: slow,
  provider_error: down,
  unexpected_error: down,
};

function byStatus(status: number): Row {
  if (status === 429) return slow;
  if (status === 401) return session;
  return status >= 500 && status !== 501 ? down : refused;
}

/**
 * The fault of a failed call, for the engine's policies. Its code never begins with a digit,
 * because Unipile's answer is not the person's.
 */
export function faultOf(error: unknown): Fault {
  if (error instanceof Unanswered)
    return {
      kind: error.said ? 'ambiguous' : 'temporary',
      code: error.code,
      detail: error.message,
    };
  if (!(error instanceof UnipileError)) throw error;
  const { kind, retryAfterMs, detail } =
    (Object.hasOwn(byType, error.type) && byType[error.type]) || byStatus(error.status);
  const fault: Fault = {
    kind,
    code: `${error.type} ${error.status}`,
    detail: detail ?? error.message,
  };
  const wait = error.retryAfterMs ?? retryAfterMs;
  return kind === 'rate_limited' && wait !== undefined ? { ...fault, retryAfterMs: wait } : fault;
}

/** The fault of a failed call that changes nothing: it can be repeated. */
export function faultOfReading(error: unknown): Fault {
  const fault = faultOf(error);
  return fault.kind === 'ambiguous' ? { ...fault, kind: 'temporary' } : fault;
}

/** Whether a call may have had its effect although its answer says otherwise, or none came. */
export function isDoubtful(error: unknown): boolean {
  if (error instanceof Unanswered) return error.said;
  return error instanceof UnipileError && error.status >= 500 && error.status !== 501;
}

/**
 * Limits are also answered with 500 (Unipile, "Provider limits and restrictions"): the sender slows
 * down.
 */
export const overloaded = (error: unknown): Fault => ({
  ...faultOf(error),
  kind: 'rate_limited',
  retryAfterMs: hourMs,
});
