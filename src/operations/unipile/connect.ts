import { z } from 'zod';
import { defineOperation } from '../../operation.ts';
import { beginLogin, requireUnipile } from './link.ts';

export const connectSeat = defineOperation({
  name: 'unipile.connect',
  route: 'POST /api/unipile/connect',
  cli: 'unipile connect',
  summary: 'Connect a LinkedIn account',
  description:
    "Returns a link to Unipile's login page, for the owner of the account to open within an " +
    'hour; a second call replaces the first link. After the login GET ' +
    '/api/senders?type=linkedin shows the account as "connected": ask for it every 10 to 20 ' +
    'seconds.',
  scope: 'write',
  input: z.object({}),
  output: z.object({
    url: z
      .url()
      .describe(
        'Open it in a browser. It is a secret: with it anybody can connect an account to this ' +
          'workspace.',
      ),
    unipile_version: z
      .enum(['v1', 'v2'])
      .describe("The version of Unipile's API that this server speaks, by its address."),
  }),
  errors: ['unipile.not_set_up', 'unipile.failed', 'unipile.login_under_way', 'workspace.sandbox'],
  transaction: false,
  secret: true,
  async run(context) {
    return {
      url: await beginLogin(context, null),
      unipile_version: requireUnipile(context).version,
    };
  },
});
