import type { Held } from '../../db/instance.ts';
import type { Binding, Evaluated } from '../../domain/forecast/explain.ts';
import type { ForecastSend, OnSend } from '../../domain/forecast/forecast.ts';
import { holderOf, type TouchOwners } from '../../domain/forecast/holder.ts';
import { meanings } from '../../domain/forecast/meanings.ts';
import type { Because } from '../../domain/sending/constraint.ts';
import { horizonMs } from './forecast.ts';
import type { ForecastInput } from './forecast-input.ts';
import { runForecast } from './run-forecast.ts';

/**
 * Why nothing is sent yet, and from when it may be (epoch ms, null when nothing opens it by
 * itself).
 */
export type TimedBinding = Binding & { opensAt: number | null };

/** Instants in epoch ms. */
export type Explanation = {
  binding: TimedBinding;
  constraints: Evaluated[];
  /** The next touch as forecast: nobody replies and every sender stays well. */
  next: {
    nodeId: string;
    senderId: string | null;
    dueAt: number | null;
    expectedAt: number | null;
  } | null;
};

/** `signal` ends the work when nobody waits for the explanation any more. */
export type ExplainRequest = { workspaceId: string; now: Date; signal?: AbortSignal | undefined };

export function bindingOfBecause(
  because: Because,
  opensAt: number | null = null,
  owners: Partial<TouchOwners> = {},
): TimedBinding {
  return { code: because, ...meanings[because], opensAt, heldBy: holderOf(because, owners) };
}

/** Why nothing at all is sent: the database is a copy that nobody has released. */
export function bindingOfHeld({ since, reason }: Held): TimedBinding {
  const words = `Nothing is sent since ${since.toISOString()}: ${reason}.`;
  const unblock = 'Run postrider release on the machine of the server.';
  return { code: 'database_held', words, unblock, opensAt: null };
}

export function withoutEnd(binding: Binding): TimedBinding {
  return { ...binding, opensAt: null };
}

/** Why a sender that the forecast left out does not send; `undefined` is a sender that is gone. */
export function bindingOfInactive(
  sender: { id: string; status: string } | undefined,
): TimedBinding {
  const owners = sender ? { senderId: sender.id } : {};
  if (sender?.status === 'inbox_unreachable')
    return bindingOfBecause('inbox_unreachable', null, owners);
  const words = sender ? { words: `The sender is ${sender.status}.` } : {};
  return { ...bindingOfBecause('sender_not_active', null, owners), ...words };
}

/**
 * The binding, opening when the forecast sends, if that is earlier or nothing else opens it.
 * Constraints are evaluated with the limits that are left today, while the forecast also knows the
 * days after, and the holds that end.
 */
export function opensByForecast(binding: TimedBinding, send: ForecastSend | null): TimedBinding {
  const isEarlier = send !== null && send.at < (binding.opensAt ?? Infinity);
  return isEarlier ? { ...binding, opensAt: send.at } : binding;
}

type ForecastFor = Pick<ExplainRequest, 'now' | 'signal'>;

/** The first forecast send that `matches`; null when there is none within a year. */
export async function firstSend(
  input: ForecastInput,
  request: ForecastFor,
  matches: (send: ForecastSend) => boolean,
): Promise<ForecastSend | null> {
  let found: ForecastSend | null = null;
  await runForYear(input, request, (send) => {
    if (found || !matches(send)) return found !== null;
    found = send;
    return true;
  });
  return found;
}

/** The first forecast send to each of these people of the campaign, as far as within a year. */
export async function firstSends(
  input: ForecastInput,
  request: ForecastFor,
  people: ReadonlySet<string>,
): Promise<Map<string, ForecastSend>> {
  const found = new Map<string, ForecastSend>();
  if (people.size === 0) return found;
  await runForYear(input, request, (send) => {
    if (send.campaign === input.target && people.has(send.person) && !found.has(send.person))
      found.set(send.person, send);
    return found.size === people.size;
  });
  return found;
}

async function runForYear(
  input: ForecastInput,
  { now: at, signal }: ForecastFor,
  onSend: OnSend,
): Promise<void> {
  const now = at.getTime();
  await runForecast({ ...input, now, until: now + horizonMs }, { onSend }, { signal });
}
