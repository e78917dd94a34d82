import type { Operation } from '../operation.ts';
import { describeMembers, splitRoute } from './members.ts';

export type Reply = {
  ok: boolean;
  status: number;
  text: string;
  body: unknown;
  requestId: string | null;
};

export type Extras = {
  /** The body of a `stream` operation, or the file of an `upload`. */
  file?: { name: string; content: Blob | ReadableStream };
  strict?: boolean;
  idempotencyKey?: string;
};

export type Client = (
  operation: Operation,
  input: Record<string, unknown>,
  extras?: Extras,
) => Promise<Reply>;

/** Calls operations of a running server. The promise rejects only when it cannot be reached. */
export function createClient({ url, key }: { url: string; key: string }): Client {
  return async (operation, input, extras = {}) => {
    const request = buildRequest(operation, input, extras);
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'application/json',
      ...request.headers,
    };
    const response = await fetch(locate(url, request.path), {
      ...request,
      headers,
    } as RequestInit);
    const text = await response.text();
    return {
      ok: response.ok,
      status: response.status,
      text,
      body: parse(text),
      requestId: response.headers.get('x-request-id'),
    };
  };
}

/** A path on the server, which may itself be at a sub-path of its host. */
export const locate = (url: string, path: string): string => `${url.replace(/\/+$/, '')}${path}`;

export type Followed = Reply & { isOver: boolean };
export type Follow = (
  operation: Operation,
  input: Record<string, unknown>,
) => AsyncGenerator<Followed>;

/**
 * Follows an operation of a running server: yields its answers as they change. A refusal is then
 * the only answer.
 */
export function createFollow({ url, key }: { url: string; key: string }): Follow {
  return async function* (operation, input) {
    const { path } = buildRequest(operation, input);
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream, application/json',
    };
    const response = await fetch(locate(url, path), { headers });
    const meta = {
      ok: response.ok,
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    };
    if (!response.ok || !response.body) {
      const text = await response.text();
      return yield { ...meta, text, body: parse(text), isOver: true };
    }
    for await (const { event, data } of eventsOf(response.body))
      yield { ...meta, text: data, body: parse(data), isOver: event === 'done' };
  };
}

/** The events of a `text/event-stream` from our server, which writes each data on one line. */
async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ event: string; data: string }> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data !== undefined) yield { event: field('event') ?? 'message', data };
    }
  }
}

type HttpRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Blob | FormData | ReadableStream;
  duplex?: 'half';
};

/**
 * The HTTP request for an input, with every member in its place. An unknown member goes where the
 * server refuses it by name.
 */
export function buildRequest(
  operation: Operation,
  input: Record<string, unknown>,
  extras: Extras = {},
): HttpRequest {
  const { method, path, pathNames } = splitRoute(operation);
  const members = new Map(describeMembers(operation).map((member) => [member.name, member]));
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const strayTo = method === 'GET' || operation.body ? 'query' : 'body';
  const inPlace = (place: string) =>
    given.filter(([name]) => (members.get(name)?.in ?? strayTo) === place);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(toText(input[name] ?? '')),
  );
  const query = new URLSearchParams(
    inPlace('query').map(([name, value]) => [name, toText(value)]),
  ).toString();
  const headers: Record<string, string> = {};
  if (extras.strict) headers.prefer = 'handling=strict';
  if (extras.idempotencyKey) headers['idempotency-key'] = extras.idempotencyKey;
  const built: HttpRequest = { method, path: query ? `${filled}?${query}` : filled, headers };
  const inBody = Object.fromEntries(inPlace('body').filter(([name]) => !pathNames.includes(name)));
  if (operation.body === 'upload' && extras.file) built.body = formOf(extras.file);
  else if (operation.body === 'stream' && extras.file) {
    headers['content-type'] = 'text/csv';
    Object.assign(built, { body: extras.file.content, duplex: 'half' });
  } else if (method !== 'GET' && !operation.body) {
    headers['content-type'] = 'application/json';
    built.body = JSON.stringify(inBody);
  }
  return built;
}

function formOf({ name, content }: NonNullable<Extras['file']>): FormData {
  if (!(content instanceof Blob)) throw new TypeError('a form takes a file, not a stream');
  const form = new FormData();
  form.set('file', content, name);
  return form;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
