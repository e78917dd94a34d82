import type { SoughtTouch } from '../../channels/channel.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { type Doubtful, takeDoubtful } from '../../db/sending/ledger.ts';
import { hourMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { notDelivered } from './dispatch.ts';
import type { Recorder } from './recorder.ts';
import type { SendOutcome } from './results.ts';

const batchSize = 50;
/** How long to wait for a provider that cannot be asked; then the message is `unknown`. */
const maxUnreachableMs = hourMs;

/**
 * Asks the channels about reserved messages for which no worker recorded a result. A message that
 * is found is recorded as sent; one that is surely absent is given back and sent again; any other
 * is `unknown` and never sent by guess. Returns the number of messages taken.
 */
export async function recover(
  services: Services,
  recorder: Recorder,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  const doubtful = await takeDoubtful(services.db, {
    scope,
    settleMs: services.config.settleMs,
    limit: batchSize,
  });
  for (const [workspaceId, messages] of Map.groupBy(doubtful, (message) => message.workspaceId)) {
    const senderIds = [...new Set(messages.map((message) => message.senderId))];
    const accounts = await openAccounts(services, workspaceId, senderIds);
    await Promise.all(
      messages.map(async (message) => {
        const account = accounts.get(message.senderId);
        const channel = account && services.channels.get(message.channel);
        if (message.dryRun) {
          recorder.add({
            reserved: message,
            result: { ok: true, response: notDelivered },
            at: services.clock.now(),
          });
          recorder.release(workspaceId, message.senderId);
          return;
        }
        const found =
          account && channel ? await channel.find(account, soughtOf(message)) : 'unreachable';
        const result =
          typeof found === 'string' ? resultsOf[found](message) : { ...sent, ...found };
        if (!result) return;
        recorder.add({ reserved: message, result, at: services.clock.now() });
        recorder.release(workspaceId, message.senderId);
      }),
    );
  }
  return doubtful.length;
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
  reservedAt,
  threadKey,
  personKey,
}: Doubtful): SoughtTouch {
  return { key, to, touch, text, reservedAt, providerKey: null, threadKey, personKey };
}

const sent = { ok: true, response: 'found at the provider after an interruption' } as const;

/** The result that each answer of a channel means; null: ask again later. */
const resultsOf: Record<
  'found' | 'absent' | 'unknown' | 'unreachable',
  (message: Doubtful) => SendOutcome['result'] | null
> = {
  found: () => sent,
  absent: () => ({
    ok: false,
    fault: { kind: 'absent', code: null, detail: 'The provider shows that it never went out.' },
  }),
  unknown: () => ({ ok: 'unknown' }),
  unreachable: (message) => (message.overdueMs < maxUnreachableMs ? null : { ok: 'unknown' }),
};
