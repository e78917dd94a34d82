import { type Asked, liveSeatOf, Refusal, writingSeatOf } from '../http.ts';
import type { Seat } from '../state.ts';
import { chatIdV2, idV2 } from './wire.ts';

/** The seat of the path. @throws Refusal when there is none, or its session is over */
export function seatIn({ state, params }: Asked, isWrite = false): Seat {
  const seat = state.seats.find((one) => idV2(one) === params[0]);
  if (!seat) throw new Refusal(404, 'api/resource_not_found', 'Account not found');
  return (isWrite ? writingSeatOf : liveSeatOf)(state, seat.id);
}

/** The conversation of the path. @throws Refusal: an id of another form is refused as such */
export function chatIn({ state, params }: Asked, seat: Seat) {
  if (!/^2-.*==$/.test(params[1] ?? ''))
    throw new Refusal(400, 'provider/invalid_parameters', 'Invalid chat id');
  const chat = state.chats.find((one) => one.seatId === seat.id && chatIdV2(one) === params[1]);
  if (!chat) throw new Refusal(404, 'provider/resource_not_found', 'Chat not found');
  return chat;
}

/** One page of a list of LinkedIn, by its offset. */
export function page(
  items: readonly unknown[],
  { offset = '0', limit = '20' }: Record<string, string>,
) {
  const from = Number(offset);
  const data = items.slice(from, from + Number(limit));
  return { body: { data, total_count: items.length, next_cursor: null } };
}
