import type { FastifyInstance } from 'fastify';
import { type MessageSenderName, senderOfMessage } from '../../db/texts/previews.ts';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { servicesFor } from '../../engine/sandbox.ts';
import { readLink } from '../../engine/sending/links.ts';
import { unsubscribe } from '../../engine/sending/stop.ts';
import type { Services } from '../../operation.ts';
import { sendPage } from './page.ts';
import { languageOf, languages } from './unsubscribe-words.ts';

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
    const touch = readLink(services.vault, 'unsubscribe', request.params.token);
    if (!touch) return sendPage(reply, 404, unknownLink);
    const sender = await senderOfMessage(services.db, touch.workspaceId, touch.messageId);
    return sendPage(reply, 200, questionIn(languageOf(request.headers['accept-language']), sender));
  });
  app.post<Token>('/u/:token', async (request, reply) => {
    const touch = readLink(services.vault, 'unsubscribe', request.params.token);
    if (!touch) return sendPage(reply, 404, unknownLink);
    await unsubscribe(await servicesFor(services, touch.workspaceId), touch);
    const lang = languageOf(request.headers['accept-language']);
    const { doneTitle, done } = languages[lang]!;
    return sendPage(reply, 200, { lang, title: doneTitle, body: `<p role="status">${done}</p>` });
  });
}

/** Names the sender, because a reader may have links from several. */
function questionIn(lang: string, sender: MessageSenderName | null) {
  const words = languages[lang]!;
  const named = [sender?.name, sender?.address && `(${sender.address})`].filter(Boolean).join(' ');
  const from = named ? `<strong>${escapeHtml(named)}</strong>` : words.sender;
  const body = `<p>${words.question.replace('%', () => from)}</p>
<form method="post"><button type="submit">${words.button}</button></form>`;
  return { lang, title: words.title, body };
}

const unknownLink = {
  title: 'Unknown link',
  body: '<p>This link is not complete or not from here. Please copy it whole from the mail.</p>',
};
