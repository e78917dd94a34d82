import type { Readable, Writable } from 'node:stream';
import { CommanderError } from 'commander';
import type { Operation } from '../operation.ts';
import { buildProgram, type ParsedCommand } from './cli-commands.ts';
import { type Format, formatProblem, formatReply } from './cli-output.ts';
import { findServer, NoServerError } from './cli-server.ts';
import { openFile, readFlag, readInput, UsageError } from './cli-values.ts';
import {
  createClient,
  createFollow,
  type Extras,
  type Follow,
  type Followed,
  type Reply,
} from './client.ts';
import { describeMembers } from './members.ts';

export type Streams = {
  stdin: Readable;
  stdout: Writable & { columns?: number };
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
  const argv = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
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
    if (!(error instanceof UsageError || error instanceof NoServerError)) throw error;
    streams.stderr.write(`error: ${error.message}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.unreachable;
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
  for (const member of describeMembers(operation)) {
    const given = flags[member.name];
    if (given !== undefined) input[member.name] = await readFlag(given, member, streams.stdin);
  }
  const missing = describeMembers(operation).find(
    (member) => member.in === 'path' && (input[member.name] ?? '') === '',
  );
  if (missing) throw new UsageError(`Missing: ${missing.name}`);
  const extras: Extras = {
    ...(common.strict ? { strict: true } : {}),
    ...(common.idempotencyKey ? { idempotencyKey: common.idempotencyKey } : {}),
  };
  if (operation.body === 'upload' || operation.body === 'stream') {
    if (common.file === undefined) throw new UsageError('Missing: --file');
    extras.file = await openFile(common.file, {
      stdin: streams.stdin,
      whole: operation.body === 'upload',
    });
  }
  const server = await findServer(env);
  let reply: Reply;
  try {
    const client = createClient(server);
    const isFollowed = common.follow && operation.follow !== undefined;
    reply = isFollowed
      ? await follow(createFollow(server), { operation, input }, streams)
      : await client(operation, input, extras);
    // A partial answer is requested again until it is complete; its progress is printed.
    for (let more = nextCall(operation, reply); more; more = nextCall(operation, reply)) {
      streams.stderr.write(`${more.progress}\n`);
      reply = await client(operation, more.input);
    }
    const progressOperation =
      common.follow && reply.status === 202 ? find(operation.progressOperation) : undefined;
    if (progressOperation) {
      const followed = { operation: progressOperation, input: pick(input, progressOperation) };
      reply = await follow(createFollow(server), followed, streams);
    }
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new NoServerError(
      `${server.url} cannot be reached (${cause}). Is the server running? npm start`,
    );
  }
  const code = print(reply, common.format as Format, streams);
  return reply.ok && operation.isFailure?.(reply.body) ? exitCodes.refused : code;
}

/** The members of an input that are in the path of the other operation. */
function pick(input: Record<string, unknown>, operation: Operation): Record<string, unknown> {
  const names = describeMembers(operation).flatMap((member) =>
    member.in === 'path' ? [member.name] : [],
  );
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

/**
 * Prints the progress until the work is over. Returns the last answer. A stream that ends earlier
 * is requested again.
 */
async function follow(
  openStream: Follow,
  { operation, input }: { operation: Operation; input: Record<string, unknown> },
  { stderr }: Streams,
): Promise<Reply> {
  for (;;) {
    let last: Followed | null = null;
    for await (last of openStream(operation, input)) {
      if (!last.ok) return last;
      const line = operation.follow!.progress(last.body);
      // On a terminal the progress stays on one line.
      stderr.write(stderr.isTTY ? `\r\x1b[K${line}${last.isOver ? '\n' : ''}` : `${line}\n`);
    }
    if (last === null) throw new Error('the server ended the stream');
    if (last.isOver) return last;
  }
}

function nextCall(
  operation: Operation,
  reply: Reply,
): ReturnType<NonNullable<Operation['continueWith']>> {
  return (reply.ok && operation.continueWith?.(reply.body)) || null;
}

function print(reply: Reply, format: Format, { stdout, stderr }: Streams): number {
  if (reply.ok) {
    stdout.write(formatReply(format, reply, stdout.columns));
    if (format === 'table')
      for (const warning of warningsOf(reply.body)) stderr.write(`warning: ${warning}\n`);
    return exitCodes.done;
  }
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
  return Array.isArray(warnings)
    ? warnings.map((warning: string | { message: string }) =>
        typeof warning === 'string' ? warning : warning.message,
      )
    : [];
}
