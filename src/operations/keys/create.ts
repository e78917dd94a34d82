import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { defineOperation, scopes } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { keyOnWire, keyOutput } from './list.ts';

export const createKey = defineOperation({
  name: 'key.create',
  route: 'POST /api/keys',
  cli: 'key create',
  summary: 'Create an API key',
  description: 'The key is shown in this answer only. `admin` includes every other scope.',
  scope: 'admin',
  input: z.object({
    name: text({ min: 1, max: 200 }).describe('Its purpose.'),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).default(['read', 'write', 'send']),
    expires_at: z.iso
      .datetime({ offset: true })
      .nullable()
      .optional()
      .describe('When it stops working; never by default.'),
  }),
  output: z.object({
    key: keyOutput.extend({ key: z.string().describe('Send it as Authorization: Bearer <key>.') }),
  }),
  status: 201,
  errors: [],
  secret: true,
  async run({ db, workspaceId, memberId, now, sandbox }, input) {
    const expiresAt = input.expires_at ? new Date(input.expires_at) : null;
    if (expiresAt && expiresAt <= now) {
      const message = 'Must lie in the future.';
      throw invalidRequest([{ pointer: '/expires_at', code: 'past', message }]);
    }
    const { text: key, row } = await issueKey(db, {
      workspaceId,
      memberId,
      name: input.name,
      scopes: [...new Set(input.scopes)],
      at: now,
      expiresAt,
      sandbox,
    });
    return { key: { ...keyOnWire(row), key } };
  },
});
