import type { Readable, Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { machineTimeZone } from '../config.ts';
import type { Operation } from '../operation.ts';
import { withKnownWords } from './cli/aliases.ts';
import { withHours } from './cli/hours.ts';
import type { Ask } from './cli/kinds.ts';
import { readNames, resolveNames, UnknownNameError } from './cli/names.ts';
import { follow, whileShowing } from './cli/progress.ts';
import type { Row } from './cli/values.ts';
import { buildProgram, type ParsedCommand } from './cli-commands.ts';
import { type Format, formatProblem, formatReply, type TableOptions } from './cli-output.ts';
import { findServer, NoServerError, type Server } from './cli-server.ts';
import { openFile, readFlag, readInput, UsageError } from './cli-values.ts';
import { type Client, createClient, createFollow, type Extras, type Reply } from './client.ts';
import { downloadCsv } from './csv/download.ts';
import { describeMembers } from './members.ts';

export type Streams = {
  stdin: Readable;
  stdout: Writable & { columns?: number; isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
};

export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  auth: 4,
  failed: 5,
} as const;

/**
 * Runs one command line against a server. Data goes to stdout, all else to stderr. Returns the exit
 * code.
 */
export async function runCli(
  args: readonly string[],
  env: Record<string, string | undefined>,
  streams: Streams = process,
): Promise<number> {
  const { operations } = await import('../operations/index.ts');
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  const argv = withKnownWords(words, operations);
  let code: number = exitCodes.done;
  const program = buildProgram(operationsFor(operations, argv), async (parsed) => {
    code = await call(parsed, env, {
      streams,
      find: (name) => operations.find((one) => one.name === name),
    });
  });
  const redirect = (command: typeof program): void => {
    command.exitOverride().configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      getOutHelpWidth: () => streams.stdout.columns ?? 120,
      getErrHelpWidth: () => streams.stdout.columns ?? 120,
    });
    command.commands.forEach(redirect);
  };
  redirect(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof RefusedError) return printProblem(error.reply, 'json', streams);
    const code = codeOf(error);
    if (code === null) throw error;
    streams.stderr.write(`error: ${(error as Error).message}\n`);
    return code;
  }
}

/** The exit code of an error whose message is for people; null for a fault of ours. */
function codeOf(error: unknown): number | null {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof NoServerError) return exitCodes.unreachable;
  return error instanceof UnknownNameError ? exitCodes.refused : null;
}

/** A look-up was refused, as the call itself would be. */
class RefusedError extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super('The server refused a look-up.');
    this.reply = reply;
  }
}

/**
 * The operations of the noun in the command line, all for the top-level help: describing the flags
 * of all takes long.
 */
function operationsFor(
  operations: readonly Operation[],
  argv: readonly string[],
): readonly Operation[] {
  const ofNoun = operations.filter((operation) => operation.cli.split(' ')[0] === argv[0]);
  return ofNoun.length > 0 ? ofNoun : operations;
}

type CallContext = { streams: Streams; find: (name: string | undefined) => Operation | undefined };

async function call(
  { operation, flags, common }: ParsedCommand,
  env: Record<string, string | undefined>,
  { streams, find }: CallContext,
): Promise<number> {
  const input = common.input === undefined ? {} : await readInput(common.input, streams.stdin);
  const given: Row = {};
  for (const member of describeMembers(operation)) {
    const text = flags[member.name];
    if (text !== undefined) given[member.name] = await readFlag(text, member, streams.stdin);
  }
  const missing = describeMembers(operation).find(
    (member) => member.in === 'path' && ({ ...input, ...given }[member.name] ?? '') === '',
  );
  if (missing) throw new UsageError(`Missing: ${missing.name}`);
  const flagsGiven = withHours(operation, given);
  const extras = await readExtras(operation, common, streams);
  const format = (common.format ?? (streams.stdout.isTTY ? 'table' : 'json')) as Format;
  if (format === 'csv' && !operation.list)
    throw new UsageError('--format csv is for lists: this answers with something else.');
  const server = await findServer(env);
  const client = createClient(server);
  const ask = asker(client, find);
  const request = { operation, input: { ...input, ...flagsGiven } };
  const timeZone = machineTimeZone() ?? 'UTC';
  const shown = { format, streams, wide: common.wide ?? false, timeZone };
  let answered: Answered;
  let names = new Map<string, string>();
  try {
    Object.assign(request.input, await resolveNames(operation, flagsGiven, { ask, input }));
    if (format === 'csv') {
      const refused = await downloadCsv(server, request, streams.stdout);
      return refused ? print(refused, { ...shown, format: 'json' }) : exitCodes.done;
    }
    answered = await answer(request, { client, server, extras, common, streams, find });
    if (format === 'table' && answered.reply.ok)
      names = await readNames(answered.operation.name, ask);
  } catch (error) {
    if (error instanceof RefusedError || codeOf(error) !== null) throw error;
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new NoServerError(
      `${server.url} cannot be reached (${cause}). Is the server running? npm start`,
    );
  }
  const { reply, operation: last } = answered;
  const code = print(reply, { ...shown, operation: last.name, names });
  return reply.ok && last.isFailure?.(reply.body) ? exitCodes.refused : code;
}

