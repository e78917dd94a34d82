import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { type Call, nobody, type Operation, type Upload } from '../operation.ts';
import { readParts } from './form-parts.ts';
import { refuseBadText } from './json-body.ts';
import { readFormRequest } from './mail/page.ts';
import { coerceTexts, type Member } from './members.ts';

export type ServedOperation = { operation: Operation; members: ReadonlyMap<string, Member> };

/** The call of an operation by a request. @throws request.invalid, request.malformed */
export async function readCall(
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
  const { upload, fields } = request.isMultipart() ? await readUpload(request) : {};
  if (upload && fields) return { upload, fields };
  const message = 'Send the file as multipart/form-data in the field "file".';
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: '/file', code: 'required', message }],
  });
}

async function readUpload(
  request: FastifyRequest,
): Promise<{ upload?: Upload; fields: Record<string, string> }> {
  const form: { upload?: Upload; fields: Record<string, string> } = { fields: {} };
  await readParts(request, async (part) => {
    if (part.type === 'field') form.fields[part.fieldname] = String(part.value);
    else if (part.fieldname === 'file')
      form.upload = { filename: part.filename, bytes: await part.toBuffer() };
    else part.file.resume();
    return undefined;
  });
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
