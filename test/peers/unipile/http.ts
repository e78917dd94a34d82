import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, Seat, State } from './state.ts';

/** An error of RFC 7807 as Unipile forms it. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    type: string,
    detail = type.replaceAll('_', ' '),
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

export type Asked = {
  state: State;
  params: string[];
  query: Record<string, string>;
  body: Record<string, unknown>;
};
export type Route = { on: string; run: (asked: Asked) => { status?: number; body: unknown } };

/** One version of the API: the routes below its path, and how it words errors. */
export type Face = {
  prefix: string;
  routes: readonly Route[];
  problemOf: (refusal: Refusal, path: string) => object;
  /** How long the answer to a read is kept, in ms, for callers that do not ask for a fresh one. */
  cachedMs: number;
};

export const faceV1 = (routes: readonly Route[]): Face => ({
  prefix: '/api/v1',
  routes,
  cachedMs: 0,
  problemOf: ({ status, type, message: detail }, path) => ({
    title: type.replaceAll('_', ' '),
    detail,
    instance: path,
    type: `errors/${type}`,
    status,
  }),
});

/** Serves the versions side by side. Returns its address and a function that stops it. */
export async function serve(
  state: State,
  faces: readonly Face[],
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const face = faces.find(({ prefix }) => request.url?.startsWith(`${prefix}/`));
    if (face) void answer({ state, face, request, response });
    else response.writeHead(404).end('Cannot find this here');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

type Exchange = {
  state: State;
  face: Face;
  request: IncomingMessage;
  response: ServerResponse;
};

async function answer({ state, face, request, response }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://unipile.test');
  const path = url.pathname.slice(face.prefix.length);
  const found = face.routes.flatMap((route) => {
    const [method, pattern] = route.on.split(' ') as [string, string];
    const match =
      method === request.method
        ? new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
        : null;
    return match ? [{ route, params: match.slice(1).map(decodeURIComponent) }] : [];
  })[0];
  try {
    if (request.headers['x-api-key'] !== state.apiKey)
      throw new Refusal(401, 'missing_credentials');
    if (!found) throw new Refusal(404, 'resource_not_found', `Cannot ${request.method} ${path}`);
    const query = Object.fromEntries(url.searchParams);
    const body = await readBody(request);
    state.calls.push({ route: found.route.on, query, body });
    const fault = takeFault(state, found.route.on);
    await state.slow?.();
    if (fault?.cut === 'before') return void response.destroy();
    const withheld = (fault?.answer || fault?.silent) && !fault.after;
    const run = () => found.route.run({ state, params: found.params, query, body });
    const result = withheld ? null : cached(state, face, request, run);
    if (fault?.answer)
      throw new Refusal(fault.answer.status, fault.answer.type, undefined, fault.answer.headers);
    if (fault?.silent) return;
    if (fault?.cut === 'after') return void response.destroy();
    write(response, result!.status ?? 200, without(result!.body, fault?.withholds ?? []));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    write(response, error.status, face.problemOf(error, path), error.headers);
  }
}

/** The answer to a read as it was kept, unless the caller asks for a fresh one. */
function cached<Answer>(
  state: State,
  { cachedMs }: Face,
  { method, url = '', headers }: IncomingMessage,
  run: () => Answer,
): Answer {
  if (method !== 'GET' || cachedMs === 0) return run();
  const kept = state.cache.get(url);
  const isFresh = headers['cache-control'] === 'no-store';
  if (kept && !isFresh && kept.until > state.now().getTime()) return kept.answer as Answer;
  const answer = run();
  if (!isFresh) state.cache.set(url, { answer, until: state.now().getTime() + cachedMs });
  return answer;
}

/** The body of an answer with null for these names. */
const without = (body: unknown, names: readonly string[]) => ({
  ...(body as object),
  ...Object.fromEntries(names.map((name) => [name, null])),
});

function write(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = Buffer.concat(await request.toArray());
  const type = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return {};
  if (type.startsWith('application/json'))
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith('s_ids') ? form.getAll(name) : form.get(name)]),
  );
}

function takeFault(state: State, on: string): Fault | null {
  const fault = state.faults.find((one) => one.on === on && (one.times ?? 1) > 0);
  if (fault) fault.times = (fault.times ?? 1) - 1;
  return fault ?? null;
}

/** The seat that a call names. @throws Refusal when there is none */
export function seatOf(state: State, id: unknown): Seat {
  if (typeof id !== 'string')
    throw new Refusal(400, 'missing_parameters', 'account_id is required');
  const seat = state.seats.find((one) => one.id === id);
  if (!seat) throw new Refusal(404, 'resource_not_found', 'Account not found');
  return seat;
}

/** As `seatOf`, for calls that need LinkedIn itself. @throws Refusal when the session is over */
export function liveSeatOf(state: State, id: unknown): Seat {
  const seat = seatOf(state, id);
  if (seat.status === 'CREDENTIALS')
    throw new Refusal(
      401,
      'disconnected_account',
      'The account appears to be disconnected from the provider service.',
    );
  return seat;
}

/** As `liveSeatOf`, for calls that write. @throws Refusal when LinkedIn restricts the seat */
export function writingSeatOf(state: State, id: unknown): Seat {
  const seat = liveSeatOf(state, id);
  if (seat.restricted) throw new Refusal(403, seat.restricted);
  return seat;
}

/** One page of a list; the cursor is where the next begins. */
export function page<Item>(
  object: string,
  items: readonly Item[],
  { cursor, limit = '100' }: Record<string, string>,
): { body: unknown } {
  const from = cursor ? Number(Buffer.from(cursor, 'base64url').toString()) : 0;
  const to = from + Number(limit);
  return {
    body: {
      object,
      items: items.slice(from, to),
      cursor: to < items.length ? Buffer.from(String(to)).toString('base64url') : null,
    },
  };
}
