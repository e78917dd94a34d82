import { z } from 'zod';
import { readScript, type Script } from '../../domain/scripted-address.ts';
import type { Account, Channel, Fault, Outgoing, SendResult } from '../channel.ts';
import { type Answer, writeAnswer } from './answer.ts';

/** What was handed over, and what comes back for it. */
export type SandboxDelivery = { key: string; to: string; subject: string; sentAt: Date; answer: Answer | null };

/** Where a sandbox's mail lies. Senders that are not of the sandbox are unknown to it. */
export type SandboxStore = {
  now: () => Date;
  /** False when there is no such sender. */
  put: (senderId: string, delivery: SandboxDelivery) => Promise<boolean>;
  has: (senderId: string, key: string) => Promise<boolean | null>;
  /** What comes back after an instant and up to another; null when there is no such sender. */
  answers: (senderId: string, span: { after: Date; upTo: Date }) => Promise<SandboxDelivery[] | null>;
};

const nothing = z.strictObject({});
const cursorSchema = z.object({ after: z.iso.datetime() });
const stranger: Fault = { kind: 'credentials', code: null, detail: 'There is no such sender in this sandbox.' };
const late: Fault = { kind: 'temporary', code: null, detail: 'Its time was over before it was handed over.' };

/**
 * Stands in for the channel of a type: no network, whatever the sender. People at scripted addresses do what their address says,
 * counted from the message's date; all others stay silent. `render` is the real channel's: what it cannot write is refused here too.
 */
export function createSandboxChannel(type: string, store: SandboxStore, render: Channel['render']): Channel {
  return {
    type,
    connection: nothing,
    secrets: nothing,
    ...(render ? { render } : {}),
    async check(account) {
      const known = (await store.has(account.id, '')) !== null;
      return [{ step: 'sandbox', ok: known, detail: known ? 'Nothing leaves this workspace.' : stranger.detail }];
    },
    async send(account, message, deadline): Promise<SendResult> {
      if (performance.now() >= deadline) return { ok: false, fault: late };
      const fault = refuse(render, account, message);
      if (fault) return { ok: false, fault };
      const { key, to, subject, date: sentAt } = message;
      const known = await store.put(account.id, { key, to, subject, sentAt, answer: answerTo(message) });
      return known ? { ok: true, response: 'kept in the sandbox' } : { ok: false, fault: stranger };
    },
    async find(account, key) {
      const found = await store.has(account.id, key);
      return found === null ? 'unreachable' : found ? 'found' : 'absent';
    },
    async receive(account, cursor) {
      const upTo = store.now();
      const after = cursor === null || cursor === undefined ? upTo : new Date(cursorSchema.parse(cursor).after);
      const answered = await store.answers(account.id, { after, upTo });
      if (!answered) throw new Error(stranger.detail);
      return { received: answered.flatMap((delivery) => writeAnswer(delivery)), cursor: { after: upTo.toISOString() } };
    },
    close: async () => {},
  };
}

function refuse(render: Channel['render'], account: Account, message: Outgoing): Fault | null {
  const rendered = render?.(account, message);
  return rendered && 'kind' in rendered ? rendered : null;
}

/** Only the first message of a conversation is answered. */
function answerTo({ to, thread, date }: Outgoing): Answer | null {
  const script: Script | null = thread.length > 0 ? null : readScript(to);
  if (!script) return null;
  const after = (ms: number) => new Date(date.getTime() + ms);
  return { act: script.act, at: after(script.afterMs), backAt: script.backAfterMs === null ? null : after(script.backAfterMs) };
}
