import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nameText } from '../../channels/linkedin/client.ts';
import { secretHeader } from '../../channels/linkedin/hosted.ts';
import { readEvent } from '../../channels/linkedin/v2/events.ts';
import { readSignature, signatureHeader } from '../../channels/linkedin/v2/signature.ts';
import { readWebhook } from '../../channels/linkedin/webhook.ts';
import {
  claimSeat,
  isFromUnipile,
  isHookSecret,
  seatToken,
  unipileOf,
} from '../../engine/accounts/seats.ts';
import { takeProviderEvent } from '../../engine/inbound/provider-events.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { sendPage } from './page.ts';

const maxBodyLength = 256 * 1024;
const finishedLogin = z.object({
  status: z.string(),
  account_id: nameText,
  name: z.string().min(1).max(500),
});
const successStatuses = ['CREATION_SUCCESS', 'RECONNECTED'];

/**
 * The URLs for Unipile: webhooks, which contain our secret or are signed, and finished logins,
 * which contain the token and the name of their link. The content is stored before the answer, and
 * a repetition changes nothing.
 */
export async function unipileRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: maxBodyLength },
    async (_request: FastifyRequest, body: string) => body,
  );
  // Checked before the body is read, so that requests without the secret cost little.
  const onRequest = async (request: FastifyRequest) => {
    if (!isHookSecret(services.vault, request.headers[secretHeader]))
      throw new AppError('route.not_found');
  };
  app.post('/unipile/news', { onRequest }, async (request, reply) => {
    const event = readWebhook(parse(request.body));
    if (event) await takeProviderEvent(services, 'linkedin', event);
    return reply.code(200).send({ taken: event !== null });
  });
  app.post('/unipile/seats', async (request, reply) => {
    const login = finishedLogin.safeParse(parse(request.body)).data;
    const known =
      login &&
      successStatuses.includes(login.status) &&
      (await claimSeat(services, {
        name: login.name,
        token: z.looseObject({ token: z.string() }).safeParse(request.query).data?.token,
        providerAccountId: login.account_id,
      }));
    if (!known) throw new AppError('route.not_found');
    return reply.code(200).send({ taken: true });
  });
  eventRoutes(app, services);
}

/** Version 2: webhooks that are signed, and the page that the owner of an account comes back to. */
function eventRoutes(app: FastifyInstance, services: Services): void {
  // Checked before the body is read, as above; the signature itself covers the body.
  const onRequest = async (request: FastifyRequest) => {
    if (!readSignature(request.headers[signatureHeader], services.clock.now()))
      throw new AppError('route.not_found');
  };
  app.post('/unipile/events', { onRequest }, async (request, reply) => {
    const client = unipileOf(services);
    const body = textOf(request.body);
    const isGenuine = await isFromUnipile(services, request.headers[signatureHeader], body);
    if (!client || !isGenuine) throw new AppError('route.not_found');
    const { event, login } = readEvent(client, parse(body)) ?? { event: null, login: null };
    const token = login && seatToken(services.vault, login.name);
    if (login) await claimSeat(services, { ...login, token });
    if (event) await takeProviderEvent(services, 'linkedin', event);
    return reply.code(200).send({ taken: event !== null });
  });
  app.get('/unipile/done', { exposeHeadRoute: false }, async (request, reply) => {
    const isFailed = z.looseObject({ error_title: z.string() }).safeParse(request.query).success;
    const [title, text] = isFailed
      ? ['Not connected', 'The login did not succeed. Open the link again, or ask for a new one.']
      : ['Logged in', 'The account will be connected in a moment. You can close this page.'];
    return sendPage(reply, 200, { title, body: `<p role="status">${text}</p>` });
  });
}

/** The body as it came; empty when there was none. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : '');

function parse(body: unknown): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch {
    throw new AppError('request.malformed');
  }
}
