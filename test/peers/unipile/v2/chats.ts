import { textOf, writeInChat, writeToMember } from '../chats.ts';
import type { Route } from '../http.ts';
import { chatIn, page, seatIn } from './page.ts';
import { chatIdV2, chatV2, listed, messageV2 } from './wire.ts';

const sales = 'SALES_NAVIGATOR_PRIMARY';

export const chatRoutes: Route[] = [
  {
    on: 'GET /{account}/inboxes',
    run(asked) {
      const { hasProducts } = seatIn(asked);
      const ids = ['CLASSIC_PRIMARY', 'CLASSIC_UNREAD', ...(hasProducts ? [sales] : [])];
      return { body: { object: 'InboxList', data: ids.map((id) => ({ id, disabled: false })) } };
    },
  },
  {
    on: 'GET /{account}/inboxes/{inbox}/chats',
    run(asked) {
      const { state, params, query } = asked;
      const seat = seatIn(asked);
      const chats = state.chats
        .filter((one) => one.seatId === seat.id && (one.isSales === true) === (params[1] === sales))
        .map((one) => chatV2(state, one))
        .filter((one) => one.last_message_timestamp !== undefined)
        .toSorted((a, b) => b.last_message_timestamp!.localeCompare(a.last_message_timestamp!));
      return page(chats, query);
    },
  },
  {
    on: 'POST /{account}/inboxes/{inbox}/chats/send',
    run(asked) {
      const { state, body } = asked;
      const classic = (body.specifics as { linkedin?: { classic?: { inmail?: boolean } } })
        ?.linkedin?.classic;
      const { id, chat } = writeToMember(state, seatIn(asked, true), {
        personId: [body.users_ids].flat()[0],
        text: textOf(body),
        subject: (body.name as string | undefined) ?? null,
        inmail: classic?.inmail === true,
      });
      return { body: { object: 'ChatStarted', chat_id: chatIdV2(chat), message_id: `2-${id}==` } };
    },
  },
  {
    on: 'GET /{account}/chats/{chat}',
    run: (asked) => ({ body: chatV2(asked.state, chatIn(asked, seatIn(asked))) }),
  },
  {
    on: 'GET /{account}/chats/{chat}/messages',
    run(asked) {
      const seat = seatIn(asked);
      const after = asked.query.after ? Date.parse(asked.query.after) : -Infinity;
      const messages = listed(asked.state, chatIn(asked, seat)).filter(
        ({ at }) => at.getTime() > after,
      );
      return page(
        messages.map((one) => messageV2(seat, one)),
        asked.query,
      );
    },
  },
  {
    on: 'POST /{account}/chats/{chat}/messages/send',
    run(asked) {
      const seat = seatIn(asked, true);
      const { id } = writeInChat(asked.state, seat, chatIn(asked, seat), textOf(asked.body));
      return { body: { object: 'MessageSent', message_id: `2-${id}==` } };
    },
  },
];
