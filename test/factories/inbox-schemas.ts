// The answers of Inbox, as its pages show them; see page-schemas.ts.
import { z } from 'zod';

const text = z.string();
const maybe = text.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();
const inboxId = text.regex(/^[0-9a-z]+$/);
const minute = z.int().min(0).max(1440);
const step = z.object({
  id: inboxId,
  rank: count,
  type: text,
  data: z.record(text, z.unknown()),
});
const sequence = z.object({ version: count, steps: z.array(step) });

const inboxCampaign = z.object({
  id: inboxId,
  name: text,
  description: maybe,
  status: z.enum(['draft', 'active', 'paused', 'completed']),
  enabled: z.boolean(),
  dryRun: z.boolean(),
  targetsCount: count,
  contactedCount: count,
  repliesCount: count,
  completionRate: z.number().min(0).max(1),
  replyRate: z.number().min(0).max(1),
  hourlyMessageRate: z.int().min(1).max(25),
  scheduleTimezone: text,
  scheduleHours: z.partialRecord(
    z.enum(['0', '1', '2', '3', '4', '5', '6']),
    z.object({ start: minute, end: minute }),
  ),
  isBuildingPlan: z.boolean(),
  isSyncing: z.boolean(),
  scopeAssessedCount: count,
  accountLinkIds: z.array(inboxId),
  rules: z.object({
    syncedLists: z.array(
      z.object({ listId: inboxId, listName: text, columnMapping: z.record(text, text) }),
    ),
    excludedLists: z.array(z.object({ listId: inboxId, listName: text })),
    excludeContacted: z.boolean(),
    excludeMutuals: z.boolean(),
  }),
  sequence,
  automations: z.array(
    z.object({
      id: inboxId,
      trigger: text,
      action: text,
      actionData: z.record(text, z.unknown()),
      enabled: z.boolean(),
    }),
  ),
  createdAt: instant,
  updatedAt: instant,
  pausedAt: instant.nullable(),
  completedAt: instant.nullable(),
  lastStartedAt: instant.nullable(),
});
const success = z.object({ success: z.literal(true) });

/** Inbox's answers by route, below its base. */
export const inboxPages: Record<string, z.ZodType> = {
  'POST /campaigns/v2': inboxCampaign,
  'GET /campaigns/v2': z.object({ data: z.array(inboxCampaign), nextCursor: maybe }),
  'GET /campaigns/v2/{id}': inboxCampaign,
  'PATCH /campaigns/v2/{id}': inboxCampaign,
  'DELETE /campaigns/v2/{id}': success,
  'POST /campaigns/v2/{id}/enable': inboxCampaign,
  'POST /campaigns/v2/{id}/disable': inboxCampaign,
  'PATCH /campaigns/v2/{id}/rules': success,
  'PUT /campaigns/v2/{id}/sequence': sequence,
  'POST /campaigns/v2/{id}/leads': z.object({ added: count, skipped: count, failed: count }),
  'POST /campaigns/v2/{id}/leads/{id}/cancel': success,
  'GET /account-links': z.array(
    z.object({
      id: inboxId,
      platform: text,
      platformId: maybe,
      name: maybe,
      username: maybe,
      status: z.enum(['active', 'offline', 'paused']),
      createdAt: instant,
      syncedAt: instant.nullable(),
    }),
  ),
  'PATCH /prospects/{id}/context': z.object({
    id: inboxId,
    context: z.object({
      tags: z.array(z.object({ id: inboxId, name: text, color: maybe })),
      statusId: inboxId.nullable(),
      valuation: z.number().nullable(),
      notes: maybe,
      assigneeId: inboxId.nullable(),
    }),
  }),
};