async function readExtras(
  operation: Operation,
  common: ParsedCommand['common'],
  { stdin }: Streams,
): Promise<Extras> {
  const extras: Extras = {
    ...(common.strict ? { strict: true } : {}),
    ...(common.idempotencyKey ? { idempotencyKey: common.idempotencyKey } : {}),
  };
  if (operation.body !== 'upload' && operation.body !== 'stream') return extras;
  if (common.file === undefined) throw new UsageError('Missing: --file');
  const file = await openFile(common.file, { stdin, whole: operation.body === 'upload' });
  return { ...extras, file };
}

/**
 * Calls operations by name, for look-ups, each question once.
 * @throws RefusedError for any failure but a 404
 */
function asker(client: Client, find: CallContext['find']): Ask {
  const asked = new Map<string, Promise<Reply>>();
  return async (name, input) => {
    const question = JSON.stringify([name, input]);
    const answer = asked.get(question) ?? client(find(name)!, input);
    asked.set(question, answer);
    const reply = await answer;
    if (reply.ok) return reply.body as Row;
    if (reply.status === 404) return null;
    throw new RefusedError(reply);
  };
}

type Answering = {
  client: Client;
  server: Server;
  extras: Extras;
  common: ParsedCommand['common'];
  streams: Streams;
  find: CallContext['find'];
};

/** The last answer, and the operation that gave it. */
type Answered = { reply: Reply; operation: Operation };

/** Calls the operation, again until it is complete, and shows on stderr how far it is. */
async function answer(
  { operation, input }: { operation: Operation; input: Row },
  { client, server, extras, common, streams, find }: Answering,
): Promise<Answered> {
  const { stdout, stderr } = streams;
  const watch = async (watched: Operation, path: Row): Promise<Answered> => {
    const reply = await follow(createFollow(server), { operation: watched, input: path }, stderr);
    return { reply, operation: watched };
  };
  if (common.follow && operation.follow) return watch(operation, input);
  let reply = await whileShowing(stderr, '', () => client(operation, input, extras));
  // A partial answer is requested again until it is complete; its progress is printed.
  for (let more = nextCall(operation, reply); more; more = nextCall(operation, reply)) {
    const { progress, input: next } = more;
    reply = await whileShowing(stderr, progress, () => client(operation, next));
  }
  const isFollowed = common.follow ?? (stdout.isTTY && stderr.isTTY);
  const progress = isFollowed && reply.status === 202 ? find(operation.progressOperation) : null;
  if (!progress) return { reply, operation };
  return watch(progress, operation.progressInput?.(reply.body) ?? pick(input, progress));
}

/** The members of an input that are in the path of the other operation. */
function pick(input: Record<string, unknown>, operation: Operation): Record<string, unknown> {
  const names = describeMembers(operation).flatMap((member) =>
    member.in === 'path' ? [member.name] : [],
  );
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

function nextCall(
  operation: Operation,
  reply: Reply,
): ReturnType<NonNullable<Operation['continueWith']>> {
  return (reply.ok && operation.continueWith?.(reply.body)) || null;
}

type Printing = TableOptions & { format: Format; streams: Streams };

function print(reply: Reply, { format, streams, ...options }: Printing): number {
  if (!reply.ok) return printProblem(reply, format, streams);
  const { stdout, stderr } = streams;
  stdout.write(formatReply(format, reply, { ...options, columns: stdout.columns }));
  if (format === 'table')
    for (const warning of warningsOf(reply.body)) stderr.write(`warning: ${warning}\n`);
  return exitCodes.done;
}

function printProblem(reply: Reply, format: Format, { stderr }: Streams): number {
  stderr.write(format === 'raw' ? `${reply.text}\n` : formatProblem(reply.status, reply.body));
  if (reply.status === 401 || reply.status === 403) return exitCodes.auth;
  return reply.status >= 500 ? exitCodes.failed : exitCodes.refused;
}

/** Warnings are problems that name a field. Those that Puffle has too are texts. */
function warningsOf(body: unknown): string[] {
  const warnings =
    typeof body === 'object' && body !== null
      ? (body as { warnings?: unknown }).warnings
      : undefined;
  const { warning } = body as { warning?: unknown };
  if (typeof warning === 'string') return [warning];
  return Array.isArray(warnings)
    ? warnings.map((warning: string | { message: string }) =>
        typeof warning === 'string' ? warning : warning.message,
      )
    : [];
}
