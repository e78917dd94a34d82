import { enableCompileCache } from 'node:module';

const argv = process.argv.slice(2);

// Compiled code is kept, which halves the start of a command; where the folder cannot be written,
// nothing happens.
enableCompileCache(new URL('../node_modules/.cache/node', import.meta.url).pathname);

// The reader of our output may have seen enough (`| head`). A server goes on: it has a database to
// stop, and messages in hand.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (argv[0] !== 'start' && argv[0] !== 'demo') process.exit(0);
});

/** Commands without subcommands, and their actions. */
const lone: Record<string, string> = {
  start:
    'Runs the server: API, workers and database, until Ctrl-C. ' +
    'Its settings are environment variables: docs/settings.md.',
  demo: 'Runs a throw-away sandbox on a fast clock, with a campaign under way, until Ctrl-C.',
  migrate: 'Brings the database up to date without starting a server.',
  web: 'Builds the page for browsers into web/dist, for images and disks that are read only.',
};

// Each command loads only the modules it needs, because a client call should not wait for those of
// a server.
async function run(): Promise<number> {
  const [word = ''] = argv;
  if (word in lone && argv.length > 1)
    return (await import('./surfaces/commands/alone.ts')).refuseArguments(
      word,
      argv.slice(1),
      lone[word]!,
    );
  if (word === 'start') return (await import('./surfaces/commands/start.ts')).start(process.env);
  if (word === 'demo') return (await import('./surfaces/commands/demo.ts')).demo(process.env);
  if (word === 'migrate')
    return (await import('./surfaces/commands/migrate.ts')).migrate(process.env);
  if (word === 'web') return (await import('./surfaces/commands/web.ts')).web();
  if (word === 'keys')
    return (await import('./surfaces/commands/keys.ts')).keys(argv.slice(1), process.env);
  if (word === 'backup')
    return (await import('./surfaces/commands/backup.ts')).backup(argv.slice(1), process.env);
  if (word === 'restore')
    return (await import('./surfaces/commands/restore.ts')).restore(argv.slice(1), process.env);
  if (word === 'release')
    return (await import('./surfaces/commands/release.ts')).release(argv.slice(1), process.env);
  // The words behind it, as in `link create`, are calls of a running server.
  if (word === 'link' && (argv[1] ?? '-').startsWith('-'))
    return (await import('./surfaces/commands/link.ts')).link(argv.slice(1), process.env);
  if (word === 'alias') return (await import('./surfaces/commands/alias.ts')).alias(argv.slice(1));
  return (await import('./surfaces/cli.ts')).runCli(argv, process.env);
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// A drain that ran out of time must not keep the process.
if (argv[0] === 'start' || argv[0] === 'demo') process.exit();
