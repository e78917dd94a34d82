import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { withoutFormula } from '../../domain/formula.ts';
import { writeCsv } from '../../domain/imports/csv.ts';
import { AppError } from '../../errors.ts';
import type { ListPages } from '../../list-pages.ts';
import { type Call, type Operation, runOperation, type Services } from '../../operation.ts';

/** Lists of one workspace that are read as CSV at once. */
const maxAtOnce = 4;

type CsvRequest = {
  operation: Operation;
  call: Call;
  reply: FastifyReply;
  /** Throws when the caller may have no more of it. */
  isStillKnown: () => Promise<void>;
};
type Body = Record<string, unknown>;

/** Whether the caller asks for a whole list as CSV in place of a page of it. */
export function wantsCsv(operation: Operation, request: FastifyRequest): boolean {
  if (!operation.list) return false;
  const { format } = request.query as { format?: unknown };
  return format === 'csv' || /^\s*text\/csv\b/i.test(request.headers.accept ?? '');
}

/**
 * Answers with all pages of a list as one table (RFC 4180), a page in memory at a time. Texts that
 * a spreadsheet would take for formulas begin with a quote. Ends with the connection.
 */
export function createCsvSender(services: Services) {
  const open = new Map<string, number>();
  return async ({ operation, call, reply, isStillKnown }: CsvRequest): Promise<FastifyReply> => {
    const { workspaceId } = call.caller;
    const others = open.get(workspaceId) ?? 0;
    if (others >= maxAtOnce)
      throw new AppError(
        'request.rate_limited',
        `This workspace reads ${maxAtOnce} lists as CSV already, which are the most at once.`,
      );
    const { format: _format, ...raw } = call.raw;
    const pages = readPages(services, operation, { call: { ...call, raw }, isStillKnown });
    const first = await pages.next();
    open.set(workspaceId, others + 1);
    reply.raw.once('close', () => open.set(workspaceId, open.get(workspaceId)! - 1));
    const name = operation.name.replace('.', '-');
    return reply
      .header('content-type', 'text/csv; charset=utf-8; header=present')
      .header('content-disposition', `attachment; filename="${name}.csv"`)
      .send(Readable.from(linesOf(operation, first.value as Body, pages)));
  };
}

/** The answers of a list, page by page. */
async function* readPages(
  services: Services,
  operation: Operation,
  { call, isStillKnown }: Pick<CsvRequest, 'call' | 'isStillKnown'>,
): AsyncGenerator<Body> {
  const { cursor, first, limit } = operation.list!;
  let at: unknown = call.raw[cursor] ?? first;
  for (;;) {
    const raw = { ...call.raw, limit, ...(at === undefined ? {} : { [cursor]: at }) };
    const { body } = await runOperation(operation, services, { ...call, raw });
    yield body as Body;
    const following = nextOf(operation.list!, body as Body);
    if (following === null || following === at || call.signal?.aborted) return;
    at = following;
    await isStillKnown();
  }
}

const nextOf = ({ next }: ListPages, body: Body): unknown =>
  body.has_more === false ? null : (body[next] ?? null);

async function* linesOf(
  operation: Operation,
  first: Body,
  pages: AsyncGenerator<Body>,
): AsyncGenerator<string> {
  const columns = columnsOf(operation, first);
  yield writeCsv([columns.map(withoutFormula)]);
  const linesIn = (body: Body) => writeCsv(rowsOf(operation, body, columns));
  yield linesIn(first);
  for await (const body of pages) yield linesIn(body);
}

/** The members of the items, or the columns that the answer names itself. */
function columnsOf({ list, output }: Operation, body: Body): readonly string[] {
  if (Array.isArray(body.columns)) return body.columns as string[];
  const items = output instanceof z.ZodObject ? output.shape[list!.items] : null;
  const item = items instanceof z.ZodArray ? items.element : null;
  return item instanceof z.ZodObject ? Object.keys(item.shape) : [];
}

function rowsOf({ list }: Operation, body: Body, columns: readonly string[]): string[][] {
  const items = body[list!.items] as (Body | readonly unknown[])[];
  return items.map((item) =>
    Array.isArray(item)
      ? item.map(cellOf)
      : columns.map((column) => cellOf((item as Body)[column])),
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return withoutFormula(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
