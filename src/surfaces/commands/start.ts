import { type App, startApp } from '../../app.ts';
import {
  type Config,
  incompleteFeatures,
  isLoopback,
  machineTimeZone,
  readConfig,
} from '../../config.ts';
import { adminKeyFile } from '../../data-dir.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { awaitStopSignal } from './stop-signal.ts';

/** Supervisors such as Docker kill a process ten seconds after SIGTERM. */
const drainMs = 9_500;

/** Runs the server until SIGTERM, SIGINT or SIGHUP, then drains. Returns the exit code. */
export async function start(env: Record<string, string | undefined>): Promise<number> {
  const config = readConfig(env);
  const stopSignal = awaitStopSignal();
  const app = await startUnlessStopped(config, stopSignal);
  if (!app) {
    console.log('Stopped.');
    return 0;
  }
  // performance.now() counts from the start of the process.
  console.log(`Postrider is ready in ${(performance.now() / 1000).toFixed(1)} s`);
  if (app.url) console.log(`  URL             ${app.url}`);
  if (app.first.made) {
    const hint = '(the postrider command on this machine finds it)';
    console.log(`  first API key   ${adminKeyFile(config.dataDir)} ${hint}`);
    const zone = machineTimeZone() ?? defaultTimeZone;
    console.log(`  time zone       ${zone} (change it: npx postrider setting update --timezone …)`);
  }
  if (app.welcome) console.log(`  first account   Open ${app.welcome}`);
  console.log(`  data directory  ${config.dataDir}`);
  if (app.url && !isLoopback(config.host))
    console.log('  Others can reach this address over plain HTTP: put a proxy with TLS before it.');
  for (const lack of incompleteFeatures(env)) console.log(`  ${lack}`);
  await stopSignal;
  return (await drain(app.stop)) ? 0 : 1;
}

/** Null when the signal to stop came while the start waited for the database. */
async function startUnlessStopped(
  config: Config,
  stopSignal: Promise<string>,
): Promise<App | null> {
  const stopping = new AbortController();
  void stopSignal.then(() => stopping.abort());
  try {
    return await startApp(config, console.log, stopping.signal);
  } catch (error) {
    if (error !== stopping.signal.reason) throw error;
    return null;
  }
}

/** Returns false when the drain did not end in time: the next start recovers the rest. */
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
