import { z } from 'zod';
import { storable } from '../../domain/text.ts';

/** The address of Unipile's API without its path, the version there, and the key for it. */
export type UnipileSettings = { url: string; apiKey: string; version: 'v1' | 'v2' };

/**
 * Unipile refused a request (RFC 7807). `type` is a word of version 1, without the prefix
 * "errors/".
 */
export class UnipileError extends Error {
  readonly status: number;
  readonly type: string;
  /** The wait of the header Retry-After; null when there is none. */
  readonly retryAfterMs: number | null;

  constructor(status: number, type: string, detail: string, retryAfterMs: number | null = null) {
    super(detail);
    this.status = status;
    this.type = type;
    this.retryAfterMs = retryAfterMs;
  }
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof UnipileError && error.status === 404;

/** Unipile gave no answer that can be read. */
export class NoAnswerError extends Error {
  readonly code: string;
  /** Whether Unipile may have received the request. */
  readonly maybeReceived: boolean;

  constructor(detail: string, { code, maybeReceived }: { code: string; maybeReceived: boolean }) {
    super(detail);
    this.code = code;
    this.maybeReceived = maybeReceived;
  }
}

export type Query = Record<string, string | number | undefined>;
type UnipileRequest<Answer> = {
  answer: z.ZodType<Answer>;
  query?: Query;
  json?: object;
  form?: Record<string, string>;
  /** Other headers. */
  headers?: Record<string, string>;
};
type Method = 'GET' | 'POST' | 'DELETE';

/** A refusal as Unipile words it. */
export type WordedRefusal = {
  method: Method;
  path: string;
  status: number;
  type: string;
  detail: string;
};
/** The part in which the versions of the API differ for every call. */
type Dialect = {
  /** Begins each path. */
  path: string;
  /** The word of version 1 for a refusal. */
  typeOf: (refusal: WordedRefusal) => string;
};
const dialectOfV1: Dialect = {
  path: '/api/v1',
  typeOf: ({ type }) => type.replace(/^errors\//, ''),
};

export type Client = {
  /** @throws UnipileError, NoAnswerError */
  call: <Answer>(method: Method, path: string, request: UnipileRequest<Answer>) => Promise<Answer>;
  /** The address of the API, without the path of the version. */
  url: string;
};

const maxBytes = 16 * 1024 * 1024;
/** Codes of errors that end a request before a byte of it is sent. */
const unsentCodes = [
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT)$/,
  /^(CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/,
];
const problem = z.object({
  type: z.string().catch(''),
  title: z.string().catch(''),
  detail: z.string().catch(''),
});

/** A client of one version of Unipile's API that waits `answerMs` for an answer. */
export function createClient(
  { url, apiKey }: Omit<UnipileSettings, 'version'>,
  answerMs: number,
  dialect: Dialect = dialectOfV1,
): Client {
  return {
    url,
    async call(method, path, { answer, query = {}, json, form, headers: more = {} }) {
      const address = new URL(`${url}${dialect.path}${path}`);
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) address.searchParams.set(name, String(value));
      const headers = {
        accept: 'application/json',
        'x-api-key': apiKey,
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...more,
      };
      const init: RequestInit = {
        method,
        headers,
        body: json ? JSON.stringify(json) : toForm(form),
        redirect: 'manual',
        signal: AbortSignal.timeout(answerMs),
      };
      const first = await exchange(address, init);
      const target = targetOf(first.response, address);
      const { response, text } = target ? await exchange(target, init) : first;
      // The key is removed, because some answers repeat the request and refusals are shown.
      if (!response.ok)
        throw refusalIn(response, text.replaceAll(apiKey, '…'), (refusal) =>
          dialect.typeOf({ ...refusal, method, path }),
        );
      const parsed = answer.safeParse(tryParse(text));
      // The call had its effect; only the answer is not in the expected form.
      if (!parsed.success) {
        const issue = parsed.error.issues[0]?.message;
        const detail = `Unipile's answer cannot be understood: ${issue}`;
        throw new NoAnswerError(detail, { code: 'unreadable', maybeReceived: true });
      }
      return parsed.data;
    },
  };
}

/**
 * Where a redirection leads to, on the same server, which has the key already; null for any other
 * answer. The request had no effect at the first address, so it is made again as it was: Unipile
 * redirects some paths to themselves with a slash.
 */
function targetOf(response: Response, from: URL): URL | null {
  const location = response.headers.get('location');
  if (response.status < 300 || response.status > 399 || !location) return null;
  const target = URL.canParse(location, from) ? new URL(location, from) : null;
  return target?.origin === from.origin ? target : null;
}

async function exchange(
  address: URL,
  init: RequestInit,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(address, init);
    const text = await response.text();
    return { response, text: text.slice(0, maxBytes) };
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const code = cause?.code ?? (error as Error).name;
    const detail = `Unipile did not answer: ${cause?.message ?? (error as Error).message}`;
    const maybeReceived = !unsentCodes.some((pattern) => pattern.test(code));
    throw new NoAnswerError(detail, { code, maybeReceived });
  }
}

function toForm(fields: Record<string, string> | undefined): FormData | null {
  if (!fields) return null;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

function refusalIn(
  response: Response,
  text: string,
  typeOf: (refusal: Omit<WordedRefusal, 'method' | 'path'>) => string,
): UnipileError {
  const parsed = problem.safeParse(tryParse(text));
  const { type, title, detail } = parsed.success
    ? parsed.data
    : { type: '', title: '', detail: text };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const message =
    [title, detail].filter(Boolean).join(': ') || `Unipile answered ${response.status}.`;
  const word = typeOf({ status: response.status, type, detail: message });
  return new UnipileError(
    response.status,
    word || 'unknown',
    message.slice(0, 500),
    Number.isFinite(seconds) ? seconds * 1000 : null,
  );
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A name or id from Unipile, in a form that the database can store. */
export const nameText = z.string().min(1).max(500).transform(storable);
