import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Sends a page to a visitor without a key. `title` and `body` are HTML, `script` is ours alone. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  {
    title,
    body,
    script,
    lang = 'en',
  }: { title: string; body: string; script?: string; lang?: string },
): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'" +
    (script ? `; script-src 'nonce-${nonce}'` : '');
  return reply
    .code(status)
    .header('content-security-policy', policy)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; \
padding: 0 1rem; color: #1a1a1a; background: #fff }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .4rem; \
color: #fff; background: #1d4ed8; cursor: pointer }
button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 3px }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${script ? `<script nonce="${nonce}">${script}</script>\n` : ''}</body>
</html>
`);
}
