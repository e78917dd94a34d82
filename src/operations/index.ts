import type { Operation } from '../operation.ts';
import { accountUsage } from './campaigns/account-usage.ts';
import { createCampaign } from './campaigns/create.ts';
import { deleteCampaign } from './campaigns/delete.ts';
import { getCampaign } from './campaigns/get.ts';
import { launchCampaign } from './campaigns/launch.ts';
import { listCampaigns } from './campaigns/list.ts';
import { pauseCampaign } from './campaigns/pause.ts';
import { resumeCampaign } from './campaigns/resume.ts';
import { listSendersOfCampaign } from './campaigns/senders.ts';
import { campaignSettings } from './campaigns/settings.ts';
import { syncStats } from './campaigns/sync-stats.ts';
import { updateCampaign } from './campaigns/update.ts';
import { validateCampaign } from './campaigns/validate.ts';
import { createKey } from './keys/create.ts';
import { listKeys } from './keys/list.ts';
import { revokeKey } from './keys/revoke.ts';
import { generateMessages } from './messages/generate.ts';
import { listMessages } from './messages/list.ts';
import { updateMessage } from './messages/update.ts';
import { addNode } from './sequence/add-node.ts';
import { deleteNode } from './sequence/delete-node.ts';
import { moveNode } from './sequence/move-node.ts';
import { updateNode } from './sequence/update-node.ts';
import { getSettings } from './settings/get.ts';
import { updateSettings } from './settings/update.ts';
import { addSuppressions } from './suppressions/add.ts';
import { listSuppressions } from './suppressions/list.ts';
import { removeSuppression } from './suppressions/remove.ts';

/** All a caller can do. HTTP routes, OpenAPI and CLI commands follow from this list; sorted by noun, then as a reader meets them. */
export const operations: readonly Operation[] = [
  // campaigns
  createCampaign,
  getCampaign,
  listCampaigns,
  updateCampaign,
  deleteCampaign,
  validateCampaign,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
  syncStats,
  listSendersOfCampaign,
  accountUsage,
  campaignSettings,
  // keys
  createKey,
  listKeys,
  revokeKey,
  // messages
  listMessages,
  generateMessages,
  updateMessage,
  // sequence
  addNode,
  moveNode,
  deleteNode,
  updateNode,
  // settings
  getSettings,
  updateSettings,
  // suppressions
  listSuppressions,
  addSuppressions,
  removeSuppression,
];
