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

/** The reason of a refusal in X's words (RFC 7807, or the older list of errors). */
export function headline(body: unknown): string {
  const { title, detail } = problem.safeParse(body).data ?? {};
  const first = listed.safeParse(body).data?.errors[0];
  return (detail || first?.detail || first?.message || title || 'X gave no reason.').slice(0, 500);
}

const unwilling =
  /permission to dm|cannot (send|dm)|can.t be (sent|messaged)|not following you|not verified to send|message requests/i;
const watched = /might be automated|spam|temporarily (locked|restricted|limited)|try again later/i;
const unable =
  /suspended|locked|scope|enrolled|client.forbidden|not configured|access level|unsupported.authentication/i;

const creditWaitMs = hourMs;

/** The fault that a refusal of X stands for. */
export function faultOf(refusal: Refusal, body: unknown): Fault {
  const { status } = refusal;
  const detail = headline(body);
  const code = String(status);
  if (status === 429) return { kind: 'rate_limited', code, detail, ...retryAfter(refusal.headers) };
  // Prepaid credits are used up: nobody can be written to until somebody tops them up.
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
  // Without a leading digit: X itself is in trouble, not the request.
  if (status >= 500 || status < 400) return { kind: 'temporary', code: `HTTP ${status}`, detail };
  return { kind: 'refused', code, detail };
}

function kindOfForbidden(said: string): Fault['kind'] {
  if (unwilling.test(said)) return 'unreachable_person';
  if (watched.test(said)) return 'rate_limited';
  return unable.test(said) ? 'credentials' : 'refused';
}

const windows = ['x-user-limit-24hour', 'x-app-limit-24hour', 'x-rate-limit'];

/**
 * How long until the window that is used up begins anew, by X's own clock: the longest, if there
 * are several.
 */
function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const now = Date.parse(headers.get('date') ?? '');
  const named = windows.filter((name) => headers.get(`${name}-remaining`) === '0');
  const resets = (named.length > 0 ? named : windows.slice(-1)).map(
    (name) => Number(headers.get(`${name}-reset`) ?? Number.NaN) * 1000 - now,
  );
  const longest = Math.max(...resets);
  return Number.isFinite(longest) ? { retryAfterMs: Math.max(0, longest) + 1000 } : {};
}
