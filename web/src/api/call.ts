import { basePath } from './base.ts';
import { doorHeaders } from './door.ts';
import type { Api } from './schema.gen.d.ts';

export type Route = keyof Api;
export type Input<R extends Route> = Api[R]['input'];
export type Answer<R extends Route> = Api[R]['answer'];

export type FieldProblem = { pointer: string; code: string; message: string };

/** One step of the check of a mailbox. */
export type Step = { step: string; ok: boolean; detail: string };

/** What the server said when it refused, or the lost connection (`status` 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  /** Steps of a check that were taken, when a check was refused. */
  readonly steps: readonly Step[];

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? `The server answered ${status}.`));
    this.status = status;
    this.code = String(body.code ?? 'unknown');
    this.hint = String(body.hint ?? '');
    this.requestId = body.request_id ? String(body.request_id) : null;
    this.fields = (body.errors as FieldProblem[] | undefined) ?? [];
    this.steps = (body.steps as Step[] | undefined) ?? [];
  }
}

const lost = {
  code: 'connection.lost',
  detail: 'The server does not answer.',
  hint: 'Look whether it runs and whether this machine is online.',
};

export type CallOptions = {
  signal?: AbortSignal;
  /** The same key at a second try makes the server do the work once. */
  idempotencyKey?: string;
  /** Sent as multipart in the place of the input's `file`. */
  file?: File;
};

/** Calls the API. The route's text gives the types. @throws Problem */
export async function call<R extends Route>(
  route: R,
  input: Input<R>,
  { signal, idempotencyKey, file }: CallOptions = {},
): Promise<Answer<R>> {
  const [method, template] = route.split(' ') as [string, string];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = String(rest.get(name));
    rest.delete(name);
    return encodeURIComponent(value);
  });
  const headers = doorHeaders();
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
  const request: RequestInit = { method, headers, signal: signal ?? null };
  let query = '';
  if (method === 'GET') query = queryOf(rest);
  else if (file) request.body = formOf(rest, file);
  else {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(Object.fromEntries(rest));
  }
  return ask(`${basePath}${path}${query}`, request) as Promise<Answer<R>>;
}

async function ask(url: string, request: RequestInit): Promise<unknown> {
  const response = await fetch(url, request).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, lost);
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const body = isJson && text ? JSON.parse(text) : {};
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

function queryOf(values: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of values) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size > 0 ? `?${query}` : '';
}

function formOf(values: ReadonlyMap<string, unknown>, file: File): FormData {
  const form = new FormData();
  for (const [name, value] of values) if (name !== 'file') form.append(name, String(value));
  form.append('file', file);
  return form;
}
