import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import type { Operation } from '../../operation.ts';
import { inboxDialect, inboxRoutes } from '../inboxapp/index.ts';
import { basePath as inboxPath } from '../inboxapp/route.ts';
import { buildOpenApi } from './openapi.ts';

/** The policy keeps the page offline: the browser loads nothing from another host. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * `/openapi.json`, the same for Inbox's API under its base path, and `/docs`, a page of both that
 * needs no other host.
 */
export async function docsRoutes(
  app: FastifyInstance,
  { operations, basePath }: { operations: readonly Operation[]; basePath: string },
): Promise<void> {
  const servers = (path: string) => [{ url: `${basePath}${path}` }];
  const own = { ...buildOpenApi(operations), servers: servers('/') };
  const inbox = { ...buildOpenApi(inboxRoutes, inboxDialect), servers: servers(inboxPath) };
  const descriptions = [
    { title: 'Postrider', url: '/openapi.json', text: JSON.stringify(own) },
    { title: 'Inbox', url: `${inboxPath}/openapi.json`, text: JSON.stringify(inbox) },
  ];
  for (const { url, text } of descriptions)
    app.get(url, async (_request, reply) => reply.type('application/json').send(text));
  await app.register(async (page) => {
    page.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', policy);
    });
    await page.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        sources: descriptions.map(({ title, url }) => ({ title, url: `${basePath}${url}` })),
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        // Links to Scalar's own services, which the policy blocks.
        showDeveloperTools: 'never',
        agent: { disabled: true },
        mcp: { disabled: true },
        pageTitle: 'Postrider API',
      },
    });
  });
}
