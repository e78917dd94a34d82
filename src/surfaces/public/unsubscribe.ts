import type { FastifyInstance, FastifyReply } from 'fastify';
import { readLink } from '../../engine/links.ts';
import { partsOf } from '../../engine/sandbox.ts';
import { unsubscribe } from '../../engine/stop.ts';
import type { Parts } from '../../operation.ts';

type Token = { Params: { token: string } };

/**
 * The unsubscribe link. GET shows a button and changes nothing, as link scanners click; POST, from the button or by
 * RFC 8058 from the mail program, stops all writing to this person. Repeating it changes nothing.
 */
export async function unsubscribeRoutes(app: FastifyInstance, { parts }: { parts: Parts }): Promise<void> {
  // The body says nothing the link does not say: any is taken, none is read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, async () => null);
  app.get<Token>('/u/:token', async (request, reply) => {
    if (!readLink(parts.vault, 'unsubscribe', request.params.token)) return show(reply, 404, unknownLink);
    return show(reply, 200, question);
  });
  app.post<Token>('/u/:token', async (request, reply) => {
    const touch = readLink(parts.vault, 'unsubscribe', request.params.token);
    if (!touch) return show(reply, 404, unknownLink);
    await unsubscribe(await partsOf(parts, touch.workspaceId), touch);
    return show(reply, 200, done);
  });
}

const question = {
  title: 'Unsubscribe',
  body: '<p>Press the button and you will not be written to again.</p>\n<form method="post"><button type="submit">Unsubscribe</button></form>',
};
const done = { title: 'Unsubscribed', body: '<p role="status">You will not be written to again.</p>' };
const unknownLink = {
  title: 'Unknown link',
  body: '<p>This link is not complete or not from here. Please copy it whole from the mail.</p>',
};

function show(reply: FastifyReply, status: number, { title, body }: { title: string; body: string }): FastifyReply {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
  return reply
    .code(status)
    .header('content-security-policy', policy)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .4rem; color: #fff; background: #1d4ed8; cursor: pointer }
button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 3px }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`);
}
