import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { type Access, type Caller, requireScope } from './access.ts';
import type { Channel } from './channels/channel.ts';
import type { Config } from './config.ts';
import { type Db, transact } from './db/database.ts';
import { finishIdempotent, startIdempotent } from './db/idempotency.ts';
import type { Passwords } from './engine/accounts/passwords.ts';
import type { Origin } from './engine/accounts/sessions.ts';
import type { Clock } from './engine/clock.ts';
import { servicesFor } from './engine/sandbox.ts';
import type { TextModel } from './engine/text-model.ts';
import { AppError, type ErrorCode, maxProblems, type Problem } from './errors.ts';
import { fingerprint, usableKey } from './idempotency.ts';
import { readInput } from './input.ts';
import type { ListPages } from './list-pages.ts';
import type { Log } from './log.ts';
import type { Vault } from './vault.ts';

export {
  type Caller,
  nobody,
  type Role,
  requireScope,
  roleScopes,
  roles,
  type Scope,
  scopes,
} from './access.ts';

/** Everything a process works with. Built once in app.ts. */
export type Services = {
  db: Db;
  /** The connections below `db`, for uses that kysely does not cover: jobs and LISTEN. */
  pool: Pool;
  clock: Clock;
  newId: () => string;
  channels: ReadonlyMap<string, Channel>;
  /** The model that writes the texts of AI nodes; null when none is set up. */
  ai: TextModel | null;
  vault: Vault;
  config: Config;
  log: Log;
  /** The share that is free of the disk of the embedded database; 1 for a database elsewhere. */
  freeDisk: () => Promise<number>;
  passwords: Passwords;
};

export type Upload = { filename: string; bytes: Buffer };

/** The context of a call, as far as it does not tell the caller. */
type AnyContext = Services & {
  now: Date;
  /** Where the request comes from. */
  from: Origin;
  /** Sets the cookie of a session by its token; null takes it away. */
  setSession: (token: string | null) => void;
  /** Aborted when nobody waits for the answer any more: waiting and computing end then. */
  signal: AbortSignal;
  /** Warns that a field was ignored. @throws request.ignored_field when the call is strict */
  warn: (field: string, message: string) => void;
  /** Warns of a value that was taken, but is seldom meant. It is no reason to refuse a call. */
  advise: (problem: Problem) => void;
  /** Sets a success status other than the operation's own. */
  setStatus: (status: number) => void;
  /** The raw body, for operations with `body: 'stream'`. */
  stream?: Readable;
  /** The uploaded file, for operations with `body: 'upload'`. */
  upload?: Upload;
};

/** The context of one call of one operation. In a write, `db` is the call's transaction. */
export type Context = AnyContext & Caller & { actor: string };

