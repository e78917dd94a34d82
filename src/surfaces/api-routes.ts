import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { minuteMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import {
  type Call,
  nobody,
  type Operation,
  runOperation,
  type Services,
  type Upload,
} from '../operation.ts';
import {
  type Authenticate,
  createAuthenticate,
  requireKey,
  requireSameCaller,
  secondsUntil,
} from './auth.ts';
import { createCsvSender, wantsCsv } from './csv/send.ts';
import { createFollower, type FollowOptions, wantsFollowing } from './follow.ts';
import { readJsonBody, refuseBadText } from './json-body.ts';
import { signalOf } from './limits/connections.ts';
import { readFormRequest, sendMailPage, wantsPage } from './mail-page.ts';
import { coerceTexts, describeMembers, type Member, splitRoute } from './members.ts';
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
    countedBy: ({ keyId, session }) => keyId ?? session!.personId,
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
type ServedOperation = { operation: Operation; members: ReadonlyMap<string, Member> };

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

async function readCall(
  { operation, members }: ServedOperation,
  request: FastifyRequest,
): Promise<Call> {
  const { body: kind = 'json' } = operation;
  const raw: Record<string, unknown> = Object.create(null);
  readTexts(members, request.query as Texts, raw);
  let upload: Upload | undefined;
  if (kind === 'upload') {
    const form = await readForm(request);
    upload = form.upload;
    readTexts(members, form.fields, raw);
  } else if (kind === 'json' && request.method !== 'GET') {
    const isForm = operation.page !== undefined && request.isMultipart();
    const given = isForm ? await readFormRequest(request) : request.body;
    const body = (given ?? {}) as Record<string, unknown>;
    const isOwn = namesItself(request, body);
    for (const name in body) if (name !== 'id' || !isOwn) put(raw, name, body[name]);
  }
  readTexts(members, request.params as Texts, raw);
  const call: Call = {
    caller: request.caller ?? nobody,
    from: { address: request.ip, agent: request.headers['user-agent'] ?? '' },
    raw,
    strict: isStrict(request),
    ...(upload ? { upload } : {}),
  };
  if (kind === 'stream') {
    call.stream = request.body as Readable;
    readCharset(members, request, raw);
  }
  const key = request.headers['idempotency-key'];
  if (key !== undefined) call.idempotencyKey = checkIdempotencyKey(key);
  return call;
}

/** The charset of the media type (RFC 4180 section 3), unless the caller says the encoding. */
function readCharset(
  members: ServedOperation['members'],
  request: FastifyRequest,
  into: Record<string, unknown>,
): void {
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset && members.has('encoding') && !('encoding' in into)) into.encoding = charset;
}

type Texts = Readonly<Record<string, string | string[]>>;

function readTexts(
  members: ServedOperation['members'],
  given: Texts,
  into: Record<string, unknown>,
): void {
  refuseBadText(given);
  for (const name in given) {
    const member = members.get(name);
    // Programs add parameters of their own, such as `_=1712` against caches.
    if (!member && name.startsWith('_')) continue;
    put(into, name, member ? coerceTexts([given[name]!].flat(), member) : given[name]);
  }
}

/**
 * Whether a body is the object itself, as it was read, also where the path's `{id}` is its
 * campaign: its `id` then says the same as another member or place, and is left out.
 */
function namesItself({ params }: FastifyRequest, body: Record<string, unknown>): boolean {
  const { id } = body;
  const { id: ofPath, ...places } = params as Record<string, unknown>;
  if (typeof id !== 'string' || ofPath === undefined || id === ofPath) return false;
  if (Object.values(places).includes(id)) return true;
  return Object.keys(body).some((name) => name !== 'id' && body[name] === id);
}

/**
 * Adds a member to the input, which comes from path, query and body.
 * @throws request.invalid when it was given before with another value
 */
function put(raw: Record<string, unknown>, name: string, value: unknown): void {
  if (name in raw && JSON.stringify(raw[name]) !== JSON.stringify(value)) {
    const message = `"${name}" is given twice (path, query or body) with different values.`;
    throw new AppError('request.invalid', message, {
      errors: [{ pointer: `/${name}`, code: 'contradiction', message }],
    });
  }
  raw[name] = value;
}

async function readForm(
  request: FastifyRequest,
): Promise<{ upload: Upload; fields: Record<string, string> }> {
  const { upload, fields } = request.isMultipart() ? await readParts(request) : {};
  if (upload && fields) return { upload, fields };
  const message = 'Send the file as multipart/form-data in the field "file".';
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: '/file', code: 'required', message }],
  });
}

async function readParts(
  request: FastifyRequest,
): Promise<{ upload?: Upload; fields: Record<string, string> }> {
  const form: { upload?: Upload; fields: Record<string, string> } = { fields: {} };
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') form.fields[part.fieldname] = String(part.value);
      else if (part.fieldname === 'file')
        form.upload = { filename: part.filename, bytes: await part.toBuffer() };
      else part.file.resume();
    }
  } catch (error) {
    // For a broken form, the multipart parser throws errors without a status.
    if (error instanceof Error && !('statusCode' in error))
      throw new AppError('request.malformed', error.message);
    throw error;
  }
  return form;
}

function isStrict(request: FastifyRequest): boolean {
  return [request.headers.prefer ?? []]
    .flat()
    .some((value) => /(^|[,;\s])handling\s*=\s*"?strict"?/i.test(value));
}

/** Returns a valid value of the header Idempotency-Key. @throws request.invalid for others */
export function checkIdempotencyKey(value: string | string[]): string {
  if (typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value)) return value;
  const message = 'Idempotency-Key takes 1 to 255 printable ASCII characters.';
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: '/idempotency-key', code: 'invalid', message }],
  });
}
