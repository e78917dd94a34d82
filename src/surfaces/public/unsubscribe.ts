import type { FastifyInstance } from 'fastify';
import { servicesFor } from '../../engine/sandbox.ts';
import { readLink } from '../../engine/sending/links.ts';
import { unsubscribe } from '../../engine/sending/stop.ts';
import type { Services } from '../../operation.ts';
import { show } from './page.ts';

type Token = { Params: { token: string } };

/**
 * The unsubscribe link. GET shows a button and changes nothing, as link scanners click; POST, from
 * the button or by RFC 8058 from the mail program, stops all writing to this person. Repeating it
 * changes nothing.
 */
export async function unsubscribeRoutes(
  app: FastifyInstance,
  { services }: { services: Services },
): Promise<void> {
  // The body says nothing the link does not say: any is taken, none is read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, async () => null);
  app.get<Token>('/u/:token', async (request, reply) => {
    if (!readLink(services.vault, 'unsubscribe', request.params.token))
      return show(reply, 404, unknownLink);
    return show(reply, 200, question);
  });
  app.post<Token>('/u/:token', async (request, reply) => {
    const touch = readLink(services.vault, 'unsubscribe', request.params.token);
    if (!touch) return show(reply, 404, unknownLink);
    await unsubscribe(await servicesFor(services, touch.workspaceId), touch);
    return show(reply, 200, done);
  });
}

const question = {
  title: 'Unsubscribe',
  body: '<p>Press the button and you will not be written to again.</p>\n<form method="post"><button type="submit">Unsubscribe</button></form>',
};
const done = {
  title: 'Unsubscribed',
  body: '<p role="status">You will not be written to again.</p>',
};
const unknownLink = {
  title: 'Unknown link',
  body: '<p>This link is not complete or not from here. Please copy it whole from the mail.</p>',
};
