import { type CampaignRow, lockCampaign } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { listenFromNow } from '../../db/people/automations.ts';
import {
  campaignsOfList,
  type LeadRules,
  lockLists,
  type RuleList,
  type RuleScalars,
  readRules,
  replaceRuleLists,
  requestReassessment,
  saveRules,
} from '../../db/people/rules.ts';
import type { CampaignId } from '../../db/scope.ts';
import { AppError, type Problem } from '../../errors.ts';

/** Only given fields change; given lists replace all lists of their role. */
export type RuleChange = {
  [Field in keyof RuleScalars]?: RuleScalars[Field] | undefined;
} & {
  synced_list_ids?: readonly string[] | undefined;
  excluded_list_ids?: readonly string[] | undefined;
  column_mappings?: Readonly<Record<string, Record<string, string>>> | undefined;
};

type ChangedBy = { now: Date; actor: string };
type RuleLists = {
  synced: readonly string[];
  excluded: readonly string[];
  /** By id of a synced list: attribute of its leads → column of the campaign. */
  mappings: Readonly<Record<string, Record<string, string>>>;
};

export const listsOf = (rules: LeadRules, role: RuleList['role']): RuleList[] =>
  rules.lists.filter((list) => list.role === role);
const idsOf = (rules: LeadRules, role: RuleList['role']): string[] =>
  listsOf(rules, role).map((list) => list.id);

/**
 * Changes the rules of a campaign that the caller has locked. If that may change which leads are in
 * its scope, it requests a walk over all of them, which runs in the background.
 * @throws campaign.launch_in_progress, request.invalid naming lists that do not exist, are both
 * synced and excluded, or have a mapping without being synced
 */
export async function changeRules(
  db: Db,
  campaign: CampaignRow,
  change: RuleChange,
  by: ChangedBy,
): Promise<LeadRules> {
  if (campaign.status === 'launching') throw new AppError('campaign.launch_in_progress');
  const id = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  const before = await readRules(db, id);
  const { synced_list_ids, excluded_list_ids, column_mappings, ...scalars } = change;
  const synced = [...new Set(synced_list_ids ?? idsOf(before, 'synced'))];
  const excluded = [...new Set(excluded_list_ids ?? idsOf(before, 'excluded'))];
  const existing = await lockLists(db, id.workspaceId, [
    ...synced,
    ...excluded,
    ...before.lists.map((list) => list.id),
  ]);
  const named = {
    synced_list_ids: synced_list_ids ?? [],
    excluded_list_ids: excluded_list_ids ?? [],
  };
  refuse([
    ...unknownLists(named, existing),
    ...listsOfBothRoles({ synced, excluded }),
    ...unsyncedMappings(column_mappings ?? {}, synced),
  ]);
  const mappings =
    column_mappings ??
    Object.fromEntries(listsOf(before, 'synced').map((list) => [list.id, list.columnMapping]));
  const given = givenOf(scalars);
  const next = { ...before, ...given };
  await writeRules(db, id, { before, next, lists: { synced, excluded, mappings } });
  const areListsChanged =
    !haveSameIds(idsOf(before, 'synced'), synced) ||
    !haveSameIds(idsOf(before, 'excluded'), excluded);
  const areExclusionsChanged =
    next.exclude_contacted !== before.exclude_contacted ||
    next.exclude_mutuals !== before.exclude_mutuals;
  if (next.exclude_contacted || next.exclude_mutuals) await listenFromNow(db, id.workspaceId);
  if (areListsChanged || areExclusionsChanged) await requestReassessment(db, id);
  const event = {
    kind: 'campaign.rules_changed' as const,
    campaignId: id.campaignId,
    data: { synced_list_ids: synced, excluded_list_ids: excluded, ...given },
  };
  await appendEvents(db, { workspaceId: id.workspaceId, at: by.now, actor: by.actor }, [event]);
  return readRules(db, id);
}

/**
 * Removes a list from the rules of all campaigns, before it is deleted. Its people stay or go by
 * the `detach_behavior` of each campaign.
 */
export async function detachList(
  db: Db,
  { workspaceId, listId }: { workspaceId: string; listId: string },
  by: ChangedBy,
): Promise<void> {
  await lockLists(db, workspaceId, [listId]);
  for (const campaignId of await campaignsOfList(db, { workspaceId, listId })) {
    const campaign = await lockCampaign(db, { workspaceId, campaignId });
    const rules = await readRules(db, { workspaceId, campaignId });
    const without = (role: RuleList['role']) =>
      idsOf(rules, role).filter((list) => list !== listId);
    await changeRules(
      db,
      campaign,
      { synced_list_ids: without('synced'), excluded_list_ids: without('excluded') },
      by,
    );
  }
}

const haveSameIds = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id) => b.includes(id));
const givenOf = (scalars: Partial<Record<keyof RuleScalars, unknown>>) =>
  Object.fromEntries(
    Object.entries(scalars).filter(([, value]) => value !== undefined),
  ) as Partial<RuleScalars>;

async function writeRules(
  db: Db,
  id: CampaignId,
  { before, next, lists }: { before: LeadRules; next: RuleScalars; lists: RuleLists },
): Promise<void> {
  const { synced, excluded, mappings } = lists;
  const attached = [
    ...synced.map((list) => ({
      id: list,
      role: 'synced' as const,
      columnMapping: mappings[list] ?? {},
    })),
    ...excluded.map((list) => ({ id: list, role: 'excluded' as const, columnMapping: {} })),
  ];
  const detached = [
    ...idsOf(before, 'unlinking'),
    ...(next.detach_behavior === 'unlink' ? idsOf(before, 'synced') : []),
  ];
  const unlinking = detached.filter((list) => !attached.some(({ id: other }) => other === list));
  await saveRules(db, id, next);
  await replaceRuleLists(db, id, [
    ...attached,
    ...unlinking.map((list) => ({ id: list, role: 'unlinking' as const, columnMapping: {} })),
  ]);
}

function unknownLists(
  named: Record<string, readonly string[]>,
  existing: ReadonlySet<string>,
): Problem[] {
  return Object.entries(named).flatMap(([field, ids]) =>
    ids.flatMap((id, index) => {
      const message = `There is no list ${id} of your own.`;
      const problem = { pointer: `/${field}/${index}`, code: 'list.not_found', message };
      return existing.has(id) ? [] : [problem];
    }),
  );
}

function listsOfBothRoles({
  synced,
  excluded,
}: {
  synced: readonly string[];
  excluded: readonly string[];
}): Problem[] {
  const twice = synced.filter((id) => excluded.includes(id));
  return twice.map((id) => ({
    pointer: '/excluded_list_ids',
    code: 'both_sides',
    message: `List ${id} is both synced and excluded: name it once.`,
  }));
}

function unsyncedMappings(mappings: Record<string, unknown>, synced: readonly string[]): Problem[] {
  const unsynced = Object.keys(mappings).filter((id) => !synced.includes(id));
  return unsynced.map((id) => ({
    pointer: `/column_mappings/${id}`,
    code: 'not_synced',
    message: `List ${id} is not synced, so it cannot have a mapping.`,
  }));
}

function refuse(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first)
    throw new AppError('request.invalid', `${first.pointer.slice(1)}: ${first.message}`, {
      errors: problems,
    });
}
