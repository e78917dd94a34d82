import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import type { Operation } from '../operation.ts';
import { buildOpenApi } from './openapi.ts';

/** The policy is what keeps the page offline: nothing may be loaded or asked from another host. */
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** `/openapi.json`, and `/docs`: the same as a page that needs no other host. `/` leads there. */
export async function docsRoutes(app: FastifyInstance, { operations }: { operations: readonly Operation[] }): Promise<void> {
  const description = JSON.stringify(buildOpenApi(operations));
  // Whoever opens the address that the server printed should see something.
  app.get('/', async (_request, reply) => reply.redirect('/docs'));
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(description));
  await app.register(async (page) => {
    page.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', policy);
    });
    await page.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        pageTitle: 'Postrider API',
      },
    });
  });
}
