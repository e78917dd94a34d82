import type { FastifyInstance } from 'fastify';
import { recordOpen } from '../../engine/inbound/opens.ts';
import { servicesFor } from '../../engine/sandbox.ts';
import { readLink } from '../../engine/sending/links.ts';
import type { Services } from '../../operation.ts';

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * The open pixel, a GET that changes state (an exception of law 10), because counting is its only
 * use. It always answers with the same picture.
 */
export async function openRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  app.get<{ Params: { token: string } }>(
    '/o/:token.gif',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const touch = readLink(services.vault, 'open', request.params.token);
      try {
        if (touch)
          await recordOpen(await servicesFor(services, touch.workspaceId), {
            ...touch,
            userAgent: request.headers['user-agent'] ?? null,
          });
      } catch (error) {
        services.log.error({ err: error, request_id: request.id }, 'an open was not recorded');
      }
      return reply
        .headers({ 'cross-origin-resource-policy': 'cross-origin' })
        .type('image/gif')
        .send(pixel);
    },
  );
}
