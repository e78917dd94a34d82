import { z } from 'zod';
import { hourMs } from '../../domain/time.ts';
import type { Fault } from '../channel.ts';

type Refusal = { status: number; headers: Headers };

const problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  type: z.string().optional(),
  reason: z.string().optional(),
});
const listed = z.object({
  errors: z
    .array(z.object({ message: z.string().optional(), detail: z.string().optional() }))
    .min(1),
});

/** X's reason for a refusal, from a problem document (RFC 7807) or the older list of errors. */
export function headline(body: unknown): string {
  const { title, detail } = problem.safeParse(body).data ?? {};
  const first = listed.safeParse(body).data?.errors[0];
  return (detail || first?.detail || first?.message || title || 'X gave no reason.').slice(0, 500);
}

// Texts of X's answers with 403.
const refusesPerson = [
  /permission to dm|cannot (send|dm)|can.t be (sent|messaged)/i,
  /not following you|not verified to send|message requests/i,
];
const takesForSpam = [
  /might be automated|spam|temporarily (locked|restricted|limited)|try again later/i,
];
const accountLocked = [
  /suspended|locked|scope|enrolled|client.forbidden|not configured/i,
  /access level|unsupported.authentication/i,
];

const creditWaitMs = hourMs;

/** The fault that a refusal of X stands for. */
export function faultOf(refusal: Refusal, body: unknown): Fault {
  const { status } = refusal;
  const detail = headline(body);
  const code = String(status);
  if (status === 429) return { kind: 'rate_limited', code, detail, ...retryAfter(refusal.headers) };
  // Prepaid credits are used up: no message can go out until the operator buys more.
  if (status === 402) return { kind: 'rate_limited', code, detail, retryAfterMs: creditWaitMs };
  if (status === 401)
    return { kind: 'credentials', code, detail: `X refuses the login: ${detail}` };
  if (status === 403)
    return {
      kind: kindOfForbidden(`${detail} ${problem.safeParse(body).data?.type ?? ''}`),
      code,
      detail,
    };
  if (status === 404) return { kind: 'unreachable_person', code, detail };
  // X itself failed, not the request. A code with a leading digit would count as an answer about
  // the prospect.
  if (status >= 500 || status < 400) return { kind: 'temporary', code: `HTTP ${status}`, detail };
  return { kind: 'refused', code, detail };
}

function kindOfForbidden(text: string): Fault['kind'] {
  const matches = (patterns: RegExp[]) => patterns.some((pattern) => pattern.test(text));
  if (matches(refusesPerson)) return 'unreachable_person';
  if (matches(takesForSpam)) return 'rate_limited';
  return matches(accountLocked) ? 'credentials' : 'refused';
}

const windows = ['x-user-limit-24hour', 'x-app-limit-24hour', 'x-rate-limit'];

/**
 * The wait until the used-up rate limit window starts anew, by X's own clock. With several windows
 * the longest wait counts.
 */
function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const now = Date.parse(headers.get('date') ?? '');
  const named = windows.filter((name) => headers.get(`${name}-remaining`) === '0');
  const resets = (named.length > 0 ? named : windows.slice(-1)).map(
    (name) => Number(headers.get(`${name}-reset`) ?? Number.NaN) * 1000 - now,
  );
  const maxMs = Math.max(...resets);
  return Number.isFinite(maxMs) ? { retryAfterMs: Math.max(0, maxMs) + 1000 } : {};
}
