import type { Channel } from '../channels/channel.ts';
import {
  createSandboxChannel,
  type SandboxDelivery,
  type SandboxStore,
} from '../channels/sandbox/index.ts';
import type { Db } from '../db/database.ts';
import { type ClockRow, readClock } from '../db/forecast/clocks.ts';
import {
  hasDelivery,
  insertDeliveries,
  readAnswers,
  recallDelivery,
} from '../db/forecast/sandbox-mail.ts';
import { campaignTypeNames } from '../domain/sequence/campaign.ts';
import type { Slot } from '../domain/sequence/skeleton.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../operation.ts';
import { type Clock, fixedClock } from './clock.ts';
import type { TextModel } from './text-model.ts';

/** The services of a sandbox: its own clock, and channels that lead nowhere. */
export function inSandbox(services: Services, workspaceId: string, clock: Clock): Services {
  const store = createStore(services.db, workspaceId, clock);
  const channelOf = (type: string): [string, Channel] => [
    type,
    createSandboxChannel(type, store, services.channels.get(type)?.render),
  ];
  return {
    ...services,
    clock,
    ai: rehearsalModel,
    channels: new Map(campaignTypeNames.map(channelOf)),
  };
}

type PendingDelivery = {
  senderId: string;
  delivery: SandboxDelivery;
  resolve: () => void;
  reject: (error: unknown) => void;
};

/** Stores messages that are handed over in the same turn of the event loop together. */
function createStore(db: Db, workspaceId: string, clock: Clock): SandboxStore {
  let pending: PendingDelivery[] = [];
  const write = async () => {
    const batch = pending;
    pending = [];
    const rows = batch.map(({ senderId, delivery: { answer, ...delivery } }) => {
      return {
        ...delivery,
        senderId,
        answer: answer?.act ?? null,
        answerAt: answer?.at ?? null,
        backAt: answer?.backAt ?? null,
      };
    });
    try {
      await insertDeliveries(db, workspaceId, rows);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return {
    now: () => clock.now(),
    put: (senderId, delivery) =>
      new Promise((resolve, reject) => {
        const count = pending.push({ senderId, delivery, resolve, reject });
        if (count === 1) setImmediate(() => void write());
      }),
    has: (senderId, key) => hasDelivery(db, { workspaceId, senderId, key }),
    recall: (senderId, key) => recallDelivery(db, { workspaceId, senderId, key, now: clock.now() }),
    async answers(senderId, span) {
      const rows = await readAnswers(db, { workspaceId, senderId, ...span });
      return rows.map(({ answer, answerAt, backAt, ...row }) => ({
        ...row,
        answer: toAnswer(answer, answerAt, backAt),
      }));
    },
  };
}

function toAnswer(
  act: string | null,
  at: Date | null,
  backAt: Date | null,
): SandboxDelivery['answer'] {
  return act && at
    ? { act: act as NonNullable<SandboxDelivery['answer']>['act'], at, backAt }
    : null;
}

/** The services of a workspace: for a sandbox its own, with its clock at the present instant. */
export async function servicesFor(services: Services, workspaceId: string): Promise<Services> {
  const clock = await readClock(services.db, workspaceId);
  return clock ? inSandbox(services, workspaceId, fixedClock(clock.at)) : services;
}

/** A sandbox's clock. @throws workspace.not_sandbox in a live workspace */
export async function requireClock(db: Db, workspaceId: string): Promise<ClockRow> {
  const clock = await readClock(db, workspaceId);
  if (!clock) throw new AppError('workspace.not_sandbox');
  return clock;
}

const maxInstructionLength = 120;

/** The text model of a sandbox: the same text for the same question, without any network. */
const rehearsalModel: TextModel = {
  model: 'rehearsal',
  metered: false,
  async write({ slots, maxLength, person }) {
    const room = Math.floor(maxLength / Math.max(1, slots.length));
    const textOf = ({ field, instruction }: Slot) => {
      const text = `Rehearsed ${field === 'subject' ? 'subject' : 'text'} for ${person}`;
      return instruction ? `${text}: ${instruction.slice(0, maxInstructionLength)}` : text;
    };
    // Without the signs that the check of a text refuses.
    const plain = (text: string) =>
      text
        .replace(/[%&{}[\]|\r\n]+/g, ' ')
        .slice(0, room)
        .toWellFormed()
        .trim();
    return {
      texts: Object.fromEntries(slots.map((slot) => [slot.key, plain(textOf(slot))])),
      inputTokens: 0,
      outputTokens: 0,
    };
  },
};
