import { basePath } from './base.ts';

/**
 * The one place that knows how the page proves its person to the server: today by an API key, kept
 * until the tab is closed.
 */
const place = 'postrider.key';

export const readKey = (): string | null => sessionStorage.getItem(place);

/** Headers that every call to the API carries. */
export function doorHeaders(): Record<string, string> {
  const key = readKey();
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** Keeps the key for this tab when the server takes it. Returns a sentence when it does not. */
export async function signIn(key: string): Promise<string | null> {
  const answer = await fetch(`${basePath}/api/account`, {
    headers: { authorization: `Bearer ${key}` },
  }).catch(() => null);
  if (!answer) return 'The server did not answer. Is it running?';
  if (answer.status === 401) return 'The server does not know this key. Copy it again, whole.';
  if (!answer.ok) return `The server answered ${answer.status}. Try again.`;
  sessionStorage.setItem(place, key);
  return null;
}

export function signOut(): void {
  sessionStorage.removeItem(place);
}
