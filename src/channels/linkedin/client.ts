import { z } from 'zod';
import { storable } from '../../domain/text.ts';

/** Where Unipile's API is, and the key for it. */
export type UnipileSettings = { url: string; apiKey: string };

/** Unipile's answer that it refused a request (RFC 7807). `type` is without its "errors/". */
export class UnipileError extends Error {
  readonly status: number;
  readonly type: string;
  /** The wait that Retry-After asks for; null when there is none. */
  readonly retryAfterMs: number | null;

  constructor(status: number, type: string, detail: string, retryAfterMs: number | null = null) {
    super(detail);
    this.status = status;
    this.type = type;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came. `said`: Unipile may have received the request. */
export class Unanswered extends Error {
  readonly code: string;
  readonly said: boolean;

  constructor(code: string, said: boolean, detail: string) {
    super(detail);
    this.code = code;
    this.said = said;
  }
}

type Query = Record<string, string | number | undefined>;
type Asking<Answer> = {
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
    asking: Asking<Answer>,
  ) => Promise<Answer>;
  /** The address of the API, without a path. */
  url: string;
};

const maxBytes = 16 * 1024 * 1024;
/** Before one of these, nothing was said. */
const unheard =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;
const problem = z.object({
  type: z.string().catch(''),
  title: z.string().catch(''),
  detail: z.string().catch(''),
});

/** Asks Unipile's API (v1). `answerMs`: how long an answer is waited for. */
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
      const body = json ? JSON.stringify(json) : form ? toForm(form) : null;
      const { response, text } = await exchange(address, {
        method,
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(answerMs),
      });
      // Some answers repeat the request: the reader of the refusal need not know the key.
      if (!response.ok) throw refusal(response, text.replaceAll(apiKey, '…'));
      const parsed = answer.safeParse(tryParse(text));
      // The call had its effect: only its answer cannot be understood.
      if (!parsed.success)
        throw new Unanswered(
          'unreadable',
          true,
          `Unipile's answer cannot be understood: ${parsed.error.issues[0]?.message}`,
        );
      return parsed.data;
    },
  };
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
    throw new Unanswered(
      code,
      !unheard.test(code),
      `Unipile did not answer: ${cause?.message ?? (error as Error).message}`,
    );
  }
}

function toForm(fields: Record<string, string>): FormData {
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
  const words =
    [title, detail].filter(Boolean).join(': ') || `Unipile answered ${response.status}.`;
  const slug = type.replace(/^errors\//, '') || 'unknown';
  return new UnipileError(
    response.status,
    slug,
    words.slice(0, 500),
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

/** A name of Unipile's, as it can be stored. */
export const nameText = z.string().min(1).max(500).transform(storable);

/**
 * All pages of a list, up to `most` of them, in the order they come. A row that cannot be
 * understood keeps no other one back: it is left out.
 */
export async function* pages<Item>(
  client: Client,
  path: string,
  asking: { item: z.ZodType<Item>; query: Query; max: number },
): AsyncGenerator<Item[]> {
  const list = z.object({ items: z.array(z.unknown()), cursor: z.string().nullish() });
  let cursor: string | undefined;
  for (let count = 0; count < asking.max; count += 1) {
    const found = await client.call('GET', path, {
      answer: list,
      query: { ...asking.query, cursor },
    });
    yield found.items.flatMap((row) => {
      const item = asking.item.safeParse(row);
      return item.success ? [item.data] : [];
    });
    if (!found.cursor) return;
    cursor = found.cursor;
  }
}
