import type { Operation } from '../operation.ts';
import { createKey } from './keys/create.ts';
import { listKeys } from './keys/list.ts';
import { revokeKey } from './keys/revoke.ts';
import { getSettings } from './settings/get.ts';
import { updateSettings } from './settings/update.ts';
import { addSuppressions } from './suppressions/add.ts';
import { listSuppressions } from './suppressions/list.ts';
import { removeSuppression } from './suppressions/remove.ts';

/** All a caller can do. HTTP routes, OpenAPI and CLI commands follow from this list; sorted by noun, then as a reader meets them. */
export const operations: readonly Operation[] = [
  // keys
  createKey,
  listKeys,
  revokeKey,
  // settings
  getSettings,
  updateSettings,
  // suppressions
  listSuppressions,
  addSuppressions,
  removeSuppression,
];
