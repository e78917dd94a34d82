import type { Operation } from '../../operation.ts';
import { automationRoutes } from './automations.ts';
import { campaignRoutes } from './campaigns.ts';
import { columnRoutes } from './columns.ts';
import { firstVersionRoutes } from './first-version.ts';
import { importJobRoutes } from './import-jobs.ts';
import { labelRoutes } from './labels.ts';
import { leadRoutes } from './leads.ts';
import { listRoutes } from './lists.ts';
import { prospectRoutes } from './prospects.ts';
import { teamRoutes } from './team.ts';

/** All there is of Inbox's API here. */
export const inboxRoutes: readonly Operation[] = [
  ...campaignRoutes,
  ...automationRoutes,
  ...leadRoutes,
  ...columnRoutes,
  ...firstVersionRoutes,
  ...listRoutes,
  ...importJobRoutes,
  ...prospectRoutes,
  ...labelRoutes,
  ...teamRoutes,
];
