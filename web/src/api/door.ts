import { basePath } from './base.ts';

/**
 * The one place that knows how the page proves its person to the server: by the cookie of a
 * session, which no script can read, or by an API key, kept until the tab is closed.
 */
const place = 'postrider.key';

/** The key of this tab; null when a session may have signed in. */
export const readKey = (): string | null => sessionStorage.getItem(place);

/** Headers of every call to the API: the key, or the workspace that the address names. */
export function doorHeaders(): Record<string, string> {
  const key = readKey();
  if (key) return { authorization: `Bearer ${key}` };
  const workspace = /^\/w\/([\w-]+)/.exec(location.pathname.slice(basePath.length))?.[1];
  return workspace ? { 'postrider-workspace': workspace } : {};
}

/** What a call to the door came to: null when it opened, else a sentence for the person. */
type Refusal = string | null;

async function ask(path: string, request: RequestInit): Promise<Response | null> {
  return fetch(`${basePath}${path}`, request).catch(() => null);
}

async function refusalOf(answer: Response | null): Promise<Refusal> {
  if (!answer) return 'The server did not answer. Is it running?';
  if (answer.ok) return null;
  const body = (await answer.json().catch(() => ({}))) as { detail?: string; hint?: string };
  return [body.detail ?? `The server answered ${answer.status}.`, body.hint]
    .filter(Boolean)
    .join(' ');
}

const post = (path: string, body: object) =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Keeps the key for this tab when the server takes it. */
export async function signInByKey(key: string): Promise<Refusal> {
  const answer = await ask('/api/account', { headers: { authorization: `Bearer ${key}` } });
  if (answer?.status === 401) return 'The server does not know this key. Copy it again, whole.';
  const refusal = await refusalOf(answer);
  if (refusal === null) sessionStorage.setItem(place, key);
  return refusal;
}

/** Signs in; the server sets the cookie. */
export async function signInByPassword(email: string, password: string): Promise<Refusal> {
  const answer = await post('/api/sessions', { email, password });
  if (answer?.status === 404) return 'This server has no accounts: use an API key.';
  return refusalOf(answer);
}

/** What a link of the server is for. */
export type DoorLink = {
  kind: 'welcome' | 'invite' | 'reset';
  email: string | null;
  workspace: string | null;
  made_by: string | null;
  has_account: boolean;
};

/** The link in the fragment of the address, which browsers send to nobody; null without one. */
export const readLinkToken = (fragment: string): string | null =>
  /^(?:welcome|invite|reset)=([\w-]+)$/.exec(fragment)?.[1] ?? null;

export async function showLink(token: string): Promise<DoorLink | string> {
  const answer = await post('/api/links/show', { token });
  const refusal = await refusalOf(answer);
  return refusal ?? ((await answer!.json()) as { link: DoorLink }).link;
}

type Accepted = { token: string; email?: string; name?: string; password: string };

/** Uses a link, which signs in. */
export const acceptLink = async (given: Accepted): Promise<Refusal> =>
  refusalOf(await post('/api/links/accept', given));

type SessionAnswer = { session: { id: string; scopes: string[] } };

/** The scopes of the person who has signed in; null for a key, which tells its own. */
export async function readSession(): Promise<SessionAnswer['session'] | null> {
  if (readKey()) return null;
  const answer = await ask('/api/session', { headers: doorHeaders() });
  return answer?.ok ? ((await answer.json()) as SessionAnswer).session : null;
}

export async function signOut(): Promise<void> {
  const session = await readSession();
  sessionStorage.removeItem(place);
  if (session) await ask(`/api/sessions/${session.id}`, { method: 'DELETE' });
}
