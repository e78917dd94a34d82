import { parseArgs } from 'node:util';
import { openStore } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { systemClock } from '../../engine/clock.ts';
import { scopes } from '../../operation.ts';

const usage = `Usage: postrider keys create --name <name> [--scopes ${scopes.join(',')}]
Makes an API key for the first workspace and prints it, server running or not. Without --scopes it may do everything.`;

/** The subcommands of `keys`. Only creating a key needs no server; the rest is `key`. */
export async function keys(
  [verb, ...argv]: string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  if (verb === 'create') return createKey(argv, env);
  const asked = verb === '--help' || verb === '-h';
  const rest =
    'With a running server: postrider key lists them, postrider key create and postrider key revoke make and end them.';
  if (asked) console.log(`${usage}\n${rest}`);
  else
    console.error(
      `error: ${verb === undefined ? '"keys" goes on with "create".' : `There is no "keys ${verb}".`}\n${usage}\n${rest}`,
    );
  return asked ? 0 : 2;
}

/**
 * Prints a new API key and nothing else on stdout. Returns the exit code: 2 for a command line it
 * does not understand.
 */
async function createKey(argv: string[], env: Record<string, string | undefined>): Promise<number> {
  const wish = readWish(argv);
  if (typeof wish === 'string') {
    console.error(wish);
    return 2;
  }
  if (wish === null) {
    console.log(usage);
    return 0;
  }
  const store = await openStore(readConfig(env), console.error);
  const { text } = await issueKey(store.db, {
    ...store.first,
    ...wish,
    at: systemClock.now(),
  }).finally(store.close);
  console.log(text);
  return 0;
}

/** The parsed arguments; null for help; a text that says what is wrong with them. */
function readWish(argv: string[]): { name: string; scopes: string[] } | string | null {
  try {
    const options = {
      name: { type: 'string' },
      scopes: { type: 'string', default: 'admin' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: argv, options });
    if (values.help) return null;
    if (!values.name?.trim() || values.name.includes('\0'))
      return `--name is missing: what is the key for?\n${usage}`;
    const asked = values.scopes.split(',').map((scope) => scope.trim());
    const stray = asked.find((scope) => !(scopes as readonly string[]).includes(scope));
    if (stray !== undefined) return `There is no scope "${stray}"; there are ${scopes.join(', ')}.`;
    return { name: values.name.trim(), scopes: asked };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}
