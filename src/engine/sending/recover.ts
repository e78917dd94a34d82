import type { Account, SoughtTouch } from '../../channels/channel.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { awaitSecondLook, type Doubtful, takeDoubtful } from '../../db/sending/ledger.ts';
import { secondLookAfterMs } from '../../domain/sending/outcome.ts';
import { hourMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { withDeadline } from '../channel-calls.ts';
import type { UnderWay } from '../under-way.ts';
import { notDelivered } from './dispatch.ts';
import type { Recorder } from './recorder.ts';
import type { SendOutcome } from './results.ts';

const batchSize = 50;
/** How long to wait for a provider that cannot be asked; then the message is `unknown`. */
const maxUnreachableMs = hourMs;

type Recovery = {
  recorder: Recorder;
  /** The senders that are asked about now. */
  asking: UnderWay;
  scope?: WorkspaceScope;
};

/**
 * Begins to ask the channels about reserved messages for which no worker recorded a result, without
 * waiting for the answers. A message that is found is recorded as sent; one that is absent at two
 * looks is given back and sent again; any other is `unknown` and never sent by guess. Returns the
 * number of messages taken.
 */
export async function beginRecovery(
  services: Services,
  { recorder, asking, scope = 'live' }: Recovery,
): Promise<number> {
  if (asking.free === 0) return 0;
  const doubtful = await takeDoubtful(services.db, {
    scope,
    settleMs: services.config.settleMs,
    busy: { senders: asking.senders, workspaces: asking.crowded },
    limit: batchSize,
  });
  for (const messages of Map.groupBy(doubtful, ({ senderId }) => senderId).values()) {
    const [{ workspaceId, senderId }] = messages as [Doubtful];
    asking.start({ workspaceId, senderId }, async () => {
      const account = (await openAccounts(services, workspaceId, [senderId])).get(senderId);
      await Promise.all(
        messages.map(async (message) => {
          const result = message.dryRun
            ? ({ ok: true, response: notDelivered } as const)
            : await askChannel(services, account, {
                message,
                awaitLook: (ms) => awaitSecondLook(services.db, message, ms),
              });
          if (!result) return;
          recorder.add({ reserved: message, result, at: services.clock.now() });
          recorder.release(workspaceId, senderId);
        }),
      );
    });
  }
  return doubtful.length;
}

/** A message in doubt, as its channel is asked about it. */
type Asked = Pick<
  Doubtful,
  | 'messageId'
  | 'channel'
  | 'channelKey'
  | 'to'
  | 'touch'
  | 'text'
  | 'doubtedAt'
  | 'threadKey'
  | 'personKey'
  | 'seenAbsent'
  | 'overdueMs'
>;

/**
 * The result of a message in doubt; null: ask again later. `awaitLook` keeps it for a
 * second look.
 */
export async function askChannel(
  { channels, config, log }: Services,
  account: Account | undefined,
  { message, awaitLook }: { message: Asked; awaitLook: (ms: number) => Promise<void> },
): Promise<SendOutcome['result'] | null> {
  const channel = channels.get(message.channel);
  if (!account || !channel) return resultsOf.unreachable(message);
  const limit = { channel, accountId: account.id, ms: config.sendMs / 2 };
  try {
    const found = await withDeadline(limit, () => channel.find(account, soughtOf(message)));
    const waitMs = secondLookAfterMs(channel.lagMs ?? config.settleMs);
    if (found === 'absent' && !message.seenAbsent && waitMs > 0) {
      await awaitLook(waitMs);
      return null;
    }
    return typeof found === 'string' ? resultsOf[found](message) : { ...sent, ...found };
  } catch (err) {
    log.warn(
      { err, messageId: message.messageId },
      'a provider gave no answer about a message in doubt',
    );
    return resultsOf.unreachable(message);
  }
}

/**
 * Prefers the provider's own keys where they are known, because another person may have the
 * prospect's handle by now.
 */
function soughtOf({
  channelKey: key,
  to,
  touch,
  text,
  doubtedAt: reservedAt,
  threadKey,
  personKey,
}: Asked): SoughtTouch {
  return { key, to, touch, text, reservedAt, providerKey: null, threadKey, personKey };
}

const sent = { ok: true, response: 'found at the provider after an interruption' } as const;

/** The result that each answer of a channel means; null: ask again later. */
const resultsOf: Record<
  'found' | 'absent' | 'unknown' | 'unreachable',
  (message: Asked) => SendOutcome['result'] | null
> = {
  found: () => sent,
  absent: () => ({
    ok: false,
    fault: { kind: 'absent', code: null, detail: 'The provider shows that it never went out.' },
  }),
  unknown: () => ({ ok: 'unknown' }),
  unreachable: (message) => (message.overdueMs < maxUnreachableMs ? null : { ok: 'unknown' }),
};
