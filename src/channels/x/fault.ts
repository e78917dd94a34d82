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
    .array(
      z.object({
        code: z.number().optional().catch(undefined),
        message: z.string().optional(),
        detail: z.string().optional(),
      }),
    )
    .min(1),
});

/** X's reason for a refusal, from a problem document (RFC 7807) or the older list of errors. */
export function headline(body: unknown): string {
  const { title, detail } = problem.safeParse(body).data ?? {};
  const first = listed.safeParse(body).data?.errors[0];
  return (detail || first?.detail || first?.message || title || 'X gave no reason.').slice(0, 500);
}

// Texts of X's answers with 403 and 400.
const refusesPerson = [
  /permission to dm|cannot (send|dm|message)|can.t be (sent|messaged)/i,
  /not following you|not verified to send|message requests/i,
  /(participants?|recipient|user) (could|can)( ?not|n.t) be found/i,
  /(participant|recipient)\b.*(suspended|locked|deactivated)/i,
];
const takesForSpam = [
  /might be automated|spam|temporarily (locked|restricted|limited)|try again later/i,
];
const refusesApp = [
  /enrolled|client.forbidden|not configured|access level|unsupported.authentication/i,
];
const refusesLogin = [/scope/i, /\byour account\b.*(suspended|locked|deactivated)/i];
/** It may be the account that writes or the one that is written to. */
const accountLocked = /suspended|locked|deactivated/i;

/** The meanings of the numbers of X's older errors (its API v1.1, Response Codes). */
const oldCodes: ReadonlyMap<number, Fault['kind']> = new Map([
  [50, 'unreachable_person'],
  [63, 'unreachable_person'],
  [108, 'unreachable_person'],
  [150, 'unreachable_person'],
  [349, 'unreachable_person'],
  [88, 'rate_limited'],
  [226, 'rate_limited'],
  [344, 'rate_limited'],
  [64, 'credentials'],
  [326, 'credentials'],
]);

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
  if (status === 403 || status === 400) {
    const kind = kindOfRefusal(body);
    // The app is at fault, not the person. A code with a leading digit would say otherwise.
    return { kind, code: kind === 'temporary' ? `HTTP ${status}` : code, detail };
  }
  if (status === 404) return { kind: 'unreachable_person', code, detail };
  // X itself failed, not the request. A code with a leading digit would count as an answer about
  // the prospect.
  if (status >= 500 || status < 400) return { kind: 'temporary', code: `HTTP ${status}`, detail };
  return { kind: 'refused', code, detail };
}

function kindOfRefusal(body: unknown): Fault['kind'] {
  const { type = '', reason = '' } = problem.safeParse(body).data ?? {};
  const old = oldCodes.get(listed.safeParse(body).data?.errors[0]?.code ?? Number.NaN);
  if (old) return old;
  const text = `${headline(body)} ${type} ${reason}`;
  const matches = (patterns: RegExp[]) => patterns.some((pattern) => pattern.test(text));
  if (matches(refusesPerson)) return 'unreachable_person';
  if (matches(takesForSpam)) return 'rate_limited';
  if (matches(refusesApp)) return 'temporary';
  return matches(refusesLogin) || accountLocked.test(text) ? 'credentials' : 'refused';
}

/** Whether a refused message leaves open if its sender or its recipient is suspended. */
export const leavesOpenWhose = ({ kind, code, detail }: Fault): boolean =>
  kind === 'credentials' &&
  (code === '403' || code === '400') &&
  accountLocked.test(detail) &&
  !refusesLogin.some((pattern) => pattern.test(detail));

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
