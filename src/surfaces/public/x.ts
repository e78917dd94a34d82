import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  challenge,
  isSigned,
  readEvent,
  signatureHeader,
  signatureOf,
} from '../../channels/x/webhook.ts';
import type { RateWindow } from '../../domain/rate.ts';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { confirmLogin, returnFromLogin } from '../../engine/accounts/logins.ts';
import { takeProviderEvent } from '../../engine/inbound/provider-events.ts';
import { AppError } from '../../errors.ts';
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

const challengeQuery = z.object({ crc_token: challenge });
const maxEventLength = 256 * 1024;

/**
 * The URL for X's webhooks. A GET is X's question whether this server knows the secret of the app;
 * a POST is an event, which is stored before the answer. A repetition changes nothing.
 */
export async function xHookRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  const { xHook } = services.config;
  if (!xHook) return;
  const { consumerSecret } = xHook;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: maxEventLength },
    async (_request: FastifyRequest, body: string) => body,
  );
  app.get('/x/news', { exposeHeadRoute: false }, async (request, reply) => {
    const { data } = challengeQuery.safeParse(request.query);
    if (!data) throw new AppError('route.not_found');
    return reply.send({ response_token: signatureOf(data.crc_token, consumerSecret) });
  });
  app.post('/x/news', async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    if (!isSigned(body, request.headers[signatureHeader], consumerSecret))
      throw new AppError('route.not_found');
    const event = readEvent(body);
    if (event) await takeProviderEvent(services, 'x', event);
    return reply.code(200).send({ taken: event !== null });
  });
}
