import { setTimeout as wait } from 'node:timers/promises';

/** The API refused a request. `code` is stable: docs/api.md lists every one. */
export class ApiError extends Error {
  readonly code: string;

  constructor(problem: { code: string; detail: string; hint: string }) {
    super(`${problem.detail} (${problem.code}) ${problem.hint}`);
    this.code = problem.code;
  }
}

/**
 * Calls one route, such as `POST /campaigns`, and returns the parsed answer. A server that is busy
 * (429) or away (503) says when to try again; then the call waits and repeats itself.
 * @throws ApiError when the API refuses, TypeError when nothing listens at POSTRIDER_BASE_URL
 */
export async function api<Answer>(route: string, body?: object): Promise<Answer> {
  const { POSTRIDER_BASE_URL: base = 'http://127.0.0.1:4020', POSTRIDER_API_KEY: key } =
    process.env;
  if (!key) throw new Error('Set POSTRIDER_API_KEY; a first key is in .data/admin.key.');
  const [method = 'GET', path] = route.split(' ');
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (body) headers['content-type'] = 'application/json';
  const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  for (;;) {
    const response = await fetch(`${base}/api${path}`, request);
    const again = Number(response.headers.get('retry-after'));
    if ([429, 503].includes(response.status) && again > 0) await wait(again * 1000);
    else if (response.ok) return (await response.json()) as Answer;
    else throw new ApiError((await response.json()) as ConstructorParameters<typeof ApiError>[0]);
  }
}
