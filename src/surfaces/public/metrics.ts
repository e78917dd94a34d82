import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import { readMetrics } from '../../db/metrics.ts';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import type { Caller, Services } from '../../operation.ts';
import { version } from '../../version.ts';
import { createAuthenticate, requireKey } from '../auth.ts';

/** Each gauge with its labels and its meaning. */
const gauges = {
  senders: [['type', 'status'], 'Sender accounts'],
  campaigns: [['status'], 'Campaigns'],
  messages_reserved: [[], 'Messages on their way, whose result is not recorded yet'],
  messages_unknown: [[], 'Messages of which nobody can tell whether they went out'],
  inboxes_failing: [[], 'Mailboxes that cannot be read'],
  jobs_waiting: [[], 'Imports and other jobs that wait for a worker'],
  workers: [[], 'Worker processes that are alive'],
  lane_lag_seconds: [[], 'How long the sender that is due first has waited for a worker'],
  db_connections: [['state'], 'Connections of this process to the database'],
  info: [['version'], 'The release that runs'],
} as const satisfies Record<string, readonly [readonly string[], string]>;

const maxPerMinute = 600;

type Options = { services: Services; open?: boolean };

/**
 * `GET /metrics` in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): this process, and all live
 * workspaces together. It needs a key with the scope `admin`, unless `open`.
 */
export async function metricsRoutes(
  app: FastifyInstance,
  { services, open = false }: Options,
): Promise<void> {
  if (!open)
    requireKey(app, services, {
      authenticate: createAuthenticate(services),
      windows: [{ limit: maxPerMinute, ms: minuteMs }],
      countedBy: (caller) => caller.keyId!,
      announce: () => ({}),
    });
  if (!register.getSingleMetric('process_resident_memory_bytes')) collectDefaultMetrics();
  // One scrape at a time reads the database: others get its answer.
  let running: Promise<string> | null = null;
  app.get('/metrics', async (request, reply) => {
    if (!open) requireAdmin(request.caller);
    running ??= writeMetrics(services).finally(() => {
      running = null;
    });
    return reply.type(register.contentType).send(await running);
  });
}

function requireAdmin(caller: Caller | null): void {
  if (!caller || caller.sandbox || !caller.scopes.includes('admin'))
    throw new AppError('auth.scope', 'The metrics need a key of no sandbox, with the scope admin.');
}

async function writeMetrics({ db, pool, clock }: Services): Promise<string> {
  const registry = new Registry();
  const made = new Map(
    Object.entries(gauges).map(([name, [labelNames, help]]) => [
      name,
      new Gauge({ name: `postrider_${name}`, help, labelNames, registers: [registry] }),
    ]),
  );
  const set = (name: string, labels: Record<string, string>, value: number) =>
    made.get(name)?.set(labels, value);
  for (const { name, labels, value } of await readMetrics(db, clock.now()))
    set(name, labels, value);
  set('db_connections', { state: 'idle' }, pool.idleCount);
  set('db_connections', { state: 'busy' }, pool.totalCount - pool.idleCount);
  set('db_connections', { state: 'awaited' }, pool.waitingCount);
  set('info', { version }, 1);
  return Registry.merge([registry, register]).metrics();
}
