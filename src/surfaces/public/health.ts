import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { AppError } from '../../errors.ts';
import type { Parts } from '../../operation.ts';

/** `/healthz`: the process is up. `/readyz`: and its database answers; 503 otherwise. */
export async function healthRoutes(
  app: FastifyInstance,
  { parts }: { parts: Parts },
): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    try {
      await sql`select 1`.execute(parts.db);
    } catch {
      throw new AppError('service.unavailable');
    }
    return { status: 'ready' };
  });
}
