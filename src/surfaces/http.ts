import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Caller, Operation, Services } from '../operation.ts';
import { operations } from '../operations/index.ts';
import { apiRoutes } from './api-routes.ts';
import { docsRoutes } from './docs.ts';
import type { FollowWishes } from './follow.ts';
import { failureOf } from './inboxapp/failure.ts';
import { basePath as inboxPath } from './inboxapp/route.ts';
import { inboxSurface } from './inboxapp.ts';
import { toAppError } from './problem.ts';
import { healthRoutes } from './public/health.ts';
import { openRoutes } from './public/open.ts';
import { unipileRoutes } from './public/unipile.ts';
import { unsubscribeRoutes } from './public/unsubscribe.ts';
import { xRoutes } from './public/x.ts';
import type { Window } from './rate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export type HttpOptions = {
  operations?: readonly Operation[];
  /** Requests a minute for one key (or one address without a valid key). */
  perMinute?: number;
  /** The limits of Inbox's API, where they are not Inbox's. */
  inboxWindows?: readonly Window[];
  /** How answers are followed, where it is not as usual. */
  follow?: Partial<FollowWishes>;
};

/**
 * The HTTP server, not yet listening: the API, its description, and the routes that need no key.
 */
export function createHttp(services: Services, options: HttpOptions = {}): FastifyInstance {
  const app = fastify({
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
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    // A media type of nothing says nothing.
    const empty =
      request.headers['transfer-encoding'] === undefined &&
      (request.headers['content-length'] ?? '0') === '0';
    if (empty) delete request.headers['content-type'];
    done();
  });
  app.setErrorHandler((error, request, reply) => sendProblem(services, error, { request, reply }));
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url.split('?')[0]!);
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
  app.register(docsRoutes, { operations: served });
  app.register(healthRoutes, { services });
  app.register(unsubscribeRoutes, { services });
  app.register(openRoutes, { services });
  app.register(unipileRoutes, { services });
  app.register(xRoutes, { services });
  return app;
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Remembers every route, and returns which methods a path takes. */
function collectRoutes(app: FastifyInstance): (path: string) => string[] {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(
      `^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`,
    );
    for (const one of [method].flat()) routes.push({ method: one, pattern });
  });
  return (path) =>
    [
      ...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method)),
    ].sort();
}

function sendProblem(
  services: Services,
  error: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const problem = toAppError(error);
  if (problem.status >= 500)
    services.log.error(
      { err: error, request_id: request.id, route: request.routeOptions.url },
      'a request failed',
    );
  reply.headers({ ...securityHeaders, 'x-request-id': request.id });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) reply.header('retry-after', '5');
  const ofInbox = request.url.startsWith(`${inboxPath}/`);
  return reply
    .code(problem.status)
    .type(ofInbox ? 'application/json' : 'application/problem+json')
    .send(JSON.stringify(ofInbox ? failureOf(problem) : problem.toBody(request.id)));
}

/** Answers requests that are not valid HTTP. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const id = randomUUID();
  const body = JSON.stringify(
    new AppError('request.malformed', 'This is not a valid HTTP request.').toBody(id),
  );
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${id}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}
