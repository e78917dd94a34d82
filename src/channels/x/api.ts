import { minuteMs } from '../../domain/time.ts';
import type { Account, Fault } from '../channel.ts';
import { faultOf, headline } from './fault.ts';
import { type Heard, hear, readJson, XFault } from './http.ts';
import { refresh, type Tokens, tokensSchema, type XApp } from './oauth.ts';

export type XCall = {
  method?: 'GET' | 'POST';
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  /** By `performance.now()`. After it no request begins. */
  deadline?: number;
};

/** The body of a 2xx answer. `at` is its time by X's clock (epoch ms), NaN when X gave no date. */
export type XAnswer = { body: unknown; at: number };

const lateFault: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'The deadline passed before the message was handed over.',
};

/** X takes a while to know its own tokens now and then, so that one refusal ends no login. */
const freshlyRefused: Fault = {
  kind: 'temporary',
  code: 'HTTP 401',
  detail: 'Unauthorized: X refuses a token that it gave just now; it is asked again in a minute.',
};

/** Calls X as an account. When X refuses the access token, it is renewed once. */
export class XApi {
  readonly #app: XApp;
  readonly #timeoutMs: number;
  /** The last renewal. One runs at a time, because each holds a database connection meanwhile. */
  #renewing: Promise<unknown> = Promise.resolve();
  /** When X first refused a token that it had just given, by account and kind of call. */
  readonly #refusedAt = new Map<string, number>();

  constructor(app: XApp, timeoutMs: number) {
    this.#app = app;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws XFault; its kind is `ambiguous` when a POST may have had its effect */
  async call(account: Account, call: XCall): Promise<XAnswer> {
    const tokens = readTokens(account);
    const first = await this.#fetch(tokens.access_token, call);
    const place = `${account.id} ${call.method ?? 'GET'} ${call.path.split('/', 3).join('/')}`;
    if (first.status !== 401) {
      this.#refusedAt.delete(place);
      return accept(first, call);
    }
    // A call that X refused because of the token had no effect, so a second one is safe.
    const renewed = await this.#renew(account, tokens);
    const second = await this.#fetch(renewed.access_token, call);
    if (second.status === 401 && this.#isNewRefusal(place, atOf(second)))
      throw new XFault(freshlyRefused);
    if (second.status !== 401) this.#refusedAt.delete(place);
    return accept(second, call);
  }

  /** Whether X has refused fresh tokens there for less than a minute, by X's clock. */
  #isNewRefusal(place: string, at: number): boolean {
    const since = this.#refusedAt.get(place);
    if (since === undefined) this.#refusedAt.set(place, at);
    return since === undefined || at - since < minuteMs;
  }

  async #fetch(
    token: string,
    { method = 'GET', path, query, body, deadline = Infinity }: XCall,
  ): Promise<Heard> {
    if (performance.now() >= deadline) throw new XFault(lateFault);
    const url = `${this.#app.apiUrl}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return hear(url, init, this.#timeoutMs);
  }

  /** Returns newer tokens than these. @throws XFault `credentials` when the login was revoked */
  #renew(account: Account, refused: Tokens): Promise<Tokens> {
    const renewal = this.#renewing.then(async () => {
      if (!account.renew)
        throw new XFault({ kind: 'credentials', code: '401', detail: 'X refuses the login.' });
      const secrets = await account.renew(async (stored) => {
        const tokens = tokensSchema.parse(stored);
        return tokens.access_token === refused.access_token
          ? refresh(this.#app, tokens, this.#timeoutMs)
          : null;
      });
      account.secrets = secrets;
      return tokensSchema.parse(secrets);
    });
    this.#renewing = renewal.catch(() => {});
    return renewal;
  }
}

function readTokens(account: Account): Tokens {
  const tokens = tokensSchema.safeParse(account.secrets);
  if (!tokens.success)
    throw new XFault({
      kind: 'credentials',
      code: null,
      detail: 'The account is not logged in to X.',
    });
  return tokens.data;
}

/** How long an account rests after an answer that leaves the effect of a call open. */
const troubleMs = 15 * minuteMs;

/** See Other (303) answers a call that was carried out, by its definition. */
const mayHaveEffect = (status: number): boolean =>
  status >= 500 || status === 408 || status === 303;

const atOf = ({ headers }: Heard): number => Date.parse(headers.get('date') ?? '');

function accept(response: Heard, { method = 'GET' }: XCall): XAnswer {
  const body = readJson(response.text);
  if (response.status >= 200 && response.status < 300) return { body, at: atOf(response) };
  const inDoubt = method === 'POST' && mayHaveEffect(response.status);
  throw new XFault(
    inDoubt
      ? {
          kind: 'ambiguous',
          code: `HTTP ${response.status}`,
          detail: headline(body),
          retryAfterMs: troubleMs,
        }
      : faultOf(response, body),
  );
}
