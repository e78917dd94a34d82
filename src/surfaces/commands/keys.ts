import { parseArgs } from 'node:util';
import { openStore } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { listOwnWorkspaces } from '../../db/workspaces.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { systemClock } from '../../engine/clock.ts';
import { scopes } from '../../operation.ts';
import { matches } from '../cli/names.ts';
import { shortId } from '../cli/words.ts';

const usage = `Usage: postrider keys create --name <name> [--scopes ${scopes.join(',')}] \
[--workspace <name or id>]
Makes an API key for the first workspace, or the one named, and prints it, server running or \
not. Without --scopes it may do everything.`;

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
  try {
    const owner = await findOwner(store, options.workspace);
    if (typeof owner === 'string') {
      console.error(owner);
      return 2;
    }
    const { name, scopes: allowed } = options;
    const key = { ...owner, name, scopes: allowed, at: systemClock.now() };
    console.log((await issueKey(store.db, key)).text);
    return 0;
  } finally {
    await store.close();
  }
}

type Owner = { workspaceId: string; memberId: string };

/**
 * The workspace of a key: the first, or the one that a word means as it does elsewhere on the
 * command line; a text with the error when it means none, or several.
 */
async function findOwner(
  { db, first }: Pick<Awaited<ReturnType<typeof openStore>>, 'db' | 'first'>,
  word: string | undefined,
): Promise<Owner | string> {
  if (word === undefined) return first;
  const workspaces = (await listOwnWorkspaces(db)).map((one) => ({
    ...one,
    names: [one.name],
    label: one.name,
  }));
  const [found, ...others] = matches(word, workspaces);
  if (found && others.length === 0) return { workspaceId: found.id, memberId: found.memberId };
  const listed = (found ? [found, ...others] : workspaces).slice(0, 10);
  const lines = listed.map(({ id, name }) => `  ${shortId(id)}  ${name}`).join('\n');
  return found
    ? `--workspace "${word}" means several; say more of it, or an id:\n${lines}`
    : `There is no live workspace "${word}". There are:\n${lines}`;
}

type KeyOptions = { name: string; scopes: string[]; workspace?: string | undefined };

/** The parsed arguments; null for help; a text with the error when they are wrong. */
function readOptions(argv: string[]): KeyOptions | string | null {
  try {
    const flags = {
      name: { type: 'string' },
      scopes: { type: 'string', default: 'admin' },
      workspace: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: argv, options: flags });
    if (values.help) return null;
    if (!values.name?.trim() || values.name.includes('\0'))
      return `--name is missing: what is the key for?\n${usage}`;
    const chosen = values.scopes.split(',').map((scope) => scope.trim());
    const stray = chosen.find((scope) => !(scopes as readonly string[]).includes(scope));
    if (stray !== undefined) return `There is no scope "${stray}"; there are ${scopes.join(', ')}.`;
    return { name: values.name.trim(), scopes: chosen, workspace: values.workspace };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}
