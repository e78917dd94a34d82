import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { type Operation, type Parts, runOperation } from '../operation.ts';
import { checkIdempotencyKey } from './api-routes.ts';
import { createAuthenticate } from './auth.ts';
import { inboxRoutes } from './inboxapp/index.ts';
import { readBrackets } from './inboxapp/query.ts';
import { createRate, inboxWindows, type Window } from './inboxapp/rate.ts';
import { basePath } from './inboxapp/route.ts';
import { readJsonBody, refuseBadText } from './json-body.ts';
import { coerceTexts, describeMembers, splitRoute } from './members.ts';

export type InboxOptions = { parts: Parts; windows?: readonly Window[] | undefined };

/** Inbox's API below its own base path, over the operations of ours. */
export async function inboxSurface(app: FastifyInstance, { parts, windows = inboxWindows }: InboxOptions): Promise<void> {
  app.setNotFoundHandler(() => {
    throw new AppError('route.not_found');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => readJsonBody(body));
  limit(app, parts, windows);
  for (const operation of inboxRoutes) addRoute(app, parts, operation);
}

/** Every route wants a key, and counts against the limits of its workspace. */
function limit(app: FastifyInstance, parts: Parts, windows: readonly Window[]): void {
  const authenticate = createAuthenticate(parts);
  const count = createRate(windows);
  app.addHook('onRequest', async (request, reply) => {
    let refusal: unknown;
    try {
      request.caller = await authenticate(request.headers.authorization);
    } catch (error) {
      refusal = error;
    }
    const now = parts.clock.now().getTime();
    const standing = count(request.caller?.workspaceId ?? request.ip, now);
    reply.headers({
      'x-ratelimit-limit': standing.limit,
      'x-ratelimit-remaining': standing.remaining,
      'x-ratelimit-reset': Math.ceil(standing.reset / 1000),
    });
    if (!standing.allowed) {
      reply.header('retry-after', Math.max(1, Math.ceil((standing.reset - now) / 1000)));
      throw new AppError('request.rate_limited');
    }
    if (refusal) throw refusal;
  });
}

function addRoute(app: FastifyInstance, parts: Parts, operation: Operation): void {
  const { method, path } = splitRoute(operation);
  app.route({
    method,
    url: path.slice(basePath.length).replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(operation.bodyLimit ? { bodyLimit: operation.bodyLimit } : {}),
    handler: async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const idempotent = key === undefined ? {} : { idempotencyKey: checkIdempotencyKey(key) };
      const answer = await runOperation(operation, parts, { caller: request.caller!, raw: readCall(operation, request), ...idempotent });
      if (answer.replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(answer.status).send(answer.body);
    },
  });
}

function readCall(operation: Operation, request: FastifyRequest): Record<string, unknown> {
  const query = request.query as Record<string, string | string[]>;
  refuseBadText(query);
  refuseBadText(request.params);
  const members = new Map(describeMembers(operation).map((member) => [member.name, member]));
  const asked = Object.entries(readBrackets(query)).map(([name, value]) => {
    const member = members.get(name);
    const isText = typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    return [name, member && isText ? coerceTexts([value].flat() as string[], member) : value] as const;
  });
  const body = request.method === 'GET' ? {} : ((request.body ?? {}) as Record<string, unknown>);
  return { ...Object.fromEntries(asked), ...body, ...(request.params as Record<string, string>) };
}
