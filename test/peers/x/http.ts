import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { State, User } from './state.ts';

export type Reply = { status: number; body: unknown; headers?: Record<string, string> };
export type Ask = {
  state: State;
  params: string[];
  query: URLSearchParams;
  body: string;
  headers: IncomingMessage['headers'];
};

/**
 * A route of the API. With `login` it requires a user's token and gets that user; `app`: the token
 * of the app itself; `either`: one of the two, and no user with the app's.
 */
export type Route = {
  name: string;
  method: string;
  path: RegExp;
  login: boolean | 'app' | 'either';
  answer: (ask: Ask, user: User) => Reply | Promise<Reply>;
};

/** An error in the form of X's API v2 (RFC 7807). */
export const problem = (
  status: number,
  title: string,
  detail: string,
  type = 'about:blank',
): Reply => {
  return { status, body: { title, type, status, detail } };
};

/** Serves the routes on a free port. */
export async function serve(
  state: State,
  routes: readonly Route[],
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(
    (request, response) => void respond(state, routes, { request, response }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Exchange = { request: IncomingMessage; response: ServerResponse };

async function respond(
  state: State,
  routes: readonly Route[],
  { request, response }: Exchange,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://x.test');
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const route = routes.find((one) => one.method === request.method && one.path.test(url.pathname));
  if (!route)
    return write(state, response, problem(404, 'Not Found', 'There is no such endpoint.'));
  const user = userOf(state, request.headers.authorization);
  state.calls.push({ route: route.name, userId: user?.id ?? null });
  const at = state.faults.findIndex((one) => one.route === route.name);
  const fault = at < 0 ? null : state.faults.splice(at, 1)[0]!;
  const ask = {
    state,
    params: route.path.exec(url.pathname)!.slice(1),
    query: url.searchParams,
    body,
    headers: request.headers,
  };
  const reply = fault && !fault.after ? null : await answer(route, ask, user);
  if (!fault) return write(state, response, reply!);
  if (fault.with === 'drop') return void response.destroy();
  if (fault.with !== 'silence') write(state, response, { body: null, ...fault.with });
}

function answer(route: Route, ask: Ask, user: User | null): Reply | Promise<Reply> {
  const isApp = ask.headers.authorization === `Bearer ${ask.state.app.bearer}`;
  if (!route.login || (isApp && route.login !== true)) return route.answer(ask, user!);
  if (route.login === 'app')
    return problem(
      user ? 403 : 401,
      'Unsupported Authentication',
      'The token of the app is needed.',
    );
  if (!user) return problem(401, 'Unauthorized', 'Unauthorized');
  if (user.suspended)
    return problem(
      403,
      'Forbidden',
      'Your account is suspended and is not permitted to access this feature.',
    );
  return overLimit(ask.state, route.name, user) ?? route.answer(ask, user);
}

function userOf({ grants, users, now }: State, authorization: string | undefined): User | null {
  const grant = grants.find(
    (one) => `Bearer ${one.access}` === authorization && one.expiresAt > now().getTime(),
  );
  return users.find((one) => one.id === grant?.userId) ?? null;
}

const windowMs = 15 * 60_000;

function overLimit(state: State, route: string, user: User): Reply | null {
  const limit = state.limits.get(route);
  if (limit === undefined) return null;
  const key = `${route} ${user.id}`;
  const now = state.now().getTime();
  let window = state.windows.get(key);
  if (!window || window.endsAt <= now) window = { endsAt: now + windowMs, used: 0 };
  state.windows.set(key, window);
  window.used += 1;
  if (window.used <= limit) return null;
  const reset = String(Math.ceil(window.endsAt / 1000));
  const headers = {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': reset,
  };
  return { ...problem(429, 'Too Many Requests', 'Too Many Requests'), headers };
}

function write(state: State, response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    date: state.now().toUTCString(),
    ...headers,
  });
  response.end(body === null ? '' : JSON.stringify(body));
}
