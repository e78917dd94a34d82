import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readHeld } from '../../db/instance.ts';
import { liveWorkers } from '../../db/workers.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { proveServer } from '../../vault.ts';
import { limitStrangers } from '../auth.ts';
import type { RateWindow } from '../rate.ts';

type HealthOptions = {
  services: Services;
  windows?: readonly RateWindow[];
  secret?: string | undefined;
};

const proofQuery = z.object({ nonce: z.string().regex(/^[\w-]{16,64}$/) });

/**
 * `/healthz`: the process runs, and with `?nonce=` proves which it is. `/readyz`: its database
 * answers too; 503 otherwise. `workers`: how many processes send and receive; without one, requests
 * are answered and nothing is sent. `held`: why nothing is sent although workers run.
 */
export async function healthRoutes(
  app: FastifyInstance,
  { services, windows, secret }: HealthOptions,
): Promise<void> {
  if (windows) limitStrangers(app, services, windows);
  app.get('/healthz', async ({ query }) => {
    const { data } = proofQuery.safeParse(query);
    return { status: 'ok', ...(data && secret ? { proof: proveServer(secret, data.nonce) } : {}) };
  });
  app.get('/readyz', async () => {
    const read = Promise.all([liveWorkers(services.db), readHeld(services.db)]);
    const [workers, held] = await read.catch(() => {
      throw new AppError('service.unavailable');
    });
    return { status: 'ready', workers: workers.length, ...(held ? { held } : {}) };
  });
}
