import type { Account, Fault, SoughtTouch } from '../../channels/channel.ts';
import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { readTimeout } from '../../db/inbound/invitations.ts';
import {
  lockWithdrawing,
  saveWithdrawal,
  takeWithdrawals,
  type Withdrawal,
} from '../../db/inbound/withdrawals.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { holdProspects } from '../../db/sending/holds.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import {
  acceptanceLagMs,
  withdrawAgainAt,
  withdrawingHold,
} from '../../domain/sequence/invitation.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { Overdue, withDeadline } from '../channel-calls.ts';
import type { UnderWay } from '../under-way.ts';
import { extendWait, timeOut } from './invitations.ts';

const batchSize = 20;

/**
 * Begins to ask the channels to withdraw invitations that nobody answered, in live workspaces or in
 * one sandbox, without waiting for the answers. The prospect's wait ends with the answer, with two
 * exceptions: an invitation that is pending no more may have been accepted, so its prospect waits
 * `newsLagMs` longer for the news; and an account that is locked out extends the wait. A failed
 * withdrawal is tried again. Returns how many invitations the channels are asked about.
 */
export async function beginWithdrawals(
  services: Services,
  { asking, scope = 'live' }: { asking: UnderWay; scope?: WorkspaceScope },
): Promise<number> {
  if (asking.free === 0) return 0;
  const now = services.clock.now();
  const busy = { senders: asking.senders, workspaces: asking.crowded };
  const taken = await takeWithdrawals(services.db, { scope, now, busy, limit: batchSize });
  for (const own of Map.groupBy(taken, ({ senderId }) => senderId).values()) {
    const [{ workspaceId, senderId }] = own as [Withdrawal];
    asking.start({ workspaceId, senderId }, async () => {
      const account = (await openAccounts(services, workspaceId, [senderId])).get(senderId);
      await Promise.all(
        own.map(async (withdrawal) => {
          const answer = await askChannel(services, withdrawal, account);
          await recordAnswer(services, withdrawal, answer);
        }),
      );
    });
  }
  return taken.length;
}

/** `gone`: pending no more. `needless`: the prospect does not wait for this invitation any more. */
type Answer = 'withdrawn' | 'gone' | 'needless' | Fault;

const unopened: Fault = {
  kind: 'credentials',
  code: null,
  detail: "The sender's account cannot be opened.",
};

async function askChannel(
  { channels, config }: Services,
  withdrawal: Withdrawal,
  account: Account | undefined,
): Promise<Answer> {
  if (!withdrawal.needed) return 'needless';
  const channel = channels.get(withdrawal.channel);
  const withdraw = channel?.withdraw;
  if (!account || !withdraw) return unopened;
  const limit = { channel, accountId: account.id, ms: config.sendMs / 2 };
  try {
    return await withDeadline(limit, () => withdraw(account, soughtOf(withdrawal)));
  } catch (error) {
    if (!(error instanceof Overdue)) throw error;
    return { kind: 'temporary', code: null, detail: error.message };
  }
}

function soughtOf({
  key,
  to,
  touch,
  text,
  reservedAt,
  providerKey,
  threadKey,
  personKey,
}: Withdrawal): SoughtTouch {
  return { key, to, touch, text, reservedAt, providerKey, threadKey, personKey };
}

async function recordAnswer(
  services: Services,
  withdrawal: Withdrawal,
  answer: Answer,
): Promise<void> {
  const { workspaceId, messageId, campaignId } = withdrawal;
  const now = services.clock.now();
  await transact(services.db, async (db) => {
    const isWaiting = await lockWithdrawing(db, withdrawal);
    const fault = typeof answer === 'object' ? answer : null;
    // An account that is locked out cannot see an acceptance either, so the wait is extended.
    const isLockedOut =
      isWaiting && fault?.kind === 'credentials' && withdrawal.senderStatus !== 'disconnected';
    const again = fault && !isLockedOut ? withdrawAgainAt(now, withdrawal.tries + 1) : null;
    const withdrawn = answer === 'withdrawn' || answer === 'gone';
    const error = fault?.detail ?? null;
    await saveWithdrawal(db, { workspaceId, messageId, now, withdrawn, again, error });
    if (isLockedOut) {
      const { prospectId } = withdrawal;
      await extendWait({ db, workspaceId, now }, [{ prospectId, holdDetail: null }]);
    } else if (isWaiting && answer === 'gone') await holdForNews(db, withdrawal, now);
    else if (isWaiting) await endWait(db, withdrawal, { error, now });
    const events = eventsOf(withdrawal, answer, again);
    await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
  });
  await completeIfDone(services.db, { workspaceId, campaignId, now });
}

function eventsOf(withdrawal: Withdrawal, answer: Answer, again: Date | null): NewEvent[] {
  const { messageId: message_id, prospectId, campaignId, senderId } = withdrawal;
  const about = { prospectId, campaignId, senderId };
  if (answer === 'withdrawn')
    return [{ kind: 'invitation.withdrawn', ...about, data: { message_id } }];
  if (typeof answer === 'string') return [];
  const data = { message_id, reason: answer.detail, again_at: again };
  return [{ kind: 'invitation.withdraw_failed', ...about, data }];
}

const gone = 'the invitation is pending no more: accepted, declined or taken back elsewhere';

async function holdForNews(
  db: Db,
  { workspaceId, prospectId }: Withdrawal,
  now: Date,
): Promise<void> {
  const until = new Date(now.getTime() + acceptanceLagMs);
  const hold = { prospectId, hold: withdrawingHold, detail: gone, until };
  await holdProspects(db, workspaceId, [hold], now);
}

async function endWait(
  db: Db,
  { workspaceId, prospectId, campaignId, senderId }: Withdrawal,
  { error, now }: { error: string | null; now: Date },
): Promise<void> {
  const days = await readTimeout(db, { workspaceId, campaignId });
  const holdDetail = error === null ? null : `the invitation could not be taken back: ${error}`;
  const person = { prospectId, campaignId, senderId, days, holdDetail };
  await timeOut({ db, workspaceId, now }, [person]);
}
