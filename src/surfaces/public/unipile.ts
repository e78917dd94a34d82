import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nameText } from '../../channels/linkedin/client.ts';
import { secretHeader } from '../../channels/linkedin/hosted.ts';
import { readWebhook } from '../../channels/linkedin/webhook.ts';
import { claimSeat, isHookSecret } from '../../engine/accounts/seats.ts';
import { takeProviderEvent } from '../../engine/inbound/provider-events.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';

const maxBodyLength = 256 * 1024;
const finishedLogin = z.object({
  status: z.string(),
  account_id: nameText,
  name: z.string().min(1).max(500),
});
const successStatuses = ['CREATION_SUCCESS', 'RECONNECTED'];

/**
 * The URLs for Unipile: webhooks, which contain our secret, and finished logins, which contain the
 * token and the name of their link. The content is stored before the answer, and a repetition
 * changes nothing.
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
  // Checked before the body is read, so that requests without the secret cost little.
  const onRequest = async (request: FastifyRequest) => {
    if (!isHookSecret(services.vault, request.headers[secretHeader]))
      throw new AppError('route.not_found');
  };
  app.post('/unipile/news', { onRequest }, async (request, reply) => {
    const event = readWebhook(request.body);
    if (event) await takeProviderEvent(services, 'linkedin', event);
    return reply.code(200).send({ taken: event !== null });
  });
  app.post('/unipile/seats', async (request, reply) => {
    const login = finishedLogin.safeParse(request.body).data;
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
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('request.malformed');
  }
}
