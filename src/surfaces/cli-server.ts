import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isLoopback } from '../config.ts';

export type Server = { url: string; key: string };
type Env = Record<string, string | undefined>;

/**
 * The server's URL and the key for it, from the environment, else from the data directory of a
 * server on this machine.
 * @throws NoServerError
 */
export async function findServer(env: Env): Promise<Server> {
  const dataDir = path.resolve(env.POSTRIDER_DATA_DIR || '.data');
  const url = env.POSTRIDER_BASE_URL || (await readUrl(path.join(dataDir, 'server.json')));
  if (!url) {
    const advice = 'Start one here (npm start), or set POSTRIDER_BASE_URL and POSTRIDER_API_KEY.';
    throw new NoServerError(`No server is known: ${dataDir} has no server.json. ${advice}`);
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new NoServerError(
      `POSTRIDER_BASE_URL is not a URL such as http://127.0.0.1:4020: ${url}`,
    );
  // The admin key of this machine is never sent to another one.
  const key =
    env.POSTRIDER_API_KEY ||
    (isLoopback(new URL(url).hostname) ? await readText(path.join(dataDir, 'admin.key')) : null);
  if (!key) {
    const advice = "On the server's machine: npm run -s postrider -- keys create --name cli";
    throw new NoServerError(`No API key for ${url}: set POSTRIDER_API_KEY. ${advice}`);
  }
  return { url, key };
}

/** No server is known or reachable; the message says how to start one. */
export class NoServerError extends Error {}

async function readUrl(file: string): Promise<string | null> {
  const text = await readText(file);
  return text ? (JSON.parse(text) as { url: string }).url : null;
}

async function readText(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return null;
  }
}
