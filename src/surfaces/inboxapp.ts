import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateWindow } from '../domain/rate.ts';
import { dayMs, hourMs, minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import { type Operation, runOperation, type Services } from '../operation.ts';
import { checkIdempotencyKey } from './api-input.ts';
import { createAuthenticate, requireKey } from './auth.ts';
import { inboxRoutes } from './inboxapp/index.ts';
import { readBrackets } from './inboxapp/query.ts';
import { basePath } from './inboxapp/route.ts';
import { readJsonBody, refuseBadText } from './json-body.ts';
import { signalOf } from './limits/connections.ts';
import { coerceTexts, describeMembers, splitRoute } from './members.ts';

/** Inbox's rate limits: three at once, for all keys of a workspace and all routes together. */
const inboxWindows: readonly RateWindow[] = [
  { limit: 300, ms: minuteMs },
  { limit: 10_000, ms: hourMs },
  { limit: 100_000, ms: dayMs },
];

export type InboxOptions = { services: Services; windows?: readonly RateWindow[] | undefined };

/** Registers Inbox's API, of which each route calls our own operations. */
export async function inboxSurface(
  app: FastifyInstance,
  { services, windows = inboxWindows }: InboxOptions,
): Promise<void> {
  app.setNotFoundHandler(() => {
    throw new AppError('route.not_found');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      readJsonBody(body, request.routeOptions.config.maxValues),
  );
  requireKey(app, services, {
    authenticate: createAuthenticate(services),
    windows,
    countedBy: (caller) => caller.workspaceId,
    announce: (status) => ({
      'x-ratelimit-limit': status.limit,
      'x-ratelimit-remaining': status.remaining,
      'x-ratelimit-reset': Math.ceil(status.reset / 1000),
    }),
  });
  for (const operation of inboxRoutes) addRoute(app, services, operation);
}

function addRoute(app: FastifyInstance, services: Services, operation: Operation): void {
  const { method, path } = splitRoute(operation);
  app.route({
    method,
    url: path.slice(basePath.length).replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(operation.bodyLimit ? { bodyLimit: operation.bodyLimit } : {}),
    config: { maxValues: operation.maxValues },
    handler: async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const idempotent = key === undefined ? {} : { idempotencyKey: checkIdempotencyKey(key) };
      const answer = await runOperation(operation, services, {
        caller: request.caller!,
        raw: readCall(operation, request),
        signal: signalOf(reply),
        ...idempotent,
      });
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
  const named = Object.entries(readBrackets(query)).filter(([name]) => !name.startsWith('_'));
  const queryMembers = named.map(([name, value]) => {
    const member = members.get(name);
    const isText =
      typeof value === 'string' ||
      (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    return [
      name,
      member && isText ? coerceTexts([value].flat() as string[], member) : value,
    ] as const;
  });
  // The parsed body is the input itself: a copy of a large one takes long.
  const raw = request.method === 'GET' ? {} : ((request.body ?? {}) as Record<string, unknown>);
  for (const [name, value] of queryMembers) if (!Object.hasOwn(raw, name)) raw[name] = value;
  return Object.assign(raw, request.params);
}
