import { z } from 'zod';
import { listSuppressions as listRows, type SuppressionRow } from '../../db/people/suppressions.ts';
import { maxPageDepth, pageLimit } from '../../domain/page.ts';
import { suppressionKinds } from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

const suppressionOutput = z.object({
  kind: z.enum(suppressionKinds),
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
    'Newest first. Addresses, LinkedIn profiles, names on X and whole domains; campaigns skip ' +
    `them at the moment of sending. Pages and \`total\` go ${maxPageDepth} rows deep.`,
  scope: 'read',
  input: z.object({
    kind: z.enum(suppressionKinds).optional(),
    q: text({ max: 320 })
      .optional()
      .describe(`Part of the value among the newest ${maxPageDepth}; its beginning among all.`),
    page: z.int().min(1).max(1_000_000).default(1),
    limit: pageLimit(1000, 100),
  }),
  output: z.object({
    suppressions: z.array(suppressionOutput),
    total: z.int(),
    page: z.int(),
    limit: z.int(),
  }),
  errors: [],
  async run({ db, workspaceId }, { kind, q, page, limit }) {
    const { rows, total } = await listRows(db, { workspaceId, kind, q, page, limit });
    return { suppressions: rows.map(onWire), total, page, limit };
  },
});
