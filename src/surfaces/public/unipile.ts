import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nameText } from '../../channels/linkedin/client.ts';
import { secretHeader } from '../../channels/linkedin/hosted.ts';
import { readWebhook } from '../../channels/linkedin/webhook.ts';
import { isHookSecret, landSeat } from '../../engine/accounts/seats.ts';
import { takeProviderEvent } from '../../engine/inbound/provider-events.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';

const maxBodyLength = 256 * 1024;
const landing = z.object({
  status: z.string(),
  account_id: nameText,
  name: z.string().min(1).max(500),
});
const landed = ['CREATION_SUCCESS', 'RECONNECTED'];

/**
 * The address of Unipile's webhooks, which carry our secret, and of finished logins, which carry
 * the name we gave to their link. The content is stored before it is answered; a repetition changes
 * nothing.
 */
export async function unipileRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: maxBodyLength },
    async (_request: FastifyRequest, body: string) => parse(body),
  );
  // Before the body is read: strangers cost nothing.
  const onRequest = async (request: FastifyRequest) => {
    if (!isHookSecret(services.vault, request.headers[secretHeader]))
      throw new AppError('route.not_found');
  };
  app.post('/unipile/news', { onRequest }, async (request, reply) => {
    const news = readWebhook(request.body);
    if (news) await takeProviderEvent(services, 'linkedin', news);
    return reply.code(200).send({ taken: news !== null });
  });
  app.post('/unipile/seats', async (request, reply) => {
    const said = landing.safeParse(request.body).data;
    const known =
      said &&
      landed.includes(said.status) &&
      (await landSeat(services, { name: said.name, providerAccountId: said.account_id }));
    if (!known) throw new AppError('route.not_found');
    return reply.code(200).send({ taken: true });
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('request.malformed');
  }
}
