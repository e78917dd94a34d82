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
  requestWalk,
  saveRules,
} from '../../db/people/rules.ts';
import type { CampaignId } from '../../db/scope.ts';
import { AppError, type Problem } from '../../errors.ts';

/** What is given changes; lists replace those of their role. */
export type RuleChange = {
  [Field in keyof RuleScalars]?: RuleScalars[Field] | undefined;
} & {
  synced_list_ids?: readonly string[] | undefined;
  excluded_list_ids?: readonly string[] | undefined;
  column_mappings?: Readonly<Record<string, Record<string, string>>> | undefined;
};

type Act = { now: Date; actor: string };
type Roles = {
  synced: readonly string[];
  excluded: readonly string[];
  mappings: Readonly<Record<string, Record<string, string>>>;
};

export const listsOf = (rules: LeadRules, role: RuleList['role']): RuleList[] =>
  rules.lists.filter((list) => list.role === role);
const idsOf = (rules: LeadRules, role: RuleList['role']): string[] =>
  listsOf(rules, role).map((list) => list.id);

/**
 * Changes the rules of a campaign the caller has locked, and has everybody looked at anew where that may change who is in it. The rest is
 * done in the background. @throws campaign.launch_in_progress, request.invalid naming lists that are not there or stand on both sides
 */
export async function changeRules(
  db: Db,
  campaign: CampaignRow,
  change: RuleChange,
  act: Act,
): Promise<LeadRules> {
  if (campaign.status === 'launching') throw new AppError('campaign.launch_in_progress');
  const id = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  const before = await readRules(db, id);
  const { synced_list_ids, excluded_list_ids, column_mappings, ...scalars } = change;
  const synced = [...new Set(synced_list_ids ?? idsOf(before, 'synced'))];
  const excluded = [...new Set(excluded_list_ids ?? idsOf(before, 'excluded'))];
  const known = await lockLists(db, id.workspaceId, [
    ...synced,
    ...excluded,
    ...before.lists.map((list) => list.id),
  ]);
  const given = {
    synced_list_ids: synced_list_ids ?? [],
    excluded_list_ids: excluded_list_ids ?? [],
  };
  refuse([
    ...strays(given, known),
    ...bothSides({ synced, excluded }),
    ...unsyncedMappings(column_mappings ?? {}, synced),
  ]);
  const kept = Object.fromEntries(
    listsOf(before, 'synced').map((list) => [list.id, list.columnMapping]),
  );
  const next = { ...before, ...stated(scalars) };
  await writeRules(db, id, {
    before,
    next,
    roles: { synced, excluded, mappings: column_mappings ?? kept },
  });
  const moved = (['synced', 'excluded'] as const).some(
    (role) => !same(idsOf(before, role), role === 'synced' ? synced : excluded),
  );
  const weighed =
    next.exclude_contacted !== before.exclude_contacted ||
    next.exclude_mutuals !== before.exclude_mutuals;
  if (next.exclude_contacted || next.exclude_mutuals) await listenFromNow(db, id.workspaceId);
  if (moved || weighed) await requestWalk(db, id);
  const event = {
    kind: 'campaign.rules_changed' as const,
    campaignId: id.campaignId,
    data: { synced_list_ids: synced, excluded_list_ids: excluded, ...stated(scalars) },
  };
  await appendEvents(db, { workspaceId: id.workspaceId, at: act.now, actor: act.actor }, [event]);
  return readRules(db, id);
}

/** Takes a list out of every campaign's rules, as it is about to be deleted: its people stay or go as each campaign says. */
export async function detachList(
  db: Db,
  { workspaceId, listId }: { workspaceId: string; listId: string },
  act: Act,
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
      act,
    );
  }
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id) => b.includes(id));
const stated = (scalars: Partial<Record<keyof RuleScalars, unknown>>) =>
  Object.fromEntries(
    Object.entries(scalars).filter(([, value]) => value !== undefined),
  ) as Partial<RuleScalars>;

async function writeRules(
  db: Db,
  id: CampaignId,
  { before, next, roles }: { before: LeadRules; next: RuleScalars; roles: Roles },
): Promise<void> {
  const { synced, excluded, mappings } = roles;
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

function strays(given: Record<string, readonly string[]>, known: ReadonlySet<string>): Problem[] {
  return Object.entries(given).flatMap(([field, ids]) =>
    ids.flatMap((id, index) =>
      known.has(id)
        ? []
        : [
            {
              pointer: `/${field}/${index}`,
              code: 'list.not_found',
              message: `There is no list ${id} of your own.`,
            },
          ],
    ),
  );
}

function bothSides({
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
    message: `List ${id} is synced and excluded.`,
  }));
}

function unsyncedMappings(mappings: Record<string, unknown>, synced: readonly string[]): Problem[] {
  const strange = Object.keys(mappings).filter((id) => !synced.includes(id));
  return strange.map((id) => ({
    pointer: `/column_mappings/${id}`,
    code: 'not_synced',
    message: `List ${id} is not synced.`,
  }));
}

function refuse(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first)
    throw new AppError('request.invalid', `${first.pointer.slice(1)}: ${first.message}`, {
      errors: problems,
    });
}
