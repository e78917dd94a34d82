import { z } from 'zod';
import { revokeKeyRow } from '../../db/accounts/keys.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { keyOnWire, keyOutput } from './list.ts';

export const revokeKey = defineOperation({
  name: 'key.revoke',
  route: 'DELETE /api/keys/{id}',
  cli: 'key revoke',
  summary: 'Revoke an API key',
  description:
    'The key stops working within a second, on every process. Revoking it again changes nothing.',
  scope: 'admin',
  input: z.object({ id: uuid }),
  output: z.object({ key: keyOutput }),
  errors: ['key.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    const row = await revokeKeyRow(db, workspaceId, { id, at: now });
    if (!row) throw new AppError('key.not_found');
    return { key: keyOnWire(row) };
  },
});
