import type { ProviderKeys, SendResult } from '../../channels/channel.ts';
import type { Result } from '../../db/sending/ledger.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { countsAsTry, type Policy } from '../../domain/sending/outcome.ts';
import type { ReservedTouch, Skipped } from './tick.ts';

/**
 * The end of one attempt to send: the channel's result and its time. `unknown`: nobody can tell
 * whether the message went out.
 */
export type SendOutcome = {
  reserved: ReservedTouch;
  result: SendResult | { ok: 'unknown' };
  at: Date;
};

/** An outcome with the policy for its fault; null when there is no fault. */
export type JudgedOutcome = SendOutcome & { policy: Policy | null };

/** The change of the ledger for an outcome; none when the channel is to be asked about it. */
export function ledgerResults({ reserved, result, policy }: JudgedOutcome): Result[] {
  const keys = keysOf(result);
  const { messageId, attempt, dryRun } = reserved;
  const base = { messageId, attempt, dryRun, errorCode: null, ...keys };
  const skipped = skipReason(result);
  if (result.ok === true && skipped !== null)
    return [{ ...base, state: 'skipped', errorCode: skipped, detail: result.response }];
  if (result.ok === true) return [{ ...base, state: 'sent', detail: result.response }];
  if (result.ok === 'unknown')
    return [{ ...base, state: 'unknown', detail: 'The channel cannot tell whether it went out.' }];
  if (policy!.person.act === 'ask') return [];
  const { person } = policy!;
  const failed = {
    ...base,
    errorCode: result.fault.kind,
    detail: `${result.fault.code ?? ''} ${result.fault.detail}`.trim(),
  };
  if (person.act === 'await') return [{ ...failed, state: person.invited ? 'skipped' : 'draft' }];
  const counts = countsAsTry(result.fault);
  return [{ ...failed, counts, state: person.act === 'retry' ? 'draft' : 'failed' }];
}

/** Why nothing went out although there was no fault; null when it did, or there was one. */
export function skipReason(result: SendOutcome['result']): string | null {
  if (result.ok !== true) return null;
  return result.alreadyConnected ? 'already_connected' : (result.skipped ?? null);
}

/** The provider's own keys in a result; null when it has none. */
export function keysOf(result: SendOutcome['result']): ProviderKeys | null {
  if (result.ok === 'unknown') return null;
  const { providerKey = null, threadKey = null } = result.ok ? result : {};
  const { personKey = null } = result;
  return providerKey || threadKey || personKey ? { providerKey, threadKey, personKey } : null;
}

/** Events for one outcome. `joined`: prospects that became connections with these outcomes. */
export function eventsOf(outcome: JudgedOutcome, joined: ReadonlySet<string>): NewEvent[] {
  const { reserved, result, policy, at } = outcome;
  const { campaignId, prospectId, senderId, messageId, nodeId } = reserved;
  const base = {
    campaignId,
    prospectId,
    senderId,
    at,
    data: { message_id: messageId, node_id: nodeId, ...(reserved.dryRun ? { dry_run: true } : {}) },
  };
  const event = (kind: NewEvent['kind'], more: Record<string, unknown> = {}): NewEvent => ({
    ...base,
    kind,
    data: { ...base.data, ...more },
  });
  const reason = skipReason(result);
  if (result.ok === true && reason !== null) {
    const skipped = event('message.skipped', { reason });
    return result.alreadyConnected && joined.has(prospectId)
      ? [skipped, event('prospect.connected', { already: true })]
      : [skipped];
  }
  if (result.ok === true && result.connected && joined.has(prospectId))
    return [event('message.sent'), event('prospect.connected')];
  if (result.ok === true) return [event('message.sent')];
  if (result.ok === 'unknown') return [event('message.unknown')];
  const { person } = policy!;
  if (person.act === 'bounce') return [event('prospect.bounced', { reason: person.reason })];
  if (person.act === 'fail') return [event('message.failed', { reason: person.reason })];
  if (person.act === 'await' && person.invited)
    return [event('message.skipped', { reason: 'already_invited' })];
  if (person.act === 'await') return [event('prospect.held', { reason: 'not_connected' })];
  return [];
}

/** Events for one skipped prospect; none when its sequence goes on. */
export function skipEvents({ campaignId, prospectId, senderId, reason }: Skipped): NewEvent[] {
  if (reason === null) return [];
  return [{ kind: 'prospect.skipped', campaignId, prospectId, senderId, data: { reason } }];
}
