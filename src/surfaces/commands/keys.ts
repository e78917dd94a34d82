import { parseArgs } from 'node:util';
import { openStore } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { systemClock } from '../../engine/clock.ts';
import { scopes } from '../../operation.ts';

const usage = `Usage: postrider keys create --name <name> [--scopes ${scopes.join(',')}]
Makes an API key for the first workspace and prints it, server running or not. \
Without --scopes it may do everything.`;

const otherCommands = `With a running server: postrider key lists them, \
postrider key create and postrider key revoke make and end them.`;

/** The subcommands of `keys`. Creating a key needs no server; the rest is under `key`. */
export async function keys(
  [verb, ...argv]: string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  if (verb === 'create') return createKey(argv, env);
  if (verb === 'reseal') return (await import('./reseal.ts')).resealSecrets(argv, env);
  const help = `${usage}\n${otherCommands}\npostrider keys reseal changes the master key.`;
  if (verb === '--help' || verb === '-h') {
    console.log(help);
    return 0;
  }
  const error =
    verb === undefined
      ? '"keys" goes on with "create" or "reseal".'
      : `There is no "keys ${verb}".`;
  console.error(`error: ${error}\n${help}`);
  return 2;
}

/** Prints a new API key alone on stdout. Returns the exit code, 2 for a wrong command line. */
async function createKey(argv: string[], env: Record<string, string | undefined>): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  if (options === null) {
    console.log(usage);
    return 0;
  }
  const store = await openStore(readConfig(env), console.error);
  const { text } = await issueKey(store.db, {
    ...store.first,
    ...options,
    at: systemClock.now(),
  }).finally(store.close);
  console.log(text);
  return 0;
}

/** The parsed arguments; null for help; a text with the error when they are wrong. */
function readOptions(argv: string[]): { name: string; scopes: string[] } | string | null {
  try {
    const flags = {
      name: { type: 'string' },
      scopes: { type: 'string', default: 'admin' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: argv, options: flags });
    if (values.help) return null;
    if (!values.name?.trim() || values.name.includes('\0'))
      return `--name is missing: what is the key for?\n${usage}`;
    const chosen = values.scopes.split(',').map((scope) => scope.trim());
    const stray = chosen.find((scope) => !(scopes as readonly string[]).includes(scope));
    if (stray !== undefined) return `There is no scope "${stray}"; there are ${scopes.join(', ')}.`;
    return { name: values.name.trim(), scopes: chosen };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}
