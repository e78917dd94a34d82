import { z } from 'zod';
import { type KeyRow, listKeyRows } from '../../db/accounts/keys.ts';
import { defineOperation, scopes } from '../../operation.ts';

export const keyOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe('How the key begins, to tell keys apart.'),
  scopes: z.array(z.enum(scopes)),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
});

/** The key as the wire shows it: without the key itself. */
export function keyOnWire(row: KeyRow): z.input<typeof keyOutput> {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: scopes.filter((scope) => row.scopes.includes(scope)),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}

export const listKeys = defineOperation({
  name: 'key.list',
  route: 'GET /api/keys',
  cli: 'key',
  summary: 'List the API keys of the workspace',
  description: 'Newest first, revoked ones included. The keys themselves are never shown again.',
  scope: 'admin',
  input: z.object({}),
  output: z.object({ keys: z.array(keyOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { keys: (await listKeyRows(db, workspaceId)).map(keyOnWire) };
  },
});
