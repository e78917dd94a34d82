import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Held, readHeld } from '../../db/instance.ts';
import { liveWorkers } from '../../db/workers.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { proveServer } from '../../vault.ts';

type HealthOptions = { services: Services; secret?: string | undefined };

const proofQuery = z.object({ nonce: z.string().regex(/^[\w-]{16,64}$/) });

/**
 * `/healthz`: the process runs, and with `?nonce=` proves which it is. `/readyz`: its database
 * answers too; 503 otherwise. `workers`: how many processes send and receive; without one, requests
 * are answered and nothing is sent. `held`: why nothing is sent although workers run.
 */
export async function healthRoutes(
  app: FastifyInstance,
  { services, secret }: HealthOptions,
): Promise<void> {
  app.get('/healthz', async ({ query }) => {
    const { data } = proofQuery.safeParse(query);
    return { status: 'ok', ...(data && secret ? { proof: proveServer(secret, data.nonce) } : {}) };
  });
  // One look at a time asks the database: other probes get its answer. A limit would fail the
  // probes of a proxy that strangers share.
  let running: Promise<[string[], Held | null]> | null = null;
  app.get('/readyz', async () => {
    running ??= Promise.all([liveWorkers(services.db), readHeld(services.db)]).finally(() => {
      running = null;
    });
    const [workers, held] = await running.catch(() => {
      throw new AppError('service.unavailable');
    });
    return { status: 'ready', workers: workers.length, ...(held ? { held } : {}) };
  });
}
