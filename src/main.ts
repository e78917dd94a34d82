import { enableCompileCache } from 'node:module';

const argv = process.argv.slice(2);

// Compiled code is kept, which halves the start of a command; where the folder cannot be written, nothing happens.
enableCompileCache(new URL('../node_modules/.cache/node', import.meta.url).pathname);

// Whoever reads the answer may have seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

// Each command loads only what it needs: a client call should not wait for a server's parts.
async function run(): Promise<number> {
  if (argv[0] === 'start') return (await import('./surfaces/commands/start.ts')).start(process.env);
  if (argv[0] === 'demo') return (await import('./surfaces/commands/demo.ts')).demo(process.env);
  if (argv[0] === 'migrate') return (await import('./surfaces/commands/migrate.ts')).migrate(process.env);
  if (argv[0] === 'keys' && argv[1] === 'create')
    return (await import('./surfaces/commands/keys.ts')).createKey(argv.slice(2), process.env);
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
