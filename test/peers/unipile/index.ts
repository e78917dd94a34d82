import { accountRoutes } from './accounts.ts';
import { addMessage, chatRoutes } from './chats.ts';
import { serve } from './http.ts';
import {
  chatOf,
  createWorld,
  type Member,
  type Mishap,
  nextId,
  type Seat,
  type World,
} from './state.ts';
import { memberOf, userRoutes } from './users.ts';
import { announceRelation, announceStatus, deliver, post, webhookRoutes } from './webhooks.ts';

/**
 * A server that stands in for Unipile's API (v1) with LinkedIn behind it, after its documentation.
 * Nothing moves by itself: people do what a test has them do, and webhooks go out when it says
 * `deliver`.
 */
export async function startUnipile({
  now,
  apiKey = 'unipile-key',
}: {
  now: () => Date;
  apiKey?: string;
}) {
  const world = createWorld(now, apiKey);
  const { url, stop } = await serve(world, [
    ...accountRoutes,
    ...userRoutes,
    ...chatRoutes,
    ...webhookRoutes,
  ]);
  return {
    url,
    apiKey,
    world,
    stop,
    env: { POSTRIDER_UNIPILE_DSN: url, POSTRIDER_UNIPILE_API_KEY: apiKey },
    ...createPeople(world),
    ...createSeats(world),
    deliver: () => deliver(world),
    mishap: (mishap: Mishap) => void world.mishaps.push(mishap),
    /** Calls of a route so far. */
    calls: (route: string) => world.calls.filter((call) => call.route === route),
  };
}

type MemberWish = Partial<Omit<Member, 'slug'>>;

function addMember(world: World, slug: string, wish: MemberWish = {}): Member {
  const [firstName = slug, lastName = 'Doe'] = slug.split('-');
  const member = { id: nextId(world, 'ACoAAB'), slug, firstName, lastName, refuses: null, ...wish };
  world.members.push(member);
  return member;
}

/** What people on LinkedIn do. */
function createPeople(world: World) {
  const relate = (seat: Seat, slug: string): Member => {
    const member = memberOf(world, slug);
    world.relations.push({ seatId: seat.id, member, at: world.now() });
    return member;
  };
  return {
    addMember: (slug: string, wish?: MemberWish) => addMember(world, slug, wish),
    /** Has been a connection all along. */
    befriend: (seat: Seat, slug: string) => void relate(seat, slug),
    /**
     * Takes the pending invitation of a seat; a note begins their conversation. @throws when there
     * is none
     */
    accept(seat: Seat, slug: string) {
      const at = world.invitations.findIndex(
        (one) => one.seatId === seat.id && one.member.slug === slug,
      );
      if (at < 0) throw new Error(`${slug} has no invitation`);
      const note = world.invitations.splice(at, 1)[0]?.note;
      const member = relate(seat, slug);
      if (note)
        addMessage(world, seat, {
          chat: chatOf(world, seat, member),
          text: note,
          subject: null,
          own: true,
          inmail: false,
        });
      announceRelation(world, seat, member);
    },
    /** Writes to a seat. */
    write(seat: Seat, slug: string, text: string) {
      addMessage(world, seat, {
        chat: chatOf(world, seat, memberOf(world, slug)),
        text,
        subject: null,
        own: false,
        inmail: false,
      });
    },
    /** The seat's owner writes by hand, in LinkedIn itself. */
    writeByHand(seat: Seat, slug: string, text: string) {
      addMessage(world, seat, {
        chat: chatOf(world, seat, memberOf(world, slug)),
        text,
        subject: null,
        own: true,
        inmail: false,
      });
    },
    /** Texts of a seat's conversation with somebody, its own marked. */
    conversation: (seat: Seat, slug: string) =>
      world.messages.flatMap(({ chat, own, text }) =>
        chat.seatId === seat.id && chat.member.slug === slug ? [`${own ? '> ' : ''}${text}`] : [],
      ),
    /** Slugs of those a seat has invited and who have not answered. */
    invited: (seat: Seat) =>
      world.invitations.flatMap((one) => (one.seatId === seat.id ? [one.member.slug] : [])),
  };
}

type SeatWish = { premium?: boolean; inmails?: number | null };

/** What owners of seats do. */
function createSeats(world: World) {
  const addSeat = (slug: string, { premium = false, inmails = null }: SeatWish = {}): Seat => {
    const member = world.members.find((one) => one.slug === slug) ?? addMember(world, slug);
    const seat = {
      id: nextId(world, 'account-'),
      member,
      status: 'OK',
      premium,
      inmails,
      createdAt: world.now(),
    };
    world.seats.push(seat);
    return seat;
  };
  const setStatus = (seat: Seat, status: string, news = status) => {
    seat.status = status;
    announceStatus(world, seat.id, news);
  };
  return {
    addSeat,
    setStatus,
    /** Walks through the hosted login behind a link. @throws when the link is used up or over */
    completeLink(url: string, slug: string, wish?: SeatWish): Seat {
      const link = world.links.find((one) => one.url === url && !one.used);
      if (!link || Date.parse(link.body.expiresOn) < world.now().getTime())
        throw new Error('The link is not valid');
      link.used = true;
      const { type, notify_url, name, reconnect_account } = link.body;
      const known = world.seats.find(({ id }) => id === reconnect_account);
      const seat = known ?? addSeat(slug, wish);
      const status = type === 'create' ? 'CREATION_SUCCESS' : 'RECONNECTED';
      if (notify_url)
        post(world, { url: notify_url, headers: {}, body: { status, account_id: seat.id, name } });
      setStatus(seat, 'OK', status);
      return seat;
    },
  };
}
