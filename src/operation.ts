import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { Channel } from './channels/channel.ts';
import type { Config } from './config.ts';
import { type Db, transact } from './db/database.ts';
import { finishIdempotent, startIdempotent } from './db/idempotency.ts';
import type { Clock } from './engine/clock.ts';
import { servicesFor } from './engine/sandbox.ts';
import type { TextModel } from './engine/text-model.ts';
import { AppError, type ErrorCode, type Problem } from './errors.ts';
import type { Log } from './log.ts';
import { nearest } from './nearest.ts';
import { refuse } from './refusal.ts';
import type { Vault } from './vault.ts';

export const scopes = ['read', 'write', 'send', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What the process is made of; built once in app.ts. */
export type Services = {
  db: Db;
  /** The connections below `db`, for what it cannot do: jobs and LISTEN. */
  pool: Pool;
  clock: Clock;
  newId: () => string;
  channels: ReadonlyMap<string, Channel>;
  /** Who writes the texts of AI nodes; null when nobody is set up. */
  ai: TextModel | null;
  vault: Vault;
  config: Config;
  log: Log;
};

/** Who calls: an API key of a member of a workspace. */
export type Caller = {
  workspaceId: string;
  memberId: string;
  keyId: string;
  scopes: readonly Scope[];
  /** The workspace is a sandbox: its own clock, and nothing leaves it. */
  sandbox?: boolean;
};

export type Upload = { filename: string; bytes: Buffer };

/** One call of one operation. In a write, `db` is its transaction. */
export type Context = Services &
  Caller & {
    now: Date;
    actor: string;
    /** Says that a field was ignored; with `Prefer: handling=strict` it is an error instead. */
    warn: (field: string, message: string) => void;
    /** Sets another success status than the operation's own. */
    setStatus: (status: number) => void;
    /** The raw body, for operations with `body: 'stream'`. */
    stream?: Readable;
    /** The file, for operations with `body: 'upload'`. */
    upload?: Upload;
  };

export type Operation<In extends z.ZodObject = z.ZodObject, Out extends z.ZodType = z.ZodType> = {
  /** `noun.verb`: OpenAPI's operationId and the MCP tool (`noun_verb`). */
  name: string;
  /** Method and path below the host; `{x}` are path parameters and members of `input`. */
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /api/${string}`;
  /** Words after `postrider`; several operations may share them: the first whose required path flags are given is meant. */
  cli: string;
  summary: string;
  description?: string;
  scope: Scope;
  /** Path, query and body members together. GETs take the rest from the query, all others from the body (and query). */
  input: In;
  output: Out;
  /** Success status; 200 unless told. */
  status?: 200 | 201 | 202;
  errors: readonly ErrorCode[];
  /** `warn`: unknown members are ignored with a warning, where Puffle tolerates them. Otherwise they are a 400. */
  unknown?: 'warn';
  /** How the body arrives: JSON unless told. */
  body?: 'json' | 'stream' | 'upload';
  /** Most bytes of a JSON body; 4 MiB unless told. */
  bodyLimit?: number;
  /** `false`: runs outside a transaction (it talks to the network, or streams). Writes are one transaction otherwise. */
  transaction?: false;
  /** The answer holds a secret: it is sealed where Idempotency-Key stores it. */
  secret?: true;
  /** The answer was a part: what to call it with again for the rest, and how far it is, in words. Null: it was all. */
  continueWith?(body: z.output<Out>): { input: Record<string, unknown>; progress: string } | null;
  /** Of a GET whose answer changes by itself until something is done: how it is followed, as server-sent events. */
  follow?: {
    /** What the answer depends on now, in one cheap query: when this changes, the answer is given again. */
    look(context: Context, input: z.output<In>): Promise<string>;
    /** Nothing is left that would change it. */
    isOver(body: z.output<Out>): boolean;
    /** How far it is, in words. */
    progress(body: z.output<Out>): string;
  };
  /** Name of the operation that shows how far the work is that a 202 began; it takes the members of the path. */
  progressOperation?: string;
  /** Whether an answer is bad news, for scripts: the CLI prints it and exits with 1. */
  isFailure?(body: z.output<Out>): boolean;
  /** A method, so that operations of every input fit one list. */
  run(context: Context, input: z.output<In>): Promise<z.input<Out>>;
};

export function defineOperation<In extends z.ZodObject, Out extends z.ZodType>(
  operation: Operation<In, Out>,
): Operation<In, Out> {
  return operation;
}

export type Call = {
  caller: Caller;
  raw: Record<string, unknown>;
  strict?: boolean;
  idempotencyKey?: string;
  stream?: Readable;
  upload?: Upload;
};

export type Answer = { status: number; body: unknown; replayed: boolean };

/** The one door: every surface comes through here, so scope, parsing, idempotency, transaction and shape are held once. */
export async function runOperation(
  operation: Operation,
  services: Services,
  call: Call,
): Promise<Answer> {
  requireScope(operation, call.caller);
  const warnings: Problem[] = [];
  const warn = (field: string, message: string) => {
    const problem = { pointer: `/${field}`, code: 'ignored', message };
    if (call.strict) throw new AppError('request.ignored_field', message, { errors: [problem] });
    warnings.push(problem);
  };
  const input = parseInput(operation, call.raw, warn);
  let status: number = operation.status ?? 200;
  const warned = warnings.length;
  const runWith = async (db: Db): Promise<unknown> => {
    warnings.length = warned;
    const setStatus = (next: number) => {
      status = next;
    };
    const context = await contextOf(services, call, { db, warn, setStatus });
    const result = operation.output.parse(await operation.run(context, input));
    return warnings.length > 0 ? { ...(result as object), warnings } : result;
  };

  if (operation.route.startsWith('GET '))
    return { body: await runWith(services.db), status, replayed: false };
  const inTransaction = operation.transaction !== false;
  const within = <T>(run: (db: Db) => Promise<T>) =>
    inTransaction ? transact(services.db, run) : run(services.db);
  return within(async (db) => {
    if (!call.idempotencyKey) return { body: await runWith(db), status, replayed: false };
    const id = { workspaceId: call.caller.workspaceId, key: call.idempotencyKey };
    const aad = `${id.workspaceId}:${id.key}`;
    const stored = await startIdempotent(db, {
      ...id,
      fingerprint: fingerprint(operation, call),
      at: services.clock.now(),
    });
    if (stored)
      return {
        status: stored.status,
        body: operation.secret
          ? JSON.parse(services.vault.open(String(stored.body), aad))
          : stored.body,
        replayed: true,
      };
    try {
      const body = await runWith(db);
      await finishIdempotent(db, {
        ...id,
        status,
        body: operation.secret ? services.vault.seal(JSON.stringify(body), aad) : body,
      });
      return { body, status, replayed: false };
    } catch (error) {
      if (!inTransaction) await finishIdempotent(db, { ...id, status: null, body: null });
      throw error;
    }
  });
}

/** What an operation that is followed depends on now. The same door, for a look that answers nothing. */
export async function lookAt(
  operation: Operation,
  services: Services,
  call: Call,
): Promise<string> {
  requireScope(operation, call.caller);
  const ignore = () => undefined;
  const input = parseInput(operation, call.raw, ignore);
  return operation.follow!.look(
    await contextOf(services, call, { db: services.db, warn: ignore, setStatus: ignore }),
    input,
  );
}

async function contextOf(
  services: Services,
  call: Call,
  more: Pick<Context, 'db' | 'warn' | 'setStatus'>,
): Promise<Context> {
  const own = call.caller.sandbox
    ? await servicesFor({ ...services, db: more.db }, call.caller.workspaceId)
    : services;
  return {
    ...own,
    ...call.caller,
    now: own.clock.now(),
    actor: `key:${call.caller.keyId}`,
    ...more,
    ...(call.stream ? { stream: call.stream } : {}),
    ...(call.upload ? { upload: call.upload } : {}),
  };
}

function requireScope(operation: Operation, caller: Caller): void {
  if (caller.scopes.includes('admin') || caller.scopes.includes(operation.scope)) return;
  throw new AppError('auth.scope', `This needs a key with the scope "${operation.scope}".`);
}

function parseInput(
  operation: Operation,
  raw: Record<string, unknown>,
  warn: Context['warn'],
): Record<string, unknown> {
  const isStray = (name: string) => !Object.hasOwn(operation.input.shape, name);
  const strays = Object.keys(raw).filter(isStray);
  if (strays.length > 0 && operation.unknown !== 'warn') {
    const errors = strays.map((name) => ({
      pointer: `/${name}`,
      code: 'unknown_field',
      message: refuseField(operation, name),
    }));
    throw new AppError('request.invalid', errors[0]!.message, { errors });
  }
  for (const name of strays) warn(name, `${refuseField(operation, name)} It was ignored.`);
  const known =
    strays.length === 0
      ? raw
      : Object.fromEntries(Object.entries(raw).filter(([name]) => !isStray(name)));
  const parsed = operation.input.safeParse(known, { error: refuse });
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

function refuseField({ input }: Operation, name: string): string {
  const meant = nearest(name, Object.keys(input.shape));
  return `There is no field "${name}" here.${meant ? ` Did you mean "${meant}"?` : ''}`;
}

/** A 400 that names every field zod refused. */
export function invalid(error: z.ZodError): AppError {
  const errors = error.issues.map((issue) => {
    const pointer = `/${issue.path.map(String).join('/')}`;
    return {
      pointer,
      code: issue.message === 'Required.' ? 'required' : issue.code,
      message: issue.message,
    };
  });
  const first = errors[0];
  return new AppError(
    'request.invalid',
    first
      ? `${first.pointer === '/' ? 'body' : first.pointer.slice(1)}: ${first.message}`
      : undefined,
    { errors },
  );
}

function fingerprint(operation: Operation, { raw, upload }: Call): Buffer {
  return createHash('sha256')
    .update(operation.name)
    .update(JSON.stringify(raw))
    .update(upload?.bytes ?? '')
    .digest();
}
