import type { FastifyInstance } from 'fastify';
import { servicesFor } from '../../engine/sandbox.ts';
import { readLink } from '../../engine/sending/links.ts';
import { unsubscribe } from '../../engine/sending/stop.ts';
import type { Services } from '../../operation.ts';
import { sendPage } from './page.ts';

type Token = { Params: { token: string } };

/**
 * The unsubscribe link. GET shows a button and changes nothing, because link scanners open links
 * too. POST, by the button or by a mail program (RFC 8058), stops all touches to the prospect. A
 * repetition changes nothing.
 */
export async function unsubscribeRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  // Any body is accepted and none is read, because the link contains all we need.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, async () => null);
  app.get<Token>('/u/:token', async (request, reply) => {
    if (!readLink(services.vault, 'unsubscribe', request.params.token))
      return sendPage(reply, 404, unknownLink);
    return sendPage(reply, 200, question);
  });
  app.post<Token>('/u/:token', async (request, reply) => {
    const touch = readLink(services.vault, 'unsubscribe', request.params.token);
    if (!touch) return sendPage(reply, 404, unknownLink);
    await unsubscribe(await servicesFor(services, touch.workspaceId), touch);
    return sendPage(reply, 200, done);
  });
}

const question = {
  title: 'Unsubscribe',
  body: `<p>Press the button and you will not be written to again.</p>
<form method="post"><button type="submit">Unsubscribe</button></form>`,
};
const done = {
  title: 'Unsubscribed',
  body: '<p role="status">You will not be written to again.</p>',
};
const unknownLink = {
  title: 'Unknown link',
  body: '<p>This link is not complete or not from here. Please copy it whole from the mail.</p>',
};
