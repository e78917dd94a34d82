import { z } from 'zod';
import { listLinkRows } from '../../db/accounts/links.ts';
import { defineOperation } from '../../operation.ts';
import { linkOnWire, linkOutput } from './wire.ts';

export const listLinks = defineOperation({
  name: 'link.list',
  route: 'GET /api/links',
  cli: 'link list',
  summary: 'List the links of the workspace that nobody has used yet',
  description: 'The newest first.',
  scope: 'admin',
  realTime: true,
  input: z.object({}),
  output: z.object({ links: z.array(linkOutput) }),
  errors: [],
  async run({ db, workspaceId, now }) {
    return { links: (await listLinkRows(db, workspaceId, now)).map(linkOnWire) };
  },
});
