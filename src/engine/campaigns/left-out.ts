import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { LeftOut } from '../../db/campaigns/left-out.ts';

/** Says before a launch who will be skipped, and who is written to by another campaign as well. */
export function leftOutWarnings(
  campaign: Pick<CampaignRow, 'exclude_replied' | 'skip_other_campaigns'>,
  { looked_at: looked, suppressed, replied_elsewhere, in_other_campaigns }: LeftOut,
): string[] {
  const of = (n: number) => `${n} of the first ${looked} people`;
  const warnings: string[] = [];
  if (suppressed > 0)
    warnings.push(`${of(suppressed)} are suppressed or have bounced: they will be skipped.`);
  if (replied_elsewhere > 0)
    warnings.push(
      `${of(replied_elsewhere)} replied to or unsubscribed from another campaign: ` +
        (campaign.exclude_replied
          ? 'they will be skipped (exclude_replied).'
          : 'they are written to all the same, because exclude_replied is false.'),
    );
  if (in_other_campaigns > 0)
    warnings.push(
      `${of(in_other_campaigns)} are under way in another active campaign: ` +
        (campaign.skip_other_campaigns
          ? 'they will be skipped (skip_other_campaigns).'
          : 'they get the messages of both, unless skip_other_campaigns is set.'),
    );
  return warnings;
}
