import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { type Call, type Operation, type Parts, runOperation, type Upload } from '../operation.ts';
import { type Authenticate, createAuthenticate } from './auth.ts';
import { createFollower, type FollowWishes, wantsFollowing } from './follow.ts';
import { readJsonBody, refuseBadText } from './json-body.ts';
import { coerceTexts, describeMembers, splitRoute } from './members.ts';

const maxUploadBytes = 10 * 1024 * 1024;
const streamTypes = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/octet-stream'];

type ApiOptions = { parts: Parts; operations: readonly Operation[]; perMinute: number; follow?: Partial<FollowWishes> | undefined };

/** A route per operation, behind a key and a rate limit. */
export async function apiRoutes(app: FastifyInstance, { parts, operations, perMinute, follow }: ApiOptions): Promise<void> {
  const authenticate = createAuthenticate(parts);
  requireKey(app, authenticate, perMinute);
  const follower = createFollower(app, parts, { authenticate, ...(follow ? { wishes: follow } : {}) });
  app.removeAllContentTypeParsers();
  for (const kind of ['json', 'stream', 'upload'] as const) {
    await app.register(async (scope) => {
      await readBodies[kind](scope);
      for (const operation of operations.filter((one) => (one.body ?? 'json') === kind)) addRoute(scope, { parts, follower }, operation);
    });
  }
}

const readBodies: Record<'json' | 'stream' | 'upload', (scope: FastifyInstance) => Promise<void>> = {
  async json(scope) {
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
      readJsonBody(body),
    );
  },
  async stream(scope) {
    scope.addContentTypeParser(streamTypes, async (_request: FastifyRequest, payload: Readable) => payload);
  },
  async upload(scope) {
    await scope.register(multipart, { limits: { fileSize: maxUploadBytes, files: 1, fields: 50, fieldSize: 1024 * 1024 } });
  },
};

function requireKey(app: FastifyInstance, authenticate: Authenticate, perMinute: number): void {
  const count = app.createRateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: (request) => request.caller?.keyId ?? request.ip });
  app.addHook('onRequest', async (request, reply) => {
    let refusal: unknown;
    try {
      request.caller = await authenticate(request.headers.authorization);
    } catch (error) {
      refusal = error;
    }
    const usage = await count(request);
    if (!usage.isAllowed) {
      reply.headers({ 'ratelimit-limit': usage.max, 'ratelimit-remaining': usage.remaining, 'ratelimit-reset': usage.ttlInSeconds });
      if (usage.isExceeded) {
        reply.header('retry-after', usage.ttlInSeconds);
        throw new AppError('request.rate_limited', `More than ${usage.max} requests in a minute.`);
      }
    }
    if (refusal) throw refusal;
  });
}

type Means = { parts: Parts; follower: ReturnType<typeof createFollower> };

function addRoute(scope: FastifyInstance, { parts, follower }: Means, operation: Operation): void {
  const { method, path } = splitRoute(operation);
  scope.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(operation.bodyLimit ? { bodyLimit: operation.bodyLimit } : {}),
    handler: async (request, reply) => {
      const call = await readCall(operation, request);
      if (call.strict) reply.header('preference-applied', 'handling=strict');
      if (wantsFollowing(operation, request)) return follower({ operation, call, request, reply });
      return answer(await runOperation(operation, parts, call), reply);
    },
  });
}

function answer({ status, body, replayed }: Awaited<ReturnType<typeof runOperation>>, reply: FastifyReply): FastifyReply {
  if (replayed) reply.header('idempotency-replayed', 'true');
  return reply.code(status).send(body);
}

async function readCall(operation: Operation, request: FastifyRequest): Promise<Call> {
  const { body: kind = 'json' } = operation;
  const parts: Record<string, unknown>[] = [readQuery(operation, request.query as Record<string, string | string[]>)];
  let upload: Upload | undefined;
  if (kind === 'upload') {
    const form = await readForm(request);
    upload = form.upload;
    parts.push(readQuery(operation, form.fields));
  } else if (kind === 'json' && request.method !== 'GET') parts.push((request.body ?? {}) as Record<string, unknown>);
  parts.push(readQuery(operation, request.params as Record<string, string>));
  const call: Call = { caller: request.caller!, raw: merge(parts), strict: isStrict(request), ...(upload ? { upload } : {}) };
  if (kind === 'stream') call.stream = request.body as Readable;
  const key = request.headers['idempotency-key'];
  if (key !== undefined) call.idempotencyKey = checkIdempotencyKey(key);
  return call;
}

function readQuery(operation: Operation, given: Record<string, string | string[]>): Record<string, unknown> {
  refuseBadText(given);
  const members = describeMembers(operation);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const member = members.find((one) => one.name === name);
      return [name, member ? coerceTexts([value].flat(), member) : value];
    }),
  );
}

/** Path, query and body in one object. @throws request.invalid when two of them give one member different values */
function merge(parts: readonly Record<string, unknown>[]): Record<string, unknown> {
  const raw: Record<string, unknown> = Object.create(null);
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      if (Object.hasOwn(raw, name) && JSON.stringify(raw[name]) !== JSON.stringify(value)) {
        const message = `"${name}" is given twice (path, query or body) with different values.`;
        throw new AppError('request.invalid', message, { errors: [{ pointer: `/${name}`, code: 'contradiction', message }] });
      }
      raw[name] = value;
    }
  }
  return raw;
}

async function readForm(request: FastifyRequest): Promise<{ upload: Upload; fields: Record<string, string> }> {
  const { upload, fields } = request.isMultipart() ? await readParts(request) : {};
  if (upload && fields) return { upload, fields };
  const message = 'Send the file as multipart/form-data in the field "file".';
  throw new AppError('request.invalid', message, { errors: [{ pointer: '/file', code: 'required', message }] });
}

async function readParts(request: FastifyRequest): Promise<{ upload?: Upload; fields: Record<string, string> }> {
  const form: { upload?: Upload; fields: Record<string, string> } = { fields: {} };
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') form.fields[part.fieldname] = String(part.value);
      else if (part.fieldname === 'file') form.upload = { filename: part.filename, bytes: await part.toBuffer() };
      else part.file.resume();
    }
  } catch (error) {
    // The parser of forms throws bare errors for broken ones.
    if (error instanceof Error && !('statusCode' in error)) throw new AppError('request.malformed', error.message);
    throw error;
  }
  return form;
}

function isStrict(request: FastifyRequest): boolean {
  return [request.headers.prefer ?? []].flat().some((value) => /(^|[,;\s])handling\s*=\s*"?strict"?/i.test(value));
}

/** The key of a header, as it may be. @throws request.invalid */
export function checkIdempotencyKey(value: string | string[]): string {
  if (typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value)) return value;
  const message = 'Idempotency-Key takes 1 to 255 printable ASCII characters.';
  throw new AppError('request.invalid', message, { errors: [{ pointer: '/idempotency-key', code: 'invalid', message }] });
}
