import type { Fault } from '../channel.ts';

/** A call that came to nothing, in the words that a send's policy belongs to. */
export class XFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code ? `${fault.code}: ${fault.detail}` : fault.detail);
    this.fault = fault;
  }
}

export type Heard = { status: number; headers: Headers; text: string };

/**
 * One request, without following redirects: the token is for this host alone. @throws XFault when
 * there is no whole answer
 */
export async function hear(url: string, init: RequestInit, timeoutMs: number): Promise<Heard> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const { code: named, name } = ((error as Error).cause ?? error) as {
      code?: unknown;
      name?: string;
    };
    // A timeout has a number, which would be taken for an answer of X's.
    const code = typeof named === 'string' ? named : null;
    const unsaid = init.method !== 'POST' || neverSaid.has(code ?? '');
    const detail =
      name === 'TimeoutError'
        ? `X did not answer within ${timeoutMs / 1000} s.`
        : 'X cannot be reached.';
    throw new XFault({ kind: unsaid ? 'temporary' : 'ambiguous', code, detail });
  }
}

/** Errors before a request is on its way. */
const neverSaid = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
]);

/** JSON, or null when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
