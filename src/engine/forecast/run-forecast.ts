import {
  type ForecastEnd,
  type ForecastRun,
  forecastSteps,
  type OnSend,
  type OnStop,
} from '../../domain/forecast/forecast.ts';
import { AppError } from '../../errors.ts';
import { createRest } from '../rest.ts';
import { Turns } from '../turns.ts';

/** Longest work on one forecast, in ms. */
const maxWorkMs = 30_000;
/** A forecast keeps its input in memory, so a workspace has one at a time. */
const turns = new Turns(20);

/** Until when a forecast is wanted; without a signal, whatever happens. */
type Wanted = { signal?: AbortSignal | undefined };

const always = new AbortController().signal;

/** Calls `run` when no other forecast of the workspace is under way. @throws as `Turns.take` */
export function takeForecastTurn<T>(
  { workspaceId, signal = always }: Wanted & { workspaceId: string },
  run: () => Promise<T>,
): Promise<T> {
  return turns.take(workspaceId, signal, run);
}

/**
 * Runs a forecast between other work.
 * @throws forecast.too_large after half a minute; the reason of `signal` when it is aborted
 */
export async function runForecast(
  start: ForecastRun,
  { onSend, onStop }: { onSend: OnSend; onStop?: OnStop },
  { signal = always, maxMs = maxWorkMs }: Wanted & { maxMs?: number } = {},
): Promise<ForecastEnd> {
  const until = performance.now() + maxMs;
  const steps = forecastSteps(start, onSend, onStop);
  const rest = createRest();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await rest();
    signal.throwIfAborted();
    if (performance.now() > until) throw new AppError('forecast.too_large');
  }
}
