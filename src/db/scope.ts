import { type RawBuilder, sql } from 'kysely';

export type CampaignId = { workspaceId: string; campaignId: string };

/** Workspaces that one pass of a worker serves: all live ones, or one sandbox by its id. */
export type WorkspaceScope = 'live' | { sandbox: string };

/**
 * Leaves out sandboxes, because they have clocks of their own; evaluated once per statement,
 * whatever it reads.
 */
export function isLive(workspaceId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${workspaceId} <> all (array(select w.id from workspaces w where w.mode = 'sandbox'))`;
}

/** The rows of one workspace, or without it those of all live ones. */
export function within(
  workspaceId: RawBuilder<unknown>,
  scope: WorkspaceScope,
): RawBuilder<boolean> {
  return scope === 'live' ? isLive(workspaceId) : sql`${workspaceId} = ${scope.sandbox}`;
}
