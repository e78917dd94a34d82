import { defineOperation } from '../../operation.ts';
import { listSenders } from './list.ts';

/** The name that the older of Puffle's pages has for it. */
export const listAccounts = defineOperation({
  ...listSenders,
  name: 'account.list',
  route: 'GET /api/accounts',
  cli: 'account list',
  summary: 'The same as GET /api/senders',
});
