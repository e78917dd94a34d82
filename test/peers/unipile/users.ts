import { liveSeatOf, page, Refusal, type Route } from './http.ts';
import {
  type Invitation,
  isConnected,
  isListed,
  type Member,
  nextId,
  type Relation,
  type State,
} from './state.ts';

const threeWeeksMs = 21 * 86_400_000;

/** The member with this slug or id. @throws Refusal when there is none */
export function memberOf(state: State, identifier: unknown): Member {
  const member = state.members.find(({ id, slug }) => id === identifier || slug === identifier);
  if (!member) throw new Refusal(404, 'resource_not_found', 'User not found');
  return member;
}

export const userRoutes: Route[] = [
  {
    on: 'POST /users/invite',
    run({ state, body }) {
      const seat = liveSeatOf(state, body.account_id);
      const member = state.members.find(({ id }) => id === body.provider_id);
      if (!member) throw new Refusal(422, 'invalid_recipient');
      const note = (body.message as string | undefined) ?? null;
      if (note && note.length > (seat.premium ? 300 : 200))
        throw new Refusal(400, 'too_many_characters');
      if (isConnected(state, seat, member)) throw new Refusal(422, 'already_connected');
      const theirs = (one: Invitation) => one.seatId === seat.id && one.member === member;
      const recent = state.withdrawn.some(
        (one) => theirs(one) && state.now().getTime() - one.at.getTime() < threeWeeksMs,
      );
      if (recent || state.invitations.some(theirs))
        throw new Refusal(422, 'already_invited_recently');
      if (member.refuses) throw new Refusal(422, member.refuses);
      const invitation = {
        id: nextId(state, 'invitation-'),
        seatId: seat.id,
        member,
        note,
        at: state.now(),
      };
      state.invitations.push(invitation);
      return { status: 201, body: { object: 'UserInvitationSent', invitation_id: invitation.id } };
    },
  },
  {
    on: 'GET /users/invite/sent',
    run({ state, query }) {
      const seat = liveSeatOf(state, query.account_id);
      const own = state.invitations.filter((one) => one.seatId === seat.id && isListed(state, one));
      return page('InvitationList', own.toReversed().map(sentOnWire), query);
    },
  },
  {
    on: 'DELETE /users/invite/sent/{id}',
    run({ state, params, query }) {
      const seat = liveSeatOf(state, query.account_id);
      const at = state.invitations.findIndex(
        (one) => one.id === params[0] && one.seatId === seat.id,
      );
      if (at < 0) throw new Refusal(404, 'resource_not_found', 'Invitation not found');
      state.withdrawn.push(
        ...state.invitations.splice(at, 1).map((one) => ({ ...one, at: state.now() })),
      );
      return { body: { object: 'InvitationCanceled' } };
    },
  },
  {
    on: 'GET /users/relations',
    run({ state, query }) {
      const seat = liveSeatOf(state, query.account_id);
      const own = state.relations
        .filter((one) => one.seatId === seat.id)
        .toSorted((a, b) => b.at.getTime() - a.at.getTime());
      return page('UserRelationsList', state.hidesRelations ? [] : own.map(relationOnWire), query);
    },
  },
  {
    on: 'GET /users/{identifier}',
    run({ state, params, query }) {
      const seat = liveSeatOf(state, query.account_id);
      const member = memberOf(state, params[0]);
      const connected = isConnected(state, seat, member);
      const {
        id: provider_id,
        slug: public_identifier,
        firstName: first_name,
        lastName: last_name,
      } = member;
      const standing = {
        is_relationship: connected,
        network_distance: connected ? 'FIRST_DEGREE' : 'THIRD_DEGREE',
        is_self: member === seat.member,
      };
      return {
        body: {
          object: 'UserProfile',
          provider: 'LINKEDIN',
          provider_id,
          public_identifier,
          first_name,
          last_name,
          ...standing,
        },
      };
    },
  },
];

function sentOnWire({ id, member, note, at }: Invitation) {
  const invited_user = `${member.firstName} ${member.lastName}`;
  const who = {
    invited_user,
    invited_user_id: member.id,
    invited_user_public_id: member.slug,
    invited_user_description: 'Somebody',
  };
  return {
    object: 'InvitationSent',
    id,
    date: 'Sent today',
    parsed_datetime: at.toISOString(),
    invitation_text: note,
    ...who,
  };
}

function relationOnWire({ member, at }: Relation) {
  const { id, slug, firstName: first_name, lastName: last_name } = member;
  const urns = {
    member_id: id,
    member_urn: `urn:li:fsd_profile:${id}`,
    connection_urn: `urn:li:fsd_connection:${id}`,
  };
  const page = {
    public_identifier: slug,
    public_profile_url: `https://www.linkedin.com/in/${slug}/`,
    headline: 'Somebody',
  };
  return {
    object: 'UserRelation',
    created_at: at.getTime(),
    first_name,
    last_name,
    ...urns,
    ...page,
  };
}
