import type { FastifyInstance } from 'fastify';
import { readHeld } from '../../db/instance.ts';
import { liveWorkers } from '../../db/workers.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { limitStrangers } from '../auth.ts';
import type { RateWindow } from '../rate.ts';

/**
 * `/healthz`: the process runs. `/readyz`: its database answers too; 503 otherwise. `workers`: how
 * many processes send and receive; without one, requests are answered and nothing is sent. `held`:
 * why nothing is sent although workers run.
 */
export async function healthRoutes(
  app: FastifyInstance,
  { services, windows }: { services: Services; windows?: readonly RateWindow[] },
): Promise<void> {
  if (windows) limitStrangers(app, services, windows);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    const read = Promise.all([liveWorkers(services.db), readHeld(services.db)]);
    const [workers, held] = await read.catch(() => {
      throw new AppError('service.unavailable');
    });
    return { status: 'ready', workers: workers.length, ...(held ? { held } : {}) };
  });
}
