import { z } from 'zod';
import { storable } from '../../domain/text.ts';

/** The address of Unipile's API and the key for it. */
export type UnipileSettings = { url: string; apiKey: string };

/** Unipile refused a request (RFC 7807). `type` is without the prefix "errors/". */
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

type Query = Record<string, string | number | undefined>;
type UnipileRequest<Answer> = {
  answer: z.ZodType<Answer>;
  query?: Query;
  json?: object;
  form?: Record<string, string>;
};

export type Client = {
  /** @throws UnipileError, Unanswered */
  call: <Answer>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    request: UnipileRequest<Answer>,
  ) => Promise<Answer>;
  /** The address of the API, without the path `/api/v1`. */
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

/** A client of Unipile's API (v1) that waits `answerMs` for an answer. */
export function createClient({ url, apiKey }: UnipileSettings, answerMs: number): Client {
  return {
    url,
    async call(method, path, { answer, query = {}, json, form }) {
      const address = new URL(`${url}/api/v1${path}`);
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) address.searchParams.set(name, String(value));
      const headers = {
        accept: 'application/json',
        'x-api-key': apiKey,
        ...(json ? { 'content-type': 'application/json' } : {}),
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
      if (!response.ok) throw refusal(response, text.replaceAll(apiKey, '…'));
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

function refusal(response: Response, text: string): UnipileError {
  const parsed = problem.safeParse(tryParse(text));
  const { type, title, detail } = parsed.success
    ? parsed.data
    : { type: '', title: '', detail: text };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const message =
    [title, detail].filter(Boolean).join(': ') || `Unipile answered ${response.status}.`;
  const slug = type.replace(/^errors\//, '') || 'unknown';
  return new UnipileError(
    response.status,
    slug,
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

/**
 * The pages of a list, at most `max`, in Unipile's order. A row that is not in the expected form is
 * left out, so that it does not block the others.
 */
export async function* pages<Item>(
  client: Client,
  path: string,
  { item, query, max }: { item: z.ZodType<Item>; query: Query; max: number },
): AsyncGenerator<Item[]> {
  const list = z.object({ items: z.array(z.unknown()), cursor: z.string().nullish() });
  let cursor: string | undefined;
  for (let count = 0; count < max; count += 1) {
    const found = await client.call('GET', path, { answer: list, query: { ...query, cursor } });
    yield found.items.flatMap((row) => {
      const parsed = item.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
    if (!found.cursor) return;
    cursor = found.cursor;
  }
}
