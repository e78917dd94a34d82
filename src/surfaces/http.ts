import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { RateWindow } from '../domain/rate.ts';
import { minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import type { Caller, Operation, Services } from '../operation.ts';
import { operations } from '../operations/index.ts';
import { apiRoutes } from './api-routes.ts';
import type { FollowOptions } from './follow.ts';
import { inboxErrorOf } from './inboxapp/failure.ts';
import { basePath as inboxPath } from './inboxapp/route.ts';
import { inboxSurface } from './inboxapp.ts';
import {
  type ConnectionLimits,
  connectionLimits,
  drainBody,
  limitConnections,
  serverOptions,
} from './limits/connections.ts';
import { watchLoop } from './limits/loop-watch.ts';
import { docsRoutes } from './openapi/docs.ts';
import { problemType, toAppError } from './problem.ts';
import { healthRoutes } from './public/health.ts';
import { metricsRoutes } from './public/metrics.ts';
import { openRoutes } from './public/open.ts';
import { unipileRoutes } from './public/unipile.ts';
import { unsubscribeRoutes } from './public/unsubscribe.ts';
import { xHookRoutes, xRoutes } from './public/x.ts';
import { refuseUnwanted } from './unwanted.ts';
import type { Web } from './web/build.ts';
import { webRoutes } from './web/routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Requests of one address to the way back from a login, in a minute. */
const strangersPerMinute = 600;

export type HttpOptions = {
  operations?: readonly Operation[];
  /** Requests per minute of one key, or of one IP address without a valid key. */
  perMinute?: number;
  /** Replaces the rate limits of Inbox's API. */
  inboxWindows?: readonly RateWindow[];
  /** Replaces the defaults for following an operation. */
  follow?: Partial<FollowOptions>;
  /** Of `server.json`: the secret by which `/healthz` proves itself to the command line. */
  secret?: string;
  /** The page for browsers; without it, `/` leads to the description of the API. */
  web?: Web;
  /** Replaces limits of connections. */
  connections?: Partial<ConnectionLimits>;
};

/** The HTTP server, not yet listening: the APIs, their descriptions, and the public routes. */
export function createHttp(services: Services, options: HttpOptions = {}): FastifyInstance {
  const { basePath } = services.config;
  const limits = { ...connectionLimits, ...options.connections };
  const app = fastify({
    rewriteUrl: ({ url = '/' }) => withoutBasePath(url, basePath),
    ...serverOptions(limits),
    trustProxy: services.config.trustProxy,
    bodyLimit: 4 * 1024 * 1024,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) =>
      void sendProblem(services, error, { request, reply }),
    clientErrorHandler: refuseConnection,
  });
  const served = options.operations ?? operations;
  const allowed = collectRoutes(app);
  app.decorateRequest('caller', null);
  watchLoop(app, services.log);
  limitConnections(app, limits);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    // An empty body needs no parser, so its content type is ignored.
    const isEmpty =
      request.headers['transfer-encoding'] === undefined &&
      (request.headers['content-length'] ?? '0') === '0';
    if (isEmpty) delete request.headers['content-type'];
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const location = String(reply.getHeader('location') ?? '');
    if (location.startsWith('/')) reply.header('location', `${basePath}${location}`);
    done();
  });
  app.addHook('onResponse', async (request, reply) => logAccess(services, request, reply));
  app.setErrorHandler((error, request, reply) => sendProblem(services, error, { request, reply }));
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    refuseUnwanted(path);
    const methods = allowed(path);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    if (methods.length > 0 && request.method === 'OPTIONS') return reply.code(204).send();
    throw new AppError(methods.length > 0 ? 'route.method' : 'route.not_found');
  });
  app.register(apiRoutes, {
    services,
    operations: served,
    perMinute: options.perMinute ?? 6000,
    follow: options.follow,
  });
  app.register(inboxSurface, { prefix: inboxPath, services, windows: options.inboxWindows });
  app.register(docsRoutes, { operations: served, basePath });
  if (options.web) app.register(webRoutes, { web: options.web, basePath });
  // The server prints its address, so the address shows a page.
  else app.get('/', async (_request, reply) => reply.redirect('/docs'));
  app.register(healthRoutes, { services, secret: options.secret });
  app.register(metricsRoutes, { services });
  app.register(unsubscribeRoutes, { services });
  app.register(openRoutes, { services });
  app.register(unipileRoutes, { services });
  app.register(xHookRoutes, { services });
  app.register(xRoutes, { services, windows: [{ limit: strangersPerMinute, ms: minuteMs }] });
  return app;
}

/** The URL as the routes know it, whether or not the proxy before us took the base path off. */
function withoutBasePath(url: string, basePath: string): string {
  if (!url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/** `/healthz`, `/readyz` and `/metrics` without a key, for probes: any role may serve them. */
export function createHealthHttp(services: Services): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.decorateRequest('caller', null);
  app.setErrorHandler((error, request, reply) => sendProblem(services, error, { request, reply }));
  app.register(healthRoutes, { services });
  app.register(metricsRoutes, { services, open: true });
  return app;
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Records every route. Returns a function that finds the methods of a path. */
function collectRoutes(app: FastifyInstance): (path: string) => string[] {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const escaped = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+')}/?$`);
    for (const one of [method].flat()) routes.push({ method: one, pattern });
  });
  return (path) => {
    const matching = routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.map(({ method }) => method))].sort();
  };
}

/** One line a request, without its query, because that may hold a name or an address. */
function logAccess({ log }: Services, request: FastifyRequest, reply: FastifyReply): void {
  log.debug(
    {
      request_id: request.id,
      method: request.method,
      path: request.url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(request.caller ? { keyId: request.caller.keyId } : {}),
    },
    'request',
  );
}

async function sendProblem(
  services: Services,
  error: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const problem = toAppError(error);
  if (problem.status >= 500 && problem.status !== 501)
    services.log.error(
      { err: error, request_id: request.id, route: request.routeOptions.url },
      'a request failed',
    );
  reply.headers({ ...securityHeaders, 'x-request-id': request.id });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) reply.header('retry-after', '5');
  if (typeof problem.extra.retry_after === 'number')
    reply.header('retry-after', problem.extra.retry_after);
  if (problem.status === 413) await drainBody(request.raw);
  const isInbox = request.url.startsWith(`${inboxPath}/`);
  return reply
    .code(problem.status)
    .type(isInbox ? 'application/json' : problemType(request.headers.accept))
    .send(JSON.stringify(isInbox ? inboxErrorOf(problem) : problem.toBody(request.id)));
}

/** Answers a request that is not valid HTTP. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const id = randomUUID();
  const body = JSON.stringify(
    new AppError('request.malformed', 'This is not a valid HTTP request.').toBody(id),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
