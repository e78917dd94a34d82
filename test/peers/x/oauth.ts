import { createHash, randomBytes } from 'node:crypto';
import type { Ask, Reply, Route } from './http.ts';
import { type State, userNamed } from './state.ts';

const codeMs = 30_000;
const accessMs = 2 * 60 * 60_000;

/**
 * Allows or denies on X's page of consent. Returns the URL to which X sends the browser. @throws
 * when the page would show an error
 */
export function decide(state: State, url: string, username: string, allows: boolean): string {
  const { searchParams: asked, pathname } = new URL(url);
  const get = (name: string) => asked.get(name) ?? '';
  if (pathname !== '/i/oauth2/authorize' || get('response_type') !== 'code')
    throw new Error('not a page of consent');
  if (get('client_id') !== state.app.clientId || get('redirect_uri') !== state.app.redirectUri)
    throw new Error('another app');
  if (get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(get('code_challenge')))
    throw new Error('no PKCE');
  if (get('state') === '' || get('state').length > 500) throw new Error('no state');
  const back = new URL(state.app.redirectUri);
  back.searchParams.set('state', get('state'));
  if (!allows) {
    back.searchParams.set('error', 'access_denied');
    return back.href;
  }
  const code = randomBytes(20).toString('base64url');
  const expiresAt = state.now().getTime() + codeMs;
  const { id: userId } = userNamed(state, username);
  state.codes.push({
    code,
    userId,
    challenge: get('code_challenge'),
    redirectUri: get('redirect_uri'),
    scope: get('scope'),
    expiresAt,
  });
  back.searchParams.set('code', code);
  return back.href;
}

const refusal = (error: string, error_description: string, status = 400): Reply => ({
  status,
  body: { error, error_description },
});

function token({ state, body, headers }: Ask): Reply {
  const form = new URLSearchParams(body);
  const { clientId, clientSecret } = state.app;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const known =
    clientSecret === null ? form.get('client_id') === clientId : headers.authorization === basic;
  if (!known) return refusal('unauthorized_client', 'Missing valid authorization header', 401);
  return form.get('grant_type') === 'refresh_token' ? refresh(state, form) : redeem(state, form);
}

function redeem(state: State, form: URLSearchParams): Reply {
  const at = state.codes.findIndex((one) => one.code === form.get('code'));
  const [code] = at < 0 ? [] : state.codes.splice(at, 1);
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (!code || code.expiresAt <= state.now().getTime())
    return refusal('invalid_request', 'Value passed for the authorization code was invalid.');
  if (code.redirectUri !== form.get('redirect_uri'))
    return refusal('invalid_request', 'Value passed for the redirect uri did not match.');
  if (code.challenge !== challenge)
    return refusal(
      'invalid_request',
      'Value passed for the code verifier did not match the code challenge.',
    );
  return grant(state, code.userId, code.scope);
}

/** A refresh token is valid once. */
function refresh(state: State, form: URLSearchParams): Reply {
  const at = state.grants.findIndex((one) => one.refresh === form.get('refresh_token'));
  const [old] = at < 0 ? [] : state.grants.splice(at, 1);
  if (!old) return refusal('invalid_request', 'Value passed for the token was invalid.');
  return grant(state, old.userId, 'tweet.read users.read dm.read dm.write offline.access');
}

/** New tokens of a user. */
export function grant(state: State, userId: string, scope: string): Reply {
  const [access, fresh] = [
    randomBytes(30).toString('base64url'),
    randomBytes(30).toString('base64url'),
  ];
  state.grants.push({
    userId,
    access,
    refresh: fresh,
    expiresAt: state.now().getTime() + accessMs,
  });
  const body = {
    token_type: 'bearer',
    expires_in: accessMs / 1000,
    access_token: access,
    refresh_token: fresh,
    scope,
  };
  return { status: 200, body };
}

export const oauthRoutes: Route[] = [
  { name: 'token', method: 'POST', path: /^\/2\/oauth2\/token$/, login: false, answer: token },
];
