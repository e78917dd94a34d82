import { Refusal, type Route } from '../http.ts';
import { inviteMember, memberOf, relationsOf, sentBy, withdrawFrom } from '../users.ts';
import { page, seatIn } from './page.ts';
import { chatIdV2, profileV2, relationV2, userV2 } from './wire.ts';

export const userRoutes: Route[] = [
  {
    on: 'POST /{account}/users/me/relation-requests',
    run(asked) {
      const { state, body } = asked;
      const invitation = inviteMember(state, seatIn(asked, true), {
        personId: body.user_id,
        note: (body.message as string | undefined) ?? null,
        email: undefined,
      });
      const { member, id, at, note } = invitation;
      const user = userV2(member);
      const more = { created_at: at.toISOString(), ...(note ? { message: note } : {}) };
      const own = state.otherIds === null ? id : `urn:li:invitation:${id}`;
      return { body: { object: 'UserRelationRequest', type: 'sent', id: own, user, ...more } };
    },
  },
  {
    on: 'GET /{account}/users/me/relation-requests',
    run(asked) {
      const sent = sentBy(asked.state, seatIn(asked)).map(({ id, member, at }) => ({
        object: 'UserRelationRequest',
        type: 'sent',
        id,
        user: userV2(member),
        created_at: at.toISOString(),
      }));
      return page(asked.query.type === 'sent' ? sent : [], asked.query);
    },
  },
  {
    on: 'POST /{account}/users/me/relation-requests/{id}/cancel',
    run(asked) {
      withdrawFrom(asked.state, seatIn(asked, true), asked.params[1]);
      return { body: { object: 'UserRelationRequestCanceled' } };
    },
  },
  {
    on: 'GET /{account}/users/me/relations',
    run(asked) {
      const seat = seatIn(asked);
      const relations = relationsOf(asked.state, seat).map(({ member, at }) => ({
        ...relationV2(seat, member),
        created_at: at.toISOString(),
      }));
      return page(relations, asked.query);
    },
  },
  {
    on: 'POST /{account}/users/me/follow/{user}',
    run(asked) {
      const seat = seatIn(asked, true);
      const { slug } = memberOf(asked.state, asked.params[1]);
      if (!seat.follows.includes(slug)) seat.follows.push(slug);
      return { body: { object: 'UserFollowed' } };
    },
  },
  {
    on: 'POST /{account}/users/visit-profile',
    run(asked) {
      const slug = /^visit (.+)$/.exec(asked.query.token ?? '')?.[1];
      if (!slug) throw new Refusal(400, 'api/invalid_parameters', 'token');
      seatIn(asked, true).visits.push(slug);
      return { body: { object: 'UserProfileVisited' } };
    },
  },
  {
    on: 'GET /{account}/users/{user}/chat',
    run(asked) {
      const seat = seatIn(asked);
      const member = memberOf(asked.state, asked.params[1]);
      const chats = asked.state.chats.filter(
        (one) => one.seatId === seat.id && one.member === member && !one.others,
      );
      return { body: { object: 'List', data: chats.map((one) => ({ chat_id: chatIdV2(one) })) } };
    },
  },
  {
    on: 'GET /{account}/users/{user}',
    run(asked) {
      const { state, params, query } = asked;
      const seat = seatIn(asked);
      const member = params[1] === 'me' ? seat.member : memberOf(state, params[1]);
      const byProduct = member.salesId !== undefined && params[1] === member.salesId;
      if (byProduct && !(seat.hasProducts && query.variant))
        throw new Refusal(403, 'provider/insufficient_permissions');
      const body = profileV2(state, seat, member);
      return { body: byProduct ? { ...body, id: member.salesId } : body };
    },
  },
  {
    on: 'GET /{account}/linkedin/inmail-credits',
    run(asked) {
      const { inmails } = seatIn(asked);
      const credits = inmails === null ? {} : { classic: inmails };
      return { body: { object: 'LinkedinInmailCredits', credits } };
    },
  },
];
