import { liveSeatOf, page, Refusal, type Route, seatOf, writingSeatOf } from './http.ts';
import {
  type Chat,
  type ChatMessage,
  chatOf,
  idIn,
  isConnected,
  isListed,
  type Member,
  nextId,
  type Seat,
  type State,
} from './state.ts';
import { memberOf } from './users.ts';
import { announceMessage } from './webhooks.ts';

/** Writes into a conversation and tells the webhooks, as LinkedIn's own clients do. */
export function addMessage(
  state: State,
  seat: Seat,
  message: Omit<ChatMessage, 'id' | 'at'>,
): ChatMessage {
  const written = { ...message, id: nextId(state, 'message-'), at: state.now() };
  state.messages.push(written);
  announceMessage(state, seat, written);
  return written;
}

/** LinkedIn's word for a person outside the seat's connections. */
function requireConnection(state: State, seat: Seat, member: Member): void {
  const relation = state.relations.find((one) => one.seatId === seat.id && one.member === member);
  const settledAt = relation ? relation.at.getTime() + state.settleMs : Infinity;
  if (settledAt > state.now().getTime())
    throw new Refusal(
      422,
      'invalid_recipient',
      'Recipient cannot be reached: it appears not to be first degree connection',
    );
}

/** Writes to a member, as a message or an InMail. @throws Refusal */
export function writeToMember(
  state: State,
  seat: Seat,
  message: { personId: unknown; text: string; subject: string | null; inmail: boolean },
): ChatMessage {
  const { personId, inmail, ...words } = message;
  const member = memberOf(state, personId);
  if (member.refuses) throw new Refusal(422, member.refuses);
  if (!inmail) requireConnection(state, seat, member);
  if (inmail && isConnected(state, seat, member)) throw new Refusal(422, 'not_allowed_inmail');
  if (inmail && !member.isOpen) takeCredit(seat);
  const chat = chatOf(state, seat, member);
  return addMessage(state, seat, { chat, ...words, own: true, inmail });
}

/** Writes in a conversation that there is. @throws Refusal */
export function writeInChat(state: State, seat: Seat, chat: Chat, text: string): ChatMessage {
  if (chat.member.refuses) throw new Refusal(422, chat.member.refuses);
  requireConnection(state, seat, chat.member);
  return addMessage(state, seat, { chat, text, subject: null, own: true, inmail: false });
}

export const chatRoutes: Route[] = [
  {
    on: 'POST /chats',
    run({ state, body }) {
      const { id, chat } = writeToMember(state, writingSeatOf(state, body.account_id), {
        personId: (body.attendees_ids as unknown[] | undefined)?.[0],
        text: textOf(body),
        subject: (body.subject as string | undefined) ?? null,
        inmail: body['linkedin[inmail]'] === 'true',
      });
      return { status: 201, body: { object: 'ChatStarted', chat_id: chat.id, message_id: id } };
    },
  },
  {
    on: 'POST /chats/{id}/messages',
    run({ state, params, body }) {
      const chat = state.chats.find(({ id }) => id === params[0]);
      if (!chat) throw new Refusal(404, 'resource_not_found', 'Chat not found');
      const { id } = writeInChat(state, writingSeatOf(state, chat.seatId), chat, textOf(body));
      return { status: 201, body: { object: 'MessageSent', message_id: id } };
    },
  },
  {
    on: 'GET /chats/{id}',
    run({ state, params }) {
      const chat = state.chats.find(({ id }) => id === params[0]);
      if (!chat) throw new Refusal(404, 'resource_not_found', 'Chat not found');
      return { body: chatOnWire(chat) };
    },
  },
  {
    on: 'GET /chats',
    run({ state, query }) {
      const seat = seatOf(state, query.account_id);
      const own = state.chats.filter(({ seatId }) => seatId === seat.id);
      return page('ChatList', own.map(chatOnWire), query);
    },
  },
  {
    on: 'GET /messages',
    run({ state, query }) {
      const seat = seatOf(state, query.account_id);
      const after = query.after ? Date.parse(query.after) : -Infinity;
      const own = state.messages.filter(
        (one) => one.chat.seatId === seat.id && one.at.getTime() > after && isListed(state, one),
      );
      return page(
        'MessageList',
        own.toReversed().map((message) => messageOnWire(seat, message)),
        query,
      );
    },
  },
  {
    on: 'GET /linkedin/inmail_balance',
    run({ state, query }) {
      const { inmails } = liveSeatOf(state, query.account_id);
      return {
        body: {
          object: 'LinkedinInmailBalance',
          premium: inmails,
          recruiter: null,
          sales_navigator: null,
        },
      };
    },
  },
];

function chatOnWire(chat: Chat) {
  const { id, seatId: account_id, member, others } = chat;
  const attendee = {
    attendee_provider_id: idIn(chat, member),
    attendee_public_identifier: member.slug,
  };
  return {
    object: 'Chat',
    id,
    account_id,
    account_type: 'LINKEDIN',
    type: others ? 1 : 0,
    ...(others ? { attendee_provider_id: null } : attendee),
  };
}

function takeCredit(seat: Seat): void {
  if (seat.inmails === null) throw new Refusal(403, 'feature_not_subscribed');
  if (seat.inmails === 0) throw new Refusal(422, 'insufficient_credits');
  seat.inmails -= 1;
}

export function textOf({ text }: Record<string, unknown>): string {
  if (typeof text !== 'string' || text === '')
    throw new Refusal(400, 'missing_parameters', 'text is required');
  return text;
}

function messageOnWire(seat: Seat, message: ChatMessage) {
  const { id, chat, text, subject, own, inmail, at, kind: word, attachments = [] } = message;
  const who = {
    sender_id: own ? seat.member.id : idIn(chat, chat.member),
    is_sender: own && !seat.misflags ? 1 : 0,
  };
  const kind = {
    message_type: word ?? (inmail ? 'INMAIL' : 'MESSAGE'),
    is_event: 0,
    hidden: 0,
    deleted: 0,
    edited: 0,
    seen: 0,
    delivered: 1,
  };
  return {
    object: 'Message',
    id,
    account_id: seat.id,
    chat_id: chat.id,
    text,
    subject,
    timestamp: at.toISOString(),
    ...who,
    ...kind,
    attachments,
  };
}
