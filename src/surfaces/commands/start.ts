import { startApp } from '../../app.ts';
import { halfSet, readConfig } from '../../config.ts';
import { adminKeyFile } from '../../data-dir.ts';

const drainMs = 9_500;

/** Runs the server until SIGTERM or SIGINT, then drains. Returns the exit code. */
export async function start(env: Record<string, string | undefined>): Promise<number> {
  const config = readConfig(env);
  // The process began when performance's clock stood at zero.
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => resolve(signal));
  });
  const app = await startApp(config, console.log);
  console.log(`Postrider is ready in ${(performance.now() / 1000).toFixed(1)} s`);
  if (app.url) console.log(`  URL             ${app.url}`);
  console.log(`  data directory  ${config.dataDir}`);
  if (app.first.made)
    console.log(
      `  first API key   ${adminKeyFile(config.dataDir)} (the postrider command on this machine finds it)`,
    );
  for (const lack of halfSet(env)) console.log(`  ${lack}`);
  console.log(`${await signalled}: draining ...`);
  return (await drain(app.stop)) ? 0 : 1;
}

/** False when it did not end in time: what is still reserved is then recovered by the next start. */
async function drain(stop: () => Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), drainMs);
  const drained = await Promise.race([stop().then(() => true), late]);
  clearTimeout(timer);
  console.log(
    drained ? 'Stopped.' : 'Not everything ended in time; the next start recovers the rest.',
  );
  return drained;
}
