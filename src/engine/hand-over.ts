import type {
  Account,
  Channel,
  Fault,
  FoundTouch,
  Outgoing,
  SendResult,
} from '../channels/channel.ts';
import { storable } from '../domain/text.ts';
import type { Services } from '../operation.ts';
import { withDeadline } from './channel-calls.ts';

export const credentialsUnreadable: Fault = {
  kind: 'credentials',
  code: null,
  detail: "The sender's credentials cannot be opened.",
};

/** How much longer than its own deadlines a channel may take for a result. */
const graceMs = 2_000;

const notLookedFor: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'An earlier try may have gone out, and the provider cannot be asked about it now.',
};

/** The result of a hand-over; `unknown`: nobody can tell whether the message went out. */
export type HandedOver = SendResult | { ok: 'unknown' };

/** A reserved message, ready for its channel. */
export type Ready = {
  messageId: string;
  channel: string;
  outgoing: Outgoing;
  /** When the first attempt was reserved that may have gone out; null when none may have. */
  doubtedAt: Date | null;
};

/**
 * Hands a reserved message to its channel, by `deadline` (`performance.now()`). One of which an
 * earlier attempt may have gone out is looked for first. Never throws.
 */
export async function handOver(
  services: Services,
  account: Account | Fault,
  { message, deadline }: { message: Ready; deadline: number },
): Promise<HandedOver> {
  const channel = services.channels.get(message.channel);
  if ('kind' in account) return { ok: false, fault: account };
  if (!channel) return { ok: false, fault: credentialsUnreadable };
  const answerMs = services.config.sendMs / 2;
  const leftMs = () => Math.max(0, deadline - performance.now());
  const within = <T>(ms: number, run: () => Promise<T>) =>
    withDeadline({ channel, accountId: account.id, ms }, run);
  try {
    const known =
      message.doubtedAt && (await within(leftMs(), () => lookBefore(channel, account, message)));
    if (known) return known;
    const send = () => channel.send(account, message.outgoing, deadline);
    return toStorable(await within(leftMs() + answerMs + graceMs, send));
  } catch (error) {
    // A channel must not throw. When one does, or never answers, the message may have gone out:
    // recovery asks about it, and it is not sent again by guess.
    services.log.error(
      { err: error, messageId: message.messageId },
      'a channel gave no result; recovery asks whether the message went out',
    );
    return {
      ok: false,
      fault: {
        kind: 'ambiguous',
        code: null,
        detail: error instanceof Error ? error.message : 'unknown',
      },
    };
  }
}

/**
 * The result of a message whose earlier attempt went out after all, or may have; null when the
 * provider still shows no such message. A list can lag for longer than anybody has said.
 */
async function lookBefore(
  channel: Channel,
  account: Account,
  { outgoing, doubtedAt }: Ready,
): Promise<HandedOver | null> {
  const { key, to, touch, text, date, threadKey = null, personKey = null } = outgoing;
  const found = await channel.find(account, {
    key,
    to,
    touch,
    text,
    reservedAt: doubtedAt ?? date,
    providerKey: null,
    threadKey,
    personKey,
  });
  if (found === 'absent') return null;
  if (found === 'unknown') return { ok: 'unknown' };
  if (found === 'unreachable') return { ok: false, fault: notLookedFor };
  return { ok: true, response: 'found at the provider before a second try', ...keysIn(found) };
}

const keysIn = (found: 'found' | FoundTouch) => (found === 'found' ? {} : found);

/**
 * A provider may answer anything. Text that the database refuses would keep every result of the
 * batch from being recorded.
 */
function toStorable(result: SendResult): SendResult {
  if (result.ok) return { ...result, response: storable(result.response) };
  const { fault } = result;
  return {
    ...result,
    fault: { ...fault, code: fault.code && storable(fault.code), detail: storable(fault.detail) },
  };
}
