import { accountRoutes } from './accounts.ts';
import { addMessage, chatRoutes } from './chats.ts';
import { faceV1, serve } from './http.ts';
import {
  addChat,
  type ChatMessage,
  chatOf,
  createState,
  type Fault,
  type Member,
  nextId,
  type Seat,
  type State,
} from './state.ts';
import { memberOf, userRoutes } from './users.ts';
import { announceEvent, eventOf } from './v2/events.ts';
import { faceV2 } from './v2/index.ts';
import { announceRelation, announceStatus, deliver, post, webhookRoutes } from './webhooks.ts';

/**
 * A server that stands in for both versions of Unipile's API with one LinkedIn behind them, after
 * its documentation.
 * Nothing moves by itself: people act when a test calls them, and webhooks go out when it calls
 * `deliver`.
 */
export async function startUnipile({
  now,
  apiKey = 'unipile-key',
}: {
  now: () => Date;
  apiKey?: string;
}) {
  const state = createState(now, apiKey);
  const { url, stop } = await serve(state, [
    faceV1([...accountRoutes, ...userRoutes, ...chatRoutes, ...webhookRoutes]),
    faceV2,
  ]);
  return {
    url,
    apiKey,
    state,
    stop,
    env: { POSTRIDER_UNIPILE_DSN: url, POSTRIDER_UNIPILE_API_KEY: apiKey },
    /** The same LinkedIn by version 2, in which accounts and messages have other ids. */
    envV2: { POSTRIDER_UNIPILE_DSN: `${url}/v2`, POSTRIDER_UNIPILE_API_KEY: apiKey },
    ...createPeople(state),
    ...createSeats(state),
    deliver: () => deliver(state),
    addFault: (fault: Fault) => void state.faults.push(fault),
    /** Calls of a route so far. */
    calls: (route: string) => state.calls.filter((call) => call.route === route),
  };
}

type MemberOptions = Partial<Omit<Member, 'slug'>>;

function addMember(state: State, slug: string, options: MemberOptions = {}): Member {
  const [firstName = slug, lastName = 'Doe'] = slug.split('-');
  const member = {
    id: nextId(state, 'ACoAAB'),
    slug,
    firstName,
    lastName,
    refuses: null,
    ...options,
  };
  state.members.push(member);
  return member;
}

/** `others`: in a group with them. `isSales`: in the inbox of Sales Navigator. */
type WriteOptions = Pick<ChatMessage, 'kind' | 'attachments'> & {
  others?: readonly string[];
  isSales?: boolean;
};

/** Actions of people on LinkedIn. */
function createPeople(state: State) {
  const relate = (seat: Seat, slug: string): Member => {
    const member = memberOf(state, slug);
    state.relations.push({ seatId: seat.id, member, at: state.now() });
    return member;
  };
  return {
    addMember: (slug: string, options?: MemberOptions) => addMember(state, slug, options),
    /** Makes a member a connection without an invitation. */
    befriend: (seat: Seat, slug: string) => void relate(seat, slug),
    /**
     * Accepts the pending invitation of a seat; a note begins their conversation. @throws when
     * there is none
     */
    accept(seat: Seat, slug: string) {
      const at = state.invitations.findIndex(
        (one) => one.seatId === seat.id && one.member.slug === slug,
      );
      if (at < 0) throw new Error(`${slug} has no invitation`);
      const note = state.invitations.splice(at, 1)[0]?.note;
      const member = relate(seat, slug);
      if (note)
        addMessage(state, seat, {
          chat: chatOf(state, seat, member),
          text: note,
          subject: null,
          own: true,
          inmail: false,
        });
      announceRelation(state, seat, member);
    },
    /** Writes to a seat. */
    write(seat: Seat, slug: string, text: string, more: WriteOptions = {}) {
      const { others, isSales, ...rest } = more;
      const member = memberOf(state, slug);
      const where = {
        ...(others ? { others: others.map((one) => memberOf(state, one)) } : {}),
        ...(isSales ? { isSales } : {}),
      };
      addMessage(state, seat, {
        chat:
          others || isSales
            ? addChat(state, { seatId: seat.id, member, ...where })
            : chatOf(state, seat, member),
        text,
        subject: null,
        own: false,
        inmail: false,
        ...rest,
      });
    },
    /** Publishes a post. Returns its id. */
    post(slug: string, { isRepost = false }: { isRepost?: boolean } = {}): string {
      const id = nextId(state, 'urn:li:activity:');
      const author = memberOf(state, slug);
      state.posts.push({ id, author, at: state.now(), likes: [], isRepost });
      return id;
    },
    /** Writes as the seat's owner, by hand in LinkedIn itself. */
    writeByHand(seat: Seat, slug: string, text: string) {
      addMessage(state, seat, {
        chat: chatOf(state, seat, memberOf(state, slug)),
        text,
        subject: null,
        own: true,
        inmail: false,
      });
    },
    /** Texts of a seat's conversation with a member; its own begin with `> `. */
    conversation: (seat: Seat, slug: string) =>
      state.messages.flatMap(({ chat, own, text }) =>
        chat.seatId === seat.id && chat.member.slug === slug ? [`${own ? '> ' : ''}${text}`] : [],
      ),
    /** Slugs of members with a pending invitation of the seat. */
    invited: (seat: Seat) =>
      state.invitations.flatMap((one) => (one.seatId === seat.id ? [one.member.slug] : [])),
  };
}

type SeatOptions = { premium?: boolean; inmails?: number | null };

/** Actions of the owners of seats. */
function createSeats(state: State) {
  const addSeat = (slug: string, { premium = false, inmails = null }: SeatOptions = {}): Seat => {
    const member = state.members.find((one) => one.slug === slug) ?? addMember(state, slug);
    const seat = {
      id: nextId(state, 'account-'),
      member,
      status: 'OK',
      premium,
      inmails,
      visits: [],
      follows: [],
      createdAt: state.now(),
    };
    state.seats.push(seat);
    return seat;
  };
  const setStatus = (seat: Seat, status: string, news = status) => {
    seat.status = status;
    announceStatus(state, seat, news);
  };
  return {
    addSeat,
    setStatus,
    /** Completes the hosted login behind a link. @throws when the link is used or expired */
    completeLink(url: string, slug: string, options?: SeatOptions): Seat {
      const link = state.links.find((one) => one.url === url && !one.used);
      if (!link || Date.parse(link.body.expiresOn) < state.now().getTime())
        throw new Error('The link is not valid');
      link.used = true;
      const { type, notify_url, name, reconnect_account } = link.body;
      const known = state.seats.find(({ id }) => id === reconnect_account);
      const seat = known ?? addSeat(slug, options);
      const status = type === 'create' ? 'CREATION_SUCCESS' : 'RECONNECTED';
      if (notify_url)
        post(state, { url: notify_url, headers: {}, body: { status, account_id: seat.id, name } });
      if (link.isV2) {
        const event = type === 'create' ? 'account.add' : 'account.reconnect';
        announceEvent(state, 'account_status', eventOf(seat, event, { state: name }));
      }
      setStatus(seat, 'OK', status);
      return seat;
    },
  };
}
