import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';

/** `/healthz`: the process runs. `/readyz`: its database answers too; 503 otherwise. */
export async function healthRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    try {
      await sql`select 1`.execute(services.db);
    } catch {
      throw new AppError('service.unavailable');
    }
    return { status: 'ready' };
  });
}
