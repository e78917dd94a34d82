import type { Account, CheckStep } from '../../channels/channel.ts';
import type { SenderRow } from '../../db/accounts/senders.ts';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { closeConnections, Overdue, withDeadline } from '../channel-calls.ts';
import type { Clock } from '../clock.ts';
import { credentialsAad, openAccount } from './accounts.ts';

/** The stored sender as its channel sees it, secrets opened. */
export function accountOf(services: Services, row: SenderRow): Account {
  const { id, type, email_address, display_name, first_name, last_name, connection, credentials } =
    row;
  const names = {
    emailAddress: email_address,
    displayName: display_name,
    firstName: first_name,
    lastName: last_name,
  };
  const provider = { providerAccountId: row.provider_account_id, isPremium: row.is_premium };
  const place = { workspaceId: row.workspace_id, id, type, updatedAt: row.updated_at };
  return openAccount(services, { ...place, ...names, ...provider, connection, credentials });
}

/**
 * A check connects to a server of the caller's choice, so without limits it would scan networks.
 * Checks that succeed do not count: many mailboxes may be connected at once.
 */
const maxFailures = 10;
const maxUnderWay = 5;
type Checks = { failures: number[]; underWay: number; waiting: (() => void)[] };
/** Of this process alone, by workspace. */
const checksOf = new Map<string, Checks>();

/** Runs a check when few others of the workspace are under way. @throws request.rate_limited */
async function inTurn(
  workspaceId: string,
  clock: Clock,
  check: () => Promise<CheckStep[]>,
): Promise<CheckStep[]> {
  const checks = checksOf.get(workspaceId) ?? { failures: [], underWay: 0, waiting: [] };
  checksOf.set(workspaceId, checks);
  if (checks.underWay >= maxUnderWay)
    await new Promise<void>((resolve) => checks.waiting.push(resolve));
  checks.underWay += 1;
  try {
    refuseScan(checks, clock.now().getTime());
    const steps = await check();
    if (steps.some(({ ok }) => !ok)) checks.failures.push(clock.now().getTime());
    return steps;
  } finally {
    checks.underWay -= 1;
    checks.waiting.shift()?.();
  }
}

function refuseScan(checks: Checks, now: number): void {
  checks.failures = checks.failures.filter((at) => at > now - minuteMs);
  if (checks.failures.length + checks.underWay <= maxFailures) return;
  const first = checks.failures[0] ?? now;
  const seconds = Math.ceil((first + minuteMs - now) / 1000);
  throw new AppError(
    'request.rate_limited',
    `At most ${maxFailures} checks may fail in a minute; try again in ${seconds} seconds.`,
    { extra: { retry_after: seconds } },
  );
}

/**
 * Tries a sender's connections live, one step after the other.
 * @throws service.unavailable when this server does not have its channel, request.rate_limited
 */
export async function checkAccount(
  services: Services & { workspaceId: string },
  type: string,
  account: Account,
): Promise<{ ok: boolean; steps: CheckStep[]; reason: string | null }> {
  const channel = services.channels.get(type);
  if (!channel) throw new AppError('service.unavailable', `This server has no ${type} channel.`);
  const { workspaceId, clock, config } = services;
  const limit = { channel, accountId: account.id, ms: config.sendMs / 2 };
  const steps = await inTurn(workspaceId, clock, () =>
    withDeadline(limit, () => channel.check(account)).catch((error: unknown) => {
      if (!(error instanceof Overdue)) throw error;
      return [{ step: 'time', ok: false, detail: `${error.message} Try again in a moment.` }];
    }),
  );
  const failed = steps.find((step) => !step.ok);
  return { ok: !failed, steps, reason: failed ? `${failed.step}: ${failed.detail}` : null };
}

/** Checks like `checkAccount`. @throws sender.check_failed with the steps, the failing one last */
export async function requireWorking(
  services: Services & { workspaceId: string },
  type: string,
  account: Account,
): Promise<void> {
  const { ok, steps, reason } = await checkAccount(services, type, account);
  if (!ok) throw new AppError('sender.check_failed', reason ?? undefined, { extra: { steps } });
}

/**
 * The cursor of a sender's inbox now, so that later messages are received however late the first
 * poll is. Null when the channel has no inbox or it cannot be read just now; then the first poll is
 * the start.
 */
export async function readInboxCursor(
  services: Services,
  type: string,
  account: Account,
): Promise<unknown> {
  const channel = services.channels.get(type);
  if (!channel) return null;
  const limit = { channel, accountId: account.id, ms: services.config.sendMs / 2 };
  try {
    return (await withDeadline(limit, () => channel.receive(account, null))).cursor ?? null;
  } catch (error) {
    services.log.warn(
      { err: error, senderId: account.id },
      'the cursor of an inbox could not be read; its first poll is the start',
    );
    return null;
  }
}

/**
 * Closes what this process keeps open for a sender whose row was changed: the connections of its
 * earlier login, and those of a sender that was paused or deleted. Other processes follow within
 * seconds (engine/inbound/inboxes.ts).
 */
export async function forgetAccount(
  { channels, log }: Services,
  { type, id }: Pick<SenderRow, 'type' | 'id'>,
): Promise<void> {
  const channel = channels.get(type);
  if (channel) await closeConnections({ channel, log }, id);
}

/** Secrets sealed for a sender's row. */
export function sealSecrets(
  services: Services,
  {
    workspaceId,
    id,
    secrets,
  }: { workspaceId: string; id: string; secrets: Record<string, unknown> },
): string {
  return services.vault.seal(JSON.stringify(secrets), credentialsAad(workspaceId, id));
}
