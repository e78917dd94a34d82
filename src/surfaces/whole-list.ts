import { Readable } from 'node:stream';
import {
  type Answer,
  type Call,
  type Operation,
  runOperation,
  type Services,
} from '../operation.ts';

type Page = Record<string, unknown> & { next_cursor: unknown };
type Work = {
  services: Services;
  operations: readonly Operation[];
  call: Call;
  /** Throws when the caller may have no more of it. */
  isStillKnown: () => Promise<void>;
};

/** Whether the caller leaves the size of the list to us, and so gets all of it. */
export const wantsWhole = ({ whole }: Operation, { raw }: Call): boolean =>
  whole !== undefined && raw.limit === undefined && raw.cursor === undefined;

/**
 * The answer as JSON with the whole list, which is read page by page as the caller takes it in;
 * null when the first page is all. A failure on the way ends the connection before the JSON does.
 */
export function wholeList(
  { whole }: Operation,
  { body }: Answer,
  { services, operations, call, isStillKnown }: Work,
): Readable | null {
  const first = body as Page;
  const next = operations.find(({ name }) => name === whole!.operation);
  if (!first.next_cursor || !next) return null;
  const { list } = whole!;
  return Readable.from(chunks());

  async function* chunks(): AsyncGenerator<string> {
    const { [list]: items, next_cursor: _more, ...rest } = first;
    yield `{${JSON.stringify(list)}:[${itemsOf(items)}`;
    for (let { next_cursor: cursor } = first; cursor; ) {
      const raw = { ...pick(call.raw, next!), cursor };
      await isStillKnown();
      const answer = await runOperation(next!, services, { ...call, raw, idempotencyKey: '' });
      const page = answer.body as Page;
      const more = itemsOf(page[list]);
      if (more) yield `,${more}`;
      cursor = page.next_cursor;
    }
    const end = JSON.stringify({ next_cursor: null, ...rest });
    yield `],${end.slice(1)}`;
  }
}

const itemsOf = (items: unknown): string => JSON.stringify(items).slice(1, -1);

const pick = (raw: Record<string, unknown>, { input }: Operation): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => Object.hasOwn(input.shape, name)));
