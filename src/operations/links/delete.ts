import { z } from 'zod';
import { deleteLinkRow } from '../../db/accounts/links.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteLink = defineOperation({
  name: 'link.delete',
  route: 'DELETE /api/links/{id}',
  cli: 'link delete',
  summary: 'Withdraw a link',
  scope: 'admin',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['link.not_found'],
  async run({ db, workspaceId }, { id }) {
    if (!(await deleteLinkRow(db, workspaceId, id))) throw new AppError('link.not_found');
    return { success: true as const };
  },
});
