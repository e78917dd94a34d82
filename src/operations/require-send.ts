import { isSending } from '../db/accounts/senders.ts';
import { isFeeding, type RuleList } from '../db/people/rules.ts';
import { type Context, requireScope } from '../operation.ts';

/** The scope `send` protects launched campaigns; drafts and brakes need `write` only. */
type Guarded = Pick<Context, 'db' | 'workspaceId' | 'scopes'>;

const launched = 'the campaign is launched, and this decides what it sends';
const inUse = 'a launched campaign sends by this account';
const feeding = 'the list decides who gets the messages of a launched campaign';

/** @throws auth.scope for a key without `send`, when the campaign is not a draft */
export function requireSendAfterLaunch(
  context: Pick<Context, 'scopes'>,
  campaign: { status: string },
): void {
  if (campaign.status !== 'draft') requireScope(context, 'send', launched);
}

/**
 * Sees to it that only a key with `send` changes the way of a sender's messages once a campaign
 * that uses it is launched. `type`: any sender of it, when a login may turn out to be one of them.
 * @throws auth.scope
 */
export async function requireSendForSender(
  context: Guarded,
  sender: { senderId: string } | { senderIds: readonly string[] } | { type: string },
): Promise<void> {
  if (await isSending(context.db, { workspaceId: context.workspaceId, ...sender }))
    requireScope(context, 'send', inUse);
}

/** The same for the people of lists that have one of these roles. @throws auth.scope */
export async function requireSendForLists(
  context: Guarded,
  listIds: readonly string[],
  roles: readonly RuleList['role'][],
): Promise<void> {
  const { db, workspaceId } = context;
  if (listIds.length > 0 && (await isFeeding(db, { workspaceId, listIds, roles })))
    requireScope(context, 'send', feeding);
}

/** Limits: a lower one lets less go out. Null is none. */
const ceilings = [
  'daily_limit',
  'hourly_limit',
  'daily_budget_usd',
  'domain_daily_limit',
  'company_daily_limit',
  'weekly_connection_limit',
  'weekly_message_limit',
];

/** Whether a change lets more go out, or something else; pauses and lower limits do not. */
export function isLoosened(
  change: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(change).some(([name, value]) => {
    const old = before[name];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(old)) return false;
    if (name === 'status') return value !== 'paused';
    if (name === 'exclude_replied') return value === false;
    if (name === 'roster') return value !== 'frozen';
    if (typeof value !== 'number') return true;
    if (name === 'min_gap_seconds') return value < Number(old);
    return !ceilings.includes(name) || (typeof old === 'number' && value > old);
  });
}