export type Operation<In extends z.ZodObject = z.ZodObject, Out extends z.ZodType = z.ZodType> = {
  /** `noun.verb`: OpenAPI's operationId and the MCP tool (`noun_verb`). */
  name: string;
  /** Method and path below the host; `{x}` are path parameters and members of `input`. */
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /api/${string}`;
  /** Words after `postrider`. Of operations that share them, the flags given choose one. */
  cli: string;
  summary: string;
  description?: string;
  scope: Access;
  /** Goes by the real clock in a sandbox too, because it is about access, not campaigns. */
  realTime?: true;
  /** Path, query and body members together. GETs have no body; others may have all three. */
  input: In;
  output: Out;
  /** Success status; 200 by default. */
  status?: 200 | 201 | 202;
  errors: readonly ErrorCode[];
  /** `warn`: as in Puffle, unknown members are ignored with a warning. A 400 by default. */
  unknown?: 'warn';
  /** `cut`: texts over their length are cut with a warning, except those that name somebody. */
  longTexts?: 'cut';
  /** How the body arrives; JSON by default. */
  body?: 'json' | 'stream' | 'upload';
  /** Maximum size of a JSON body in bytes; 4 MiB by default. */
  bodyLimit?: number;
  /** Most values (members and items at all depths) of a JSON body; 20,000 by default. */
  maxValues?: number;
  /** `false`: not in a transaction, because it uses the network. Writes are one by default. */
  transaction?: false;
  /** The answer holds a secret, so it is sealed before it is stored for its Idempotency-Key. */
  secret?: true;
  /**
   * The list in the answer that goes on by `next_cursor`, and the operation with its next pages.
   * Without `limit` and `cursor`, HTTP sends the whole list, page by page.
   */
  whole?: { list: string; operation: string };
  /** After a partial answer: the next call's input and the progress in words. Null: complete. */
  continueWith?(body: z.output<Out>): { input: Record<string, unknown>; progress: string } | null;
  /** For a GET whose answer changes until some work is done: lets clients follow it (SSE). */
  follow?: {
    /** A fingerprint of the answer from one cheap query. The answer is sent when it changes. */
    look(context: Context, input: z.output<In>): Promise<string>;
    /** Whether the answer is final: no work is left that would change it. */
    isOver(body: z.output<Out>): boolean;
    /** The progress in words. */
    progress(body: z.output<Out>): string;
    /**
     * For a list that grows: the input of the next answer, and the fingerprint at which there is
     * nothing new; null when the next answer can be given at once.
     */
    next?(body: z.output<Out>): { input: Record<string, unknown>; state: string | null };
  };
  /** The mail of an answer, for callers that ask for a page (`surfaces/mail/page.ts`). */
  page?(body: z.output<Out>): { html: string | null; text: string };
  /** A list that can be read whole, as CSV. */
  list?: ListPages;
  /** After a 202: the operation that shows the progress. It takes the same path members. */
  progressOperation?: string;
  /** The input of `progressOperation`, when it takes other members. */
  progressInput?(body: z.output<Out>): Record<string, unknown>;
  /** Whether a successful answer reports a failure: the CLI prints it and exits with 1. */
  isFailure?(body: z.output<Out>): boolean;
  /** A method, because its parameters are bivariant: operations of every input fit one list. */
  run(context: Context, input: z.output<In>): Promise<z.input<Out>>;
};

export function defineOperation<In extends z.ZodObject, Out extends z.ZodType>(
  operation: Operation<In, Out>,
): Operation<In, Out> {
  return operation;
}

/** An operation that anybody may call, without a key or session. */
export function defineOpenOperation<In extends z.ZodObject, Out extends z.ZodType>(
  operation: Omit<Operation<In, Out>, 'scope' | 'run'> & {
    run: (context: AnyContext, input: z.output<In>) => Promise<z.input<Out>>;
  },
): Operation<In, Out> {
  return { ...operation, scope: 'open' };
}

export type Call = {
  caller: Caller;
  /** Where it comes from; by default from this machine. */
  from?: Origin;
  raw: Record<string, unknown>;
  strict?: boolean;
  idempotencyKey?: string;
  stream?: Readable;
  upload?: Upload;
  /** Aborted when the caller is gone. */
  signal?: AbortSignal;
};

const here: Origin = { address: '127.0.0.1', agent: '' };
const neverGone = new AbortController().signal;

/** `session`: the token for the cookie; null when it goes, undefined when it stays as it is. */
export type Answer = { status: number; body: unknown; replayed: boolean; session?: string | null };

/**
 * Runs one call of an operation. Every surface calls this function, so that scope, parsing,
 * idempotency, the transaction and the shape of the answer are enforced in one place.
 * @throws AppError
 */
export async function runOperation(
  operation: Operation,
  services: Services,
  call: Call,
): Promise<Answer> {
  requireScope(call.caller, operation.scope);
  const warnings: Problem[] = [];
  const warn = (field: string, message: string) => {
    const problem = { pointer: `/${field}`, code: 'ignored', message };
    if (call.strict) throw new AppError('request.ignored_field', message, { errors: [problem] });
    if (warnings.length < maxProblems) warnings.push(problem);
  };
  const advise = (problem: Problem) => {
    if (warnings.length < maxProblems) warnings.push(problem);
  };
  const input = readInput(operation, call.raw, warn);
  const idempotencyKey = usableKey(operation, call.idempotencyKey, warn);
  const parseWarnings = warnings.length;
  const run = async (db: Db): Promise<Answer> => {
    // `transact` may run this again after a deadlock: warnings of the failed run are dropped.
    warnings.length = parseWarnings;
    let status: number = operation.status ?? 200;
    const setStatus = (next: number) => {
      status = next;
    };
    let session: string | null | undefined;
    const setSession = (token: string | null) => {
      session = token;
    };
    const ofCall = { db, warn, advise, setStatus, setSession };
    const context = await createContext(services, { operation, call }, ofCall);
    const result = operation.output.parse(await operation.run(context, input));
    const body = warnings.length > 0 ? { ...(result as object), warnings } : result;
    return { status, body, replayed: false, ...(session === undefined ? {} : { session }) };
  };

  if (operation.route.startsWith('GET ')) return run(services.db);
  const write = (db: Db): Promise<Answer> =>
    idempotencyKey === undefined
      ? run(db)
      : runOnce(operation, { ...services, db }, { call, idempotencyKey, run });
  return operation.transaction === false ? write(services.db) : transact(services.db, write);
}

type KeyedCall = { call: Call; idempotencyKey: string; run: (db: Db) => Promise<Answer> };

/** Runs a write unless its Idempotency-Key has an answer already; stores the answer otherwise. */
async function runOnce(
  operation: Operation,
  { db, clock, vault }: Services,
  { call, idempotencyKey, run }: KeyedCall,
): Promise<Answer> {
  const key = { workspaceId: call.caller.workspaceId, key: idempotencyKey };
  const aad = `${key.workspaceId}:${key.key}`;
  const stored = await startIdempotent(db, {
    ...key,
    fingerprint: fingerprint(operation, call, vault),
    at: clock.now(),
  });
  if (stored) {
    const { status, body } = stored;
    const opened = operation.secret ? JSON.parse(vault.open(String(body), aad)) : body;
    return { status, body: opened, replayed: true };
  }
  try {
    const answer = await run(db);
    const { status, body } = answer;
    const kept = operation.secret ? vault.seal(JSON.stringify(body), aad) : body;
    await finishIdempotent(db, { ...key, status, body: kept });
    return answer;
  } catch (error) {
    // Frees the key for another try. In a transaction the rollback has done so.
    if (operation.transaction === false)
      await finishIdempotent(db, { ...key, status: null, body: null });
    throw error;
  }
}

/** The fingerprint of `follow.look`, after the checks of any call. @throws AppError */
export async function readProgressState(
  operation: Operation,
  services: Services,
  call: Call,
): Promise<string> {
  requireScope(call.caller, operation.scope);
  const ignore = () => undefined;
  const silent = { warn: ignore, advise: ignore, setStatus: ignore, setSession: ignore };
  const input = readInput(operation, call.raw, ignore);
  const ofCall = { ...silent, db: services.db };
  const context = await createContext(services, { operation, call }, ofCall);
  return operation.follow!.look(context, input);
}

async function createContext(
  services: Services,
  { operation, call }: { operation: Operation; call: Call },
  ofCall: Pick<Context, 'db' | 'warn' | 'advise' | 'setStatus' | 'setSession'>,
): Promise<Context> {
  const { caller } = call;
  const isSimulated = caller.sandbox && !(operation.realTime ?? operation.scope === 'self');
  const ofWorkspace = isSimulated
    ? await servicesFor({ ...services, db: ofCall.db }, caller.workspaceId)
    : services;
  return {
    ...ofWorkspace,
    ...caller,
    now: ofWorkspace.clock.now(),
    actor: caller.session ? `member:${caller.memberId}` : `key:${caller.keyId}`,
    from: call.from ?? here,
    signal: call.signal ?? neverGone,
    ...ofCall,
    ...(call.stream ? { stream: call.stream } : {}),
    ...(call.upload ? { upload: call.upload } : {}),
  };
}
