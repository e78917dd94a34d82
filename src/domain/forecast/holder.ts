import type { Because } from '../sending/constraint.ts';

/** The resource on which a limit, a state or a hold is kept: the place to change it. */
export type Holder = { kind: 'sender' | 'campaign' | 'person'; id: string };

/** The sender and the campaign of a touch; null where no sender is known. */
export type TouchOwners = { senderId: string | null; campaignId: string };

/** Where the limit or the state behind a `because` is kept; undefined where no one place has it. */
export function holderOf(
  because: Because,
  { senderId, campaignId }: Partial<TouchOwners>,
): Holder | undefined {
  const kind = holderKinds[because];
  const id = kind === 'sender' ? senderId : campaignId;
  return kind && id ? { kind, id } : undefined;
}

const holderKinds: Record<Because, 'sender' | 'campaign' | null> = {
  due: null,
  planning: null,
  queue: 'sender',
  nothing_to_send: null,
  delay: 'campaign',
  start_date: 'campaign',
  operating_hours: 'campaign',
  local_hours: 'campaign',
  never_open: 'campaign',
  pacing: 'sender',
  sender_daily_limit: 'sender',
  sender_hourly_limit: 'sender',
  sender_weekly_limit: 'sender',
  note_quota: 'sender',
  sender_budget: 'sender',
  campaign_daily_limit: 'campaign',
  campaign_hourly_limit: 'campaign',
  account_limit: 'campaign',
  domain_limit: 'campaign',
  company_limit: 'campaign',
  no_worker: null,
  sender_not_active: 'sender',
  inbox_unreachable: 'sender',
  provider_unreachable: 'sender',
  provider_rate_limit: 'sender',
};
