import { z } from 'zod';
import { insertListImport } from '../../db/imports/list-imports.ts';
import { identifiesPeople, tableFields } from '../../domain/imports/lead-table.ts';
import { text, uuid } from '../../domain/text.ts';
import { readTable } from '../../engine/imports/list-import.ts';
import { queueImportJob } from '../../engine/imports/queue.ts';
import { requireRoom } from '../../engine/imports/room.ts';
import type { Problem } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';
import { requireSendForLists } from '../require-send.ts';
import { listImportOnWire, listImportOutput } from './import-wire.ts';
import { getOwnList } from './wire.ts';

const maxTextLength = 10 * 1024 * 1024;

export const startListImport = defineOperation({
  name: 'list_import.start',
  route: 'POST /api/lists/{id}/imports',
  cli: 'list import-job start',
  summary: 'Import a table of people into a list',
  description:
    'In the background: GET …/imports/{importId} shows the progress. Comma, semicolon or tab; ' +
    'the first row names the columns, columns that are not mapped are left out. `merge` ' +
    'decides about leads that the workspace has already: overwrite writes the values of the ' +
    'table, keep leaves them unchanged. Addresses, profiles and handles of existing leads do ' +
    'not change. Rows whose columns say that the person opted out or bounced add nobody, and ' +
    'suppress the person.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('List'),
    content: text({ min: 1, max: maxTextLength }).describe('The table, as CSV.'),
    file_name: text({ max: 500 }).nullable().default(null),
    mapping: z
      .array(z.strictObject({ column: text({ max: 65_536 }), field: text({ min: 1, max: 255 }) }))
      .min(1)
      .max(500)
      .describe(`Column, and its field: ${tableFields.join(', ')}, or the name of an attribute.`),
    merge: z.enum(['overwrite', 'keep']).default('keep'),
  }),
  output: z.object({ import: listImportOutput }),
  status: 202,
  errors: [
    'list.not_found',
    'list.protected',
    'import.unreadable',
    'import.too_large',
    'import.too_many_waiting',
    'import.disk_full',
  ],
  // Escapes make the text up to twice as long in JSON.
  bodyLimit: 2 * maxTextLength + 1024 * 1024,
  async run(context, { id: listId, content, ...rest }) {
    const { db, workspaceId, newId, now } = context;
    await getOwnList(db, { workspaceId, listId });
    await requireSendForLists(context, [listId], ['synced']);
    const size = Buffer.byteLength(content);
    await requireRoom(context, workspaceId, { size, more: size });
    const table = await readTable(content, rest.mapping);
    refuseProblems(mappingProblems(table.columns, rest.mapping));
    const id = { workspaceId, importId: newId() };
    const row = await insertListImport(db, {
      ...id,
      listId,
      content,
      ...rest,
      total: table.scan.records.length,
      now,
    });
    await queueImportJob(db, 'list_import', id);
    return { import: listImportOnWire(row) };
  },
});

function mappingProblems(
  columns: readonly string[],
  mapping: readonly { column: string; field: string }[],
): Problem[] {
  const fields = mapping.map(({ field }) => field);
  const problems = mapping.flatMap(({ column, field }, index): Problem[] => {
    const pointer = `/mapping/${index}`;
    if (!columns.includes(column)) {
      const known = columns.join(', ').slice(0, 500);
      return [
        {
          pointer: `${pointer}/column`,
          code: 'no_column',
          message: `There is no column "${column}". Columns: ${known}`,
        },
      ];
    }
    if (fields.indexOf(field) === index) return [];
    return [{ pointer: `${pointer}/field`, code: 'twice', message: `Two columns hold ${field}.` }];
  });
  if (!identifiesPeople(mapping))
    problems.push({
      pointer: '/mapping',
      code: 'required',
      message: 'No column holds email, linkedin_url or x_handle, which identify people.',
    });
  return problems;
}
