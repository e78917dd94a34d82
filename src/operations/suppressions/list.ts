import { z } from 'zod';
import {
  listByValue,
  listSuppressions as listRows,
  type SuppressionRow,
} from '../../db/people/suppressions.ts';
import { maxPageDepth, pageLimit } from '../../domain/page.ts';
import { storedKinds } from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

const suppressionOutput = z.object({
  kind: z.enum(storedKinds),
  value: z.string(),
  reason: z.string(),
  campaign_id: z.uuid().nullable().describe('The campaign it came from, if one did.'),
  created_at: z.iso.datetime(),
});

const onWire = (row: SuppressionRow) => ({ ...row, created_at: row.created_at.toISOString() });

export const listSuppressions = defineOperation({
  name: 'suppression.list',
  route: 'GET /api/suppressions',
  cli: 'suppression',
  summary: 'List the addresses, domains and profiles never written to again',
  description:
    'Newest first. Addresses, LinkedIn profiles, names on X and whole domains, and the hashes of ' +
    'people who were erased; campaigns skip them at the moment of sending. Pages and `total` ' +
    `go ${maxPageDepth} rows deep.`,
  scope: 'read',
  input: z.object({
    kind: z.enum(storedKinds).optional(),
    q: text({ max: 320 })
      .optional()
      .describe(`Part of the value among the newest ${maxPageDepth}; its beginning among all.`),
    page: z.int().min(1).max(1_000_000).default(1),
    cursor: text({ max: 2100 })
      .optional()
      .describe('`next_cursor` of the page before, or empty: all of them, by kind and value.'),
    limit: pageLimit(1000, 100),
  }),
  output: z.object({
    suppressions: z.array(suppressionOutput),
    total: z.int(),
    page: z.int(),
    limit: z.int(),
    next_cursor: z.string().nullable().describe('Where `cursor` goes on; null on the last page.'),
  }),
  errors: [],
  list: { items: 'suppressions', cursor: 'cursor', next: 'next_cursor', first: '', limit: 1000 },
  async run({ db, workspaceId }, { kind, q, page, cursor, limit }) {
    const { rows, total } = await listRows(db, { workspaceId, kind, q, page, limit });
    const paged = { total, page, limit };
    if (cursor === undefined)
      return { suppressions: rows.map(onWire), ...paged, next_cursor: null };
    const [afterKind = '', ...value] = cursor.split(':');
    const after = { kind: afterKind, value: value.join(':') };
    const all = await listByValue(db, { workspaceId, kind, q, after, limit });
    const last = all.more ? all.rows.at(-1)! : null;
    return {
      suppressions: all.rows.map(onWire),
      ...paged,
      next_cursor: last && `${last.kind}:${last.value}`,
    };
  },
});
