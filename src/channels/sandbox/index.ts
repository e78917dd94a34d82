import { z } from 'zod';
import { readScript, readScriptedRelation } from '../../domain/forecast/scripted-address.ts';
import { awaitsConnection } from '../../domain/sequence/invitation.ts';
import type { Account, Channel, Fault, Outgoing, ProviderKeys, SendResult } from '../channel.ts';
import { type ScriptedAnswer, writeAnswer } from './answer.ts';

/** A message that was handed over, with the answer that is to come. */
export type SandboxDelivery = {
  key: string;
  to: string;
  subject: string;
  sentAt: Date;
  answer: ScriptedAnswer | null;
};

/** Stores the messages of a sandbox. */
export type SandboxStore = {
  now: () => Date;
  put: (senderId: string, delivery: SandboxDelivery) => Promise<void>;
  has: (senderId: string, key: string) => Promise<boolean>;
  /** Cancels the answer to a message. Returns false when the answer has already come. */
  recall: (senderId: string, key: string) => Promise<boolean>;
  /** Messages with an answer after `after` and up to `upTo`, in the order of the answers. */
  answers: (senderId: string, span: { after: Date; upTo: Date }) => Promise<SandboxDelivery[]>;
};

const nothing = z.strictObject({});
const cursorSchema = z.object({ after: z.iso.datetime() });
const refused: Fault = {
  kind: 'credentials',
  code: null,
  detail: 'Senders at such an address are refused in a sandbox.',
};
const isRefused = ({ emailAddress }: Account): boolean => /\+refused@/i.test(emailAddress ?? '');
const outOfReach: Fault = {
  kind: 'unreachable_person',
  code: null,
  detail: 'Nobody at such an address can be reached in a sandbox.',
};
const late: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'The deadline passed before the message was handed over.',
};

/**
 * Replaces the channel of a type in a sandbox, without any network. People at scripted addresses
 * answer as their address says, counted from the date of the message; all others accept invitations
 * and stay silent. The login of a sender at `…+refused@…` is refused. `render` is that of the real
 * channel, so that a message it cannot write is refused here too.
 */
export function createSandboxChannel(
  type: string,
  store: SandboxStore,
  render: Channel['render'],
): Channel {
  return {
    type,
    connection: nothing,
    secrets: nothing,
    lagMs: 0,
    ...(render ? { render } : {}),
    async check(account) {
      const ok = !isRefused(account);
      return [
        { step: 'sandbox', ok, detail: ok ? 'Nothing leaves this workspace.' : refused.detail },
      ];
    },
    async send(account, message, deadline): Promise<SendResult> {
      if (performance.now() >= deadline) return { ok: false, fault: late };
      const fault = isRefused(account) ? refused : unwritable(render, account, message);
      if (fault) return { ok: false, fault };
      const { key, to, subject, date: sentAt } = message;
      const relation = readScriptedRelation(to);
      if (relation === 'unreachable') return { ok: false, fault: outOfReach };
      const invites = awaitsConnection(message.touch);
      if (invites && relation === 'connected')
        return { ok: true, response: 'a connection already', alreadyConnected: true };
      await store.put(account.id, { key, to, subject, sentAt, answer: answerTo(message) });
      return {
        ok: true,
        response: 'kept in the sandbox',
        ...(keysOf[message.touch]?.(message) ?? {}),
      };
    },
    async find(account, { key }) {
      if (isRefused(account)) return 'unreachable';
      return (await store.has(account.id, key)) ? 'found' : 'absent';
    },
    async withdraw(account, { key }) {
      if (isRefused(account)) return refused;
      return (await store.recall(account.id, key)) ? 'withdrawn' : 'gone';
    },
    async receive(account, cursor) {
      if (isRefused(account)) throw new Error(refused.detail);
      const upTo = store.now();
      const after =
        cursor === null || cursor === undefined ? upTo : new Date(cursorSchema.parse(cursor).after);
      const answered = await store.answers(account.id, { after, upTo });
      return {
        received: answered.flatMap((delivery) => writeAnswer(delivery)),
        cursor: { after: upTo.toISOString() },
      };
    },
    close: async () => {},
  };
}

function unwritable(render: Channel['render'], account: Account, message: Outgoing): Fault | null {
  const rendered = render?.(account, message);
  return rendered && 'kind' in rendered ? rendered : null;
}

/** Ids as the provider of such a touch would give them. */
const keysOf: Record<string, (message: Outgoing) => ProviderKeys> = {
  connection_request: ({ key, to }) => ({ providerKey: `invitation/${key}`, personKey: to }),
  message: messageKeys,
  inmail: messageKeys,
  profile_visit: ({ to }) => ({ personKey: to }),
  follow: ({ to }) => ({ personKey: to }),
  like: ({ to }) => ({ personKey: to }),
};

function messageKeys({ key, to }: Outgoing): ProviderKeys {
  return { providerKey: `message/${key}`, threadKey: `chat/${to}`, personKey: to };
}

/** The scripted answer; only the first message of a conversation has one. */
function answerTo({ to, touch, thread, threadKey, date }: Outgoing): ScriptedAnswer | null {
  const script = thread.length > 0 || threadKey ? null : readScript(to, touch);
  if (!script) return null;
  const after = (ms: number) => new Date(date.getTime() + ms);
  return {
    act: script.act,
    at: after(script.afterMs),
    backAt: script.backAfterMs === null ? null : after(script.backAfterMs),
  };
}
