import type { ProviderKeys, SendResult } from '../../channels/channel.ts';
import type { Result } from '../../db/sending/ledger.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import type { Policy } from '../../domain/sending/outcome.ts';
import type { Entry, Skipped } from './tick.ts';

/** A message that left the engine's hands: what the channel said and when, or that nobody can tell. */
export type SendOutcome = { reserved: Entry; result: SendResult | { ok: 'unknown' }; at: Date };

/** With what follows from it. */
export type JudgedOutcome = SendOutcome & { policy: Policy | null };

/** What the ledger is told. */
export function resultOf({ reserved, result, policy }: JudgedOutcome): Result[] {
  const names = keysOf(result);
  const { messageId, attempt, dryRun } = reserved;
  const base = { messageId, attempt, dryRun, errorCode: null, ...names };
  if (result.ok === true && result.alreadyConnected)
    return [{ ...base, state: 'skipped', errorCode: 'already_connected', detail: result.response }];
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
  return [{ ...failed, state: person.act === 'retry' ? 'draft' : 'failed' }];
}

/** The provider's own names in a result, where it has any. */
export function keysOf(result: SendOutcome['result']): ProviderKeys | null {
  if (result.ok === 'unknown') return null;
  const { providerKey = null, threadKey = null } = result.ok ? result : {};
  const { personKey = null } = result;
  return providerKey || threadKey || personKey ? { providerKey, threadKey, personKey } : null;
}

/** What is told of it. `joined`: of whom it is news that they are connections. */
export function eventOf(
  { reserved, result, policy, at }: JudgedOutcome,
  joined: ReadonlySet<string>,
): NewEvent[] {
  const { campaignId, prospectId, senderId, messageId, nodeId } = reserved;
  const base = {
    campaignId,
    prospectId,
    senderId,
    at,
    data: { message_id: messageId, node_id: nodeId, ...(reserved.dryRun ? { dry_run: true } : {}) },
  };
  if (result.ok === true && result.alreadyConnected) {
    const connected = {
      ...base,
      kind: 'prospect.connected' as const,
      data: { ...base.data, already: true },
    };
    const skipped = {
      ...base,
      kind: 'message.skipped' as const,
      data: { ...base.data, reason: 'already_connected' },
    };
    return joined.has(prospectId) ? [skipped, connected] : [skipped];
  }
  if (result.ok === true && result.connected && joined.has(prospectId))
    return [
      { ...base, kind: 'message.sent' },
      { ...base, kind: 'prospect.connected' },
    ];
  if (result.ok === true) return [{ ...base, kind: 'message.sent' }];
  if (result.ok === 'unknown') return [{ ...base, kind: 'message.unknown' }];
  const { person } = policy!;
  if (person.act === 'bounce')
    return [{ ...base, kind: 'prospect.bounced', data: { ...base.data, reason: person.reason } }];
  if (person.act === 'fail')
    return [{ ...base, kind: 'message.failed', data: { ...base.data, reason: person.reason } }];
  if (person.act === 'await' && person.invited)
    return [
      { ...base, kind: 'message.skipped', data: { ...base.data, reason: 'already_invited' } },
    ];
  if (person.act === 'await')
    return [{ ...base, kind: 'prospect.held', data: { ...base.data, reason: 'not_connected' } }];
  return [];
}

export function passEvent(passed: Skipped): NewEvent[] {
  if (passed.reason === null) return [];
  return [
    {
      kind: 'prospect.skipped',
      campaignId: passed.campaignId,
      prospectId: passed.prospectId,
      senderId: passed.senderId,
      data: { reason: passed.reason },
    },
  ];
}
