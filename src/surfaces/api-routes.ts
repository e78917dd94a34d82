import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countedAs } from '../access.ts';
import { minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import { type Operation, runOperation, type Services } from '../operation.ts';
import { readCall } from './api-input.ts';
import {
  type Authenticate,
  createAuthenticate,
  requireKey,
  requireSameCaller,
  secondsUntil,
} from './auth.ts';
import { createCsvSender, wantsCsv } from './csv/send.ts';
import { createFollower, type FollowOptions, wantsFollowing } from './follow.ts';
import { readJsonBody } from './json-body.ts';
import { signalOf } from './limits/connections.ts';
import { sendMailPage, wantsPage } from './mail/page.ts';
import { describeMembers, splitRoute } from './members.ts';
import { createSessionAuthenticate, refuseOtherSites, sessionCookie } from './sessions.ts';
import { wantsWhole, wholeList } from './whole-list.ts';

const maxUploadBytes = 10 * 1024 * 1024;
/** The media types by which programs call a table; Windows says that a .csv is one of Excel's. */
const streamTypes = [
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'text/comma-separated-values',
  'text/x-csv',
  'application/csv',
  'application/x-csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
];

type ApiOptions = {
  services: Services;
  operations: readonly Operation[];
  perMinute: number;
  follow?: Partial<FollowOptions> | undefined;
};

/** Registers a route per operation, behind a key and a rate limit. */
export async function apiRoutes(
  app: FastifyInstance,
  { services, operations, perMinute, follow }: ApiOptions,
): Promise<void> {
  const authenticate = createSessionAuthenticate(services, createAuthenticate(services));
  requireKey(app, services, {
    authenticate,
    windows: [{ limit: perMinute, ms: minuteMs }],
    countedBy: countedAs,
    announce: (status, now) => ({
      'ratelimit-limit': status.limit,
      'ratelimit-remaining': status.remaining,
      'ratelimit-reset': secondsUntil(status, now),
    }),
  });
  const follower = createFollower(app, services, {
    authenticate,
    ...(follow ? { options: follow } : {}),
  });
  const sendCsv = createCsvSender(services);
  app.removeAllContentTypeParsers();
  app.addHook('preParsing', async (request, reply) => {
    const coding = request.headers['content-encoding'] ?? 'identity';
    if (coding.toLowerCase() === 'identity') return;
    // RFC 9110 section 15.5.16: it says which codings would be taken.
    reply.header('accept-encoding', 'identity');
    throw new AppError(
      'request.media_type',
      `Content-Encoding: ${coding.slice(0, 40)} is not taken: send the body as it is, unpacked.`,
    );
  });
  for (const kind of ['json', 'page', 'stream', 'upload'] as const) {
    await app.register(async (scope) => {
      await addBodyParser[kind](scope);
      for (const operation of operations.filter((one) => kindOf(one) === kind))
        addRoute(scope, { services, authenticate, all: operations, follower, sendCsv }, operation);
    });
  }
}

const kindOf = ({ body, page }: Operation) => body ?? (page ? 'page' : 'json');

const addBodyParser: Record<
  'json' | 'page' | 'stream' | 'upload',
  (scope: FastifyInstance) => Promise<void>
> = {
  async json(scope) {
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) =>
        readJsonBody(body, request.routeOptions.config.maxValues),
    );
  },
  async page(scope) {
    await this.json(scope);
    await scope.register(multipart, {
      limits: { files: 0, fields: 1, fieldSize: 4 * 1024 * 1024 },
    });
  },
  async stream(scope) {
    scope.addContentTypeParser(
      streamTypes,
      async (_request: FastifyRequest, payload: Readable) => payload,
    );
  },
  async upload(scope) {
    await scope.register(multipart, {
      limits: { fileSize: maxUploadBytes, files: 1, fields: 50, fieldSize: 1024 * 1024 },
    });
  },
};

type RouteServices = {
  services: Services;
  authenticate: Authenticate;
  all: readonly Operation[];
  follower: ReturnType<typeof createFollower>;
  sendCsv: ReturnType<typeof createCsvSender>;
};

function addRoute(
  scope: FastifyInstance,
  { services, authenticate, all, follower, sendCsv }: RouteServices,
  operation: Operation,
): void {
  const { method, path } = splitRoute(operation);
  const served = {
    operation,
    members: new Map(describeMembers(operation).map((member) => [member.name, member])),
  };
  scope.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(operation.bodyLimit ? { bodyLimit: operation.bodyLimit } : {}),
    config: {
      maxValues: operation.maxValues,
      streamed: operation.body === 'stream',
      open: operation.scope === 'open',
    },
    handler: async (request, reply) => {
      if (operation.scope === 'open')
        refuseOtherSites(request, services.config, { isSession: false });
      const call = { ...(await readCall(served, request)), signal: signalOf(reply) };
      if (call.strict) reply.header('preference-applied', 'handling=strict');
      if (wantsFollowing(operation, request)) return follower({ operation, call, request, reply });
      if (wantsPage(operation, request)) return sendMailPage({ operation, services, call }, reply);
      const isStillKnown = () => requireSameCaller(authenticate, request);
      if (wantsCsv(operation, request)) return sendCsv({ operation, call, reply, isStillKnown });
      const result = await runOperation(operation, services, call);
      if (result.session !== undefined)
        reply.header('set-cookie', sessionCookie(services.config, result.session));
      const work = { services, operations: all, call, isStillKnown };
      const stream = wantsWhole(operation, call) ? wholeList(operation, result, work) : null;
      if (stream) reply.type('application/json; charset=utf-8');
      return answer(stream ? { ...result, body: stream } : result, reply);
    },
  });
}

function answer(
  { status, body, replayed }: Awaited<ReturnType<typeof runOperation>>,
  reply: FastifyReply,
): FastifyReply {
  if (replayed) reply.header('idempotency-replayed', 'true');
  return reply.code(status).send(body);
}
