import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isLoopback } from '../config.ts';
import { proveServer } from '../vault.ts';

export type Server = { url: string; key: string };
type Env = Record<string, string | undefined>;

/**
 * The server's URL and the key for it, from the environment, else from the data directory of a
 * server on this machine.
 * @throws NoServerError
 */
export async function findServer(env: Env): Promise<Server> {
  const dataDir = path.resolve(env.POSTRIDER_DATA_DIR || '.data');
  const note = await readNote(path.join(dataDir, 'server.json'));
  const { given, key: givenKey } = givenServer(env);
  const url = given || note?.url;
  if (!url) {
    const advice = 'Start one here (npm start), or set POSTRIDER_BASE_URL and POSTRIDER_API_KEY.';
    throw new NoServerError(`No server is known: ${dataDir} has no server.json. ${advice}`);
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new NoServerError(
      `POSTRIDER_BASE_URL is not a URL such as http://127.0.0.1:4020: ${url}`,
    );
  if (givenKey) return { url, key: givenKey };
  // The admin key of this machine is never sent to another one, nor to another program here.
  const isLocal = isLoopback(new URL(url).hostname);
  const key = isLocal ? await readText(path.join(dataDir, 'admin.key')) : null;
  if (!key) {
    const advice = "On the server's machine: npm run -s postrider -- keys create --name cli";
    throw new NoServerError(`No API key for ${url}: set POSTRIDER_API_KEY. ${advice}`);
  }
  if (!(await isProven(url, note?.secret)))
    throw new NoServerError(
      `What answers at ${url} is not the server of ${dataDir}, so the key stays here. ` +
        'Start the server (npm start), or set POSTRIDER_API_KEY for another one.',
    );
  return { url, key };
}

/**
 * Server and key of the environment: ours, else Puffle's names for them, for scripts that were
 * written for its command line. A key of ours never goes to a server that only Puffle's names say,
 * and Puffle's key only to one that the environment names.
 */
function givenServer(env: Env): { given: string | undefined; key: string | undefined } {
  const given =
    env.POSTRIDER_BASE_URL || (env.POSTRIDER_API_KEY ? undefined : env.PUFFLE_API_BASE_URL);
  return { given, key: env.POSTRIDER_API_KEY || (given ? env.PUFFLE_API_KEY : undefined) };
}

/** Whether the server knows the secret that the one of the data directory wrote there. */
async function isProven(url: string, secret: string | undefined): Promise<boolean> {
  if (!secret) return false;
  const nonce = randomBytes(24).toString('base64url');
  try {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/healthz?nonce=${nonce}`);
    const { proof } = (await answer.json()) as { proof?: unknown };
    return proof === proveServer(secret, nonce);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new NoServerError(
      `${url} cannot be reached (${(cause as Error).message}). Is the server running? npm start`,
    );
  }
}

/** No server is known or reachable; the message says how to start one. */
export class NoServerError extends Error {}

async function readNote(file: string): Promise<{ url: string; secret: string } | null> {
  const text = await readText(file);
  return text ? (JSON.parse(text) as { url: string; secret: string }) : null;
}

async function readText(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return null;
  }
}
