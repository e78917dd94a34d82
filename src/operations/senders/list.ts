import { z } from 'zod';
import { pageSenders } from '../../db/forecast/sender-pages.ts';
import { pageEnds, pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { readSenderReasons } from '../../engine/forecast/sender-reasons.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { bindingOnWire, bindingOutput } from '../explanations/wire.ts';
import { senderFilter, senderFilterOf } from './filter.ts';
import { senderOnWire, senderOutput } from './wire.ts';

const listedSender = senderOutput.extend({
  because: z.string().describe('What it waits for, as its lane was last planned.'),
  next_at: z.iso.datetime().nullable().describe('When its lane is planned again.'),
  today: z
    .object({ limit: z.int(), used: z.int() })
    .nullish()
    .describe('With include=why: the limit of the day. Null while out of service.'),
  why: bindingOutput.nullish().describe('With include=why: what GET …/explain says.'),
});

export const listSenders = defineOperation({
  name: 'sender.list',
  route: 'GET /api/senders',
  cli: 'sender',
  summary: 'List the sender accounts',
  description:
    'Newest first. Their ids are the `sender_account_ids` of campaigns of the same type. All of ' +
    'them, unless `limit` or `cursor` asks for a page.',
  scope: 'read',
  input: z.object({
    ...senderFilter,
    include: z
      .array(z.enum(['why']))
      .max(1)
      .default([])
      .describe('Parts to show besides.'),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(500, 500),
  }),
  output: z.object({
    accounts: z.array(listedSender),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: [],
  whole: { list: 'accounts', operation: 'sender.list' },
  async run(context, { cursor, limit, include, ...given }) {
    const { db, warn } = context;
    const withWhy = include.includes('why');
    const filter = senderFilterOf(given, context);
    const { rows, more } = await pageSenders(db, filter, { after: cursor, limit });
    if (more && rows.length < limit) warn('limit', pageEnds(rows.length));
    const whys = withWhy ? await readWhys(context, rows) : new Map();
    return {
      accounts: rows.map((row) => ({
        ...senderOnWire(row),
        because: row.because,
        next_at: row.next_at?.toISOString() ?? null,
        ...whys.get(row.id),
      })),
      next_cursor: more ? rows.at(-1)!.id : null,
    };
  },
});

async function readWhys(context: Context, rows: readonly { id: string }[]) {
  const ids = rows.map(({ id }) => id);
  const reasons = await readSenderReasons(context.db, ids, context);
  return new Map(
    [...reasons].map(([id, { binding, today }]) => [id, { why: bindingOnWire(binding), today }]),
  );
}
