import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { RateWindow } from '../../domain/rate.ts';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { confirmLogin, returnFromLogin } from '../../engine/accounts/logins.ts';
import type { Services } from '../../operation.ts';
import { limitStrangers } from '../auth.ts';
import { sendPage } from './page.ts';

const callbackQuery = z.object({
  state: z.string().min(1).max(500),
  code: z.string().min(1).max(2000).optional(),
});

const confirmQuery = z.object({ token: z.string().min(1).max(100) });

/**
 * The URL to which X returns the owner of an account after the login (RFC 6749 4.1.2). A GET that
 * changes state: it needs the `state` of that login and works once. The account is connected by
 * the button of its page, which says which workspace asks.
 */
export async function xRoutes(
  app: FastifyInstance,
  { services, windows }: { services: Services; windows: readonly RateWindow[] },
): Promise<void> {
  limitStrangers(app, services, windows);
  // The link of the button contains all we need.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, async () => null);
  app.get('/x/callback', { exposeHeadRoute: false }, async (request, reply) => {
    const { data } = callbackQuery.safeParse(request.query);
    if (!data) return sendPage(reply, 404, unknownPage);
    const { state, code = null } = data;
    const read = await returnFromLogin(services, 'x', { state, code });
    if (!read.ok) return refuse(reply, read);
    return sendPage(reply, 200, {
      title: `Connect ${escapeHtml(read.name)}?`,
      body: `<p>The workspace <strong>${escapeHtml(read.workspace)}</strong> asks to read your \
direct messages and to write them in your name. Close this page if you did not expect this: then \
nothing is connected.</p>
<form method="post" action="?token=${read.token}"><button type="submit">Connect</button></form>`,
    });
  });
  app.post('/x/callback', async (request, reply) => {
    const { data } = confirmQuery.safeParse(request.query);
    if (!data) return sendPage(reply, 404, unknownPage);
    const done = await confirmLogin(services, 'x', data.token);
    if (!done.ok) return refuse(reply, done);
    const text = `${escapeHtml(done.name)} is connected. You can close this page.`;
    return sendPage(reply, 200, { title: 'Connected', body: `<p role="status">${text}</p>` });
  });
}

const unknownPage = {
  title: 'Not connected',
  body: '<p role="status">This page is where X comes back to. Begin a login first.</p>',
};

const refuse = (reply: FastifyReply, { status, reason }: { status: number; reason: string }) =>
  sendPage(reply, status, {
    title: 'Not connected',
    body: `<p role="status">${escapeHtml(reason)}</p>`,
  });
