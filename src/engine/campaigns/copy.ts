import type { CampaignRow, CampaignValues } from '../../db/campaigns/campaigns.ts';
import { insertColumn, listColumns } from '../../db/campaigns/columns.ts';
import { readNodes, writeNodes } from '../../db/campaigns/sequences.ts';
import type { Services } from '../../operation.ts';

/** Settings that a copy has too; its start, name, roster and state are its own. */
const copied = [
  'type',
  'description',
  'time_zone',
  'daily_limit',
  'hourly_limit',
  'stop_on_reply',
  'open_tracking',
  'signature',
  'skip_other_campaigns',
  'exclude_replied',
  'roster',
  'dry_run',
  'guard_bounce_rate',
  'guard_bounce_min',
  'local_hours',
  'domain_daily_limit',
  'company_daily_limit',
  'connection_timeout_days',
] as const satisfies readonly (keyof CampaignRow)[];

/** The columns of a campaign that a copy of it begins with. */
export function copiedSettings(row: CampaignRow): CampaignValues {
  const { operating_hours: hours, holidays } = row;
  return {
    ...Object.fromEntries(copied.map((name) => [name, row[name]])),
    operating_hours: hours && JSON.stringify(hours),
    holidays: holidays && JSON.stringify(holidays),
  };
}

/** Gives a new draft, of this or another workspace, the sequence and the columns of a campaign. */
export async function copyContent(
  { db, newId }: Pick<Services, 'db' | 'newId'>,
  source: CampaignRow,
  copy: CampaignRow,
): Promise<void> {
  const nodes = await readNodes(db, source);
  const own = nodes.map((node) => ({ ...node, id: newId() }));
  await writeNodes(db, copy, { nodes: own, at: copy.created_at });
  const { workspace_id: workspaceId, id: campaignId } = source;
  for (const column of await listColumns(db, { workspaceId, campaignId }))
    await insertColumn(db, {
      ...column,
      workspace_id: copy.workspace_id,
      campaign_id: copy.id,
    });
}
