import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { finishLogin } from '../../engine/accounts/logins.ts';
import type { Services } from '../../operation.ts';
import { limitStrangers } from '../auth.ts';
import type { RateWindow } from '../rate.ts';
import { sendPage } from './page.ts';

const callbackQuery = z.object({
  state: z.string().min(1).max(500),
  code: z.string().min(1).max(2000).optional(),
});

/**
 * The URL to which X returns the owner of an account after the login (RFC 6749 4.1.2). A GET that
 * changes state: it needs the `state` of that login and works once.
 */
export async function xRoutes(
  app: FastifyInstance,
  { services, windows }: { services: Services; windows: readonly RateWindow[] },
): Promise<void> {
  limitStrangers(app, services, windows);
  app.get('/x/callback', { exposeHeadRoute: false }, async (request, reply) => {
    const { data } = callbackQuery.safeParse(request.query);
    if (!data)
      return sendPage(reply, 404, {
        title: 'Not connected',
        body: '<p role="status">This page is where X comes back to. Begin a login first.</p>',
      });
    const finished = await finishLogin(services, 'x', {
      state: data.state,
      code: data.code ?? null,
    });
    if (finished.ok) {
      const text = `${escapeHtml(finished.name)} is connected. You can close this page.`;
      return sendPage(reply, 200, { title: 'Connected', body: `<p role="status">${text}</p>` });
    }
    return sendPage(reply, finished.status, {
      title: 'Not connected',
      body: `<p role="status">${escapeHtml(finished.reason)}</p>`,
    });
  });
}
