import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Fault } from '../channel.ts';
import { hear, readJson, XFault } from './http.ts';

/** Our app at X. `authorizeUrl` is where people allow it, `apiUrl` has no trailing slash. */
export type XApp = {
  clientId: string;
  clientSecret: string | null;
  apiUrl: string;
  authorizeUrl: string;
};

/** X's own API. */
export const xApiUrl = 'https://api.x.com';

export const tokensSchema = z.strictObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
});
export type Tokens = z.output<typeof tokensSchema>;

/** What X must allow: direct messages, who somebody is, and tokens that can be renewed. */
export const xScopes = ['tweet.read', 'users.read', 'dm.read', 'dm.write', 'offline.access'];

type Begun = { redirectUri: string; state: string; verifier: string };

/** Where the owner of the account allows us in (OAuth 2.0, authorization code with PKCE). */
export function authorizeUrl(
  { clientId, authorizeUrl: base }: XApp,
  { redirectUri, state, verifier }: Begun,
): string {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: xScopes.join(' '),
    state,
  };
  const proof = { code_challenge: challenge, code_challenge_method: 'S256' };
  return `${base}?${new URLSearchParams({ ...query, ...proof })}`;
}

type Redemption = { code: string; verifier: string; redirectUri: string };

/**
 * The tokens for a code, which X takes once and for 30 seconds. @throws XFault `credentials` when X
 * refuses the code, or withholds a scope
 */
export function redeem(
  app: XApp,
  { code, verifier, redirectUri }: Redemption,
  timeoutMs: number,
): Promise<Tokens> {
  return ask(
    app,
    { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    timeoutMs,
  );
}

/**
 * New tokens; the old refresh token is good for nothing from then on. @throws XFault `credentials`
 * when the login was taken back
 */
export function refresh(app: XApp, { refresh_token }: Tokens, timeoutMs: number): Promise<Tokens> {
  return ask(app, { grant_type: 'refresh_token', refresh_token }, timeoutMs);
}

const answerSchema = z.object({ ...tokensSchema.shape, scope: z.string().optional() });
const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

async function ask(app: XApp, form: Record<string, string>, timeoutMs: number): Promise<Tokens> {
  const { clientId, clientSecret } = app;
  const basic =
    clientSecret === null ? null : Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const body = new URLSearchParams({ ...form, client_id: clientId });
  const init = {
    method: 'POST',
    body,
    ...(basic ? { headers: { authorization: `Basic ${basic}` } } : {}),
  };
  // Whatever becomes of it, no message went out.
  const heard = await hear(`${app.apiUrl}/2/oauth2/token`, init, timeoutMs).catch(
    (error: unknown) => {
      throw error instanceof XFault ? new XFault({ ...error.fault, kind: 'temporary' }) : error;
    },
  );
  const json = readJson(heard.text);
  const answer = answerSchema.safeParse(json);
  if (heard.status === 200 && answer.success) return granted(answer.data);
  throw new XFault(refusalOf(heard.status, refusalSchema.safeParse(json).data));
}

type Refusal = z.output<typeof refusalSchema>;

/** Words of an `invalid_request` that are about the app or our request, and not about the login. */
const aboutApp = /client|\bapp|header|secret|redirect|grant.?type/i;

/**
 * The fault of a token request (RFC 6749, 5.2). Only X's words about this token or code are the
 * login's fault: a changed secret, a blocked app or a page of HTML would end every login at once.
 */
function refusalOf(status: number, refusal: Refusal | undefined): Fault {
  const { error, error_description: words } = refusal ?? {};
  const said = words || error || `HTTP ${status}`;
  const isOfLogin =
    (status === 400 || status === 401) &&
    (error === 'invalid_grant' || (error === 'invalid_request' && !aboutApp.test(words ?? '')));
  if (isOfLogin)
    return { kind: 'credentials', code: String(status), detail: `X refuses the login: ${said}` };
  const code = `HTTP ${status}`;
  if (status === 429 || status >= 500)
    return { kind: 'temporary', code, detail: `X cannot renew the login now: ${said}` };
  const advice =
    'It refuses the app, not the account: look at POSTRIDER_X_CLIENT_ID, ' +
    'POSTRIDER_X_CLIENT_SECRET and the app in the console of X.';
  return { kind: 'temporary', code, detail: `X does not renew the login: ${said}. ${advice}` };
}

function granted({ scope, ...tokens }: z.output<typeof answerSchema>): Tokens {
  const missing =
    scope === undefined ? [] : xScopes.filter((one) => !scope.split(' ').includes(one));
  if (missing.length > 0)
    throw new XFault({
      kind: 'credentials',
      code: null,
      detail: `X withholds ${missing.join(', ')}: allow all that is asked for.`,
    });
  return tokens;
}
