import type { FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { AppError } from '../../errors.ts';
import { type Call, type Operation, runOperation, type Services } from '../../operation.ts';
import { readParts } from '../form-parts.ts';
import { readJsonBody } from '../json-body.ts';

/**
 * What a mail may do in a frame: it is shown with its own styles, and loads and runs nothing. It is
 * a page, because a frame without an address has the policy of the page around it.
 */
const policy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** Whether the caller asks for the mail of an answer as a page. */
export function wantsPage(operation: Operation, request: FastifyRequest): boolean {
  if (!operation.page) return false;
  const { format } = request.query as { format?: unknown };
  return format === 'html' || /^\s*text\/html\b/i.test(request.headers.accept ?? '');
}

/** Answers with the mail alone: its HTML as it is, or its text. */
export async function sendMailPage(
  { operation, services, call }: { operation: Operation; services: Services; call: Call },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { format: _format, ...raw } = call.raw;
  const { status, body } = await runOperation(operation, services, { ...call, raw });
  const { html, text } = operation.page!(body as never);
  const head = '<!doctype html><meta charset="utf-8">';
  const plain = `${head}<pre style="white-space: pre-wrap">${escapeHtml(text)}</pre>`;
  return reply
    .code(status)
    .header('content-security-policy', policy)
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html ?? plain);
}

/**
 * The JSON that a form sends as its field `request`, because a form cannot send JSON as its body.
 * @throws request.invalid without the field, request.malformed
 */
export async function readFormRequest(request: FastifyRequest): Promise<unknown> {
  const given: string[] = [];
  await readParts(request, async (part) => {
    if (part.type === 'file') part.file.resume();
    else if (part.fieldname === 'request') given.push(String(part.value));
    return given.length > 0 ? 'enough' : undefined;
  });
  if (given[0] !== undefined)
    return readJsonBody(Buffer.from(given[0]), request.routeOptions.config.maxValues);
  const message = 'Send the JSON in the field "request".';
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: '/request', code: 'required', message }],
  });
}
