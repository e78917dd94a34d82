import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { AppError } from '../../errors.ts';
import { sendPage } from '../public/page.ts';
import type { Web } from './build.ts';
import { chooseEncoding, fillIndex } from './files.ts';

/** Addresses that open the page. Everything below `/w` is the page's own to read. */
const pagePaths = ['/', '/sign-in', '/w', '/w/*'];

/** No inline script, nothing of another host; React Aria's style element shows the nonce. */
const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** The page for a browser, served from memory. Until it is built, a small page asks again. */
export async function webRoutes(
  app: FastifyInstance,
  { web, basePath }: { web: Web; basePath: string },
): Promise<void> {
  for (const path of pagePaths)
    app.get(path, async (_request, reply) => {
      const state = web.read();
      if (state.is === 'building') return sendWaiting(reply);
      if (state.is === 'failed') return sendFailure(reply, state.reason);
      const nonce = randomBytes(16).toString('base64');
      return reply
        .header('content-security-policy', policyOf(nonce))
        .type('text/html; charset=utf-8')
        .send(fillIndex(state.files.index, nonce, basePath));
    });
  const serveFile = async (name: string, accepted: string | undefined, reply: FastifyReply) => {
    const state = web.read();
    const file = state.is === 'ready' ? state.files.files.get(name) : undefined;
    if (!file) throw new AppError('route.not_found');
    const encoding = chooseEncoding(accepted);
    if (encoding) reply.header('content-encoding', encoding);
    return reply
      .header('vary', 'accept-encoding')
      .header(
        'cache-control',
        name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'max-age=3600',
      )
      .type(file.type)
      .send(await file.bytes(encoding));
  };
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
    serveFile(`assets/${request.params['*']}`, request.headers['accept-encoding'], reply),
  );
  app.get('/favicon.svg', (request, reply) =>
    serveFile('favicon.svg', request.headers['accept-encoding'], reply),
  );
}

function sendWaiting(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 200, {
    title: 'Postrider is getting ready',
    body: '<p>This page is built once, which takes some seconds. It opens by itself.</p>',
    // A refresh by header goes nowhere from an address with a fragment, as that of the first link.
    script: 'setTimeout(() => location.reload(), 1000)',
  });
}

function sendFailure(reply: FastifyReply, reason: string): FastifyReply {
  return sendPage(reply, 500, {
    title: 'This page could not be built',
    body:
      '<p>Campaigns run on, and so does the API. Mend the reason below, then restart the server, ' +
      'or run <code>npx postrider web</code> to build it apart.</p>' +
      `<pre>${escapeHtml(reason)}</pre>`,
  });
}
