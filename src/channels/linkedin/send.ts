import type { Account, Fault, Outgoing, SendResult } from '../channel.ts';
import { isNotFound } from './client.ts';
import { faultOfReading } from './fault.ts';
import { alreadyConnected, invite } from './invite.ts';
import { type LinkedInPerson, resolvePerson } from './profile.ts';
import { faultOfSeat } from './seat.ts';
import { isLate, late, type Sending, type TouchUnderWay } from './touch.ts';
import type { Unipile } from './unipile.ts';
import { isWarmUp, warmUp } from './warm-up.ts';
import { write } from './write.ts';

/** Hands one touch over. No request begins after `deadline` (`performance.now()`). Never throws. */
export async function sendTouch(
  sending: Sending,
  account: Account,
  message: Outgoing,
  deadline: number,
): Promise<SendResult> {
  const { client } = sending;
  if (isLate({ deadline })) return { ok: false, fault: late };
  let person: LinkedInPerson | Fault;
  try {
    person = await resolvePerson(client, account, message);
  } catch (error) {
    return { ok: false, fault: await faultOfLookup(client, account, error) };
  }
  if ('kind' in person) return { ok: false, fault: person };
  const { personKey, connected } = person;
  const refusal = await message.refuse?.(personKey);
  if (refusal) return { ok: false, fault: refusal };
  if (isLate({ deadline })) return { ok: false, fault: late, personKey };
  const touch = { account, message, personKey, deadline };
  if (isWarmUp(message.touch)) return warmUp(client, touch);
  return carriers[message.touch]!(sending, touch, connected);
}

type Carrier = (
  sending: Sending,
  touch: TouchUnderWay,
  connected: boolean | null,
) => Promise<SendResult>;

/** The hand-over of each touch with words. `connected`: whether the person is one, if known. */
const carriers: Record<string, Carrier> = {
  connection_request: async ({ client }, touch, connected) =>
    connected ? alreadyConnected(touch.personKey) : invite(client, touch),
  message: (sending, touch, connected) => write(sending, { ...touch, inmail: false }, connected),
  inmail: (sending, touch, connected) =>
    write(sending, { ...touch, inmail: connected !== true }, connected),
};

async function faultOfLookup(client: Unipile, account: Account, error: unknown): Promise<Fault> {
  const gone = await faultOfSeat(client, account, error);
  if (gone) return gone;
  const fault = faultOfReading(error);
  return isNotFound(error) ? { ...fault, detail: 'There is no such profile on LinkedIn.' } : fault;
}
