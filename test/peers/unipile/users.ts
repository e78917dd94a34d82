import { liveSeatOf, page, Refusal, type Route, writingSeatOf } from './http.ts';
import {
  type Invitation,
  isConnected,
  isListed,
  type Member,
  nextId,
  type Relation,
  type Seat,
  type State,
} from './state.ts';

const threeWeeksMs = 21 * 86_400_000;

/** The member with this slug or id. @throws Refusal when there is none */
export function memberOf(state: State, identifier: unknown): Member {
  const member = state.members.find(({ id, slug, salesId }) =>
    [id, slug, salesId].includes(String(identifier)),
  );
  if (!member) throw new Refusal(404, 'resource_not_found', 'User not found');
  return member;
}

const byPair = (seat: Seat, member: Member) => (one: Invitation) =>
  one.seatId === seat.id && one.member === member;

/** An invitation of the last three weeks that was withdrawn: LinkedIn takes no other for now. */
function isWithdrawn(state: State, seat: Seat, member: Member): boolean {
  return state.withdrawn
    .filter(byPair(seat, member))
    .some(({ at }) => state.now().getTime() - at.getTime() < threeWeeksMs);
}

export const userRoutes: Route[] = [
  {
    on: 'POST /users/invite',
    run({ state, body }) {
      const seat = writingSeatOf(state, body.account_id);
      const member = state.members.find(({ id }) => id === body.provider_id);
      if (!member) throw new Refusal(422, 'invalid_recipient');
      const note = (body.message as string | undefined) ?? null;
      if (note && note.length > (seat.premium ? 300 : 200))
        throw new Refusal(400, 'too_many_characters');
      if (isConnected(state, seat, member)) throw new Refusal(422, 'already_connected');
      // One answer for the account's own limit and for a person that was invited lately.
      if (isWithdrawn(state, seat, member) || (note && seat.notesUsedUp))
        throw new Refusal(422, 'cannot_resend_yet', temporaryLimit);
      if (member.invites) throw new Refusal(422, 'already_invited_recently');
      if (state.invitations.some(byPair(seat, member)))
        throw new Refusal(422, member.ignores ? 'cannot_resend_yet' : 'already_invited_recently');
      if (member.refuses) throw new Refusal(422, member.refuses);
      if (member.email && member.email !== body.user_email)
        throw new Refusal(400, 'missing_parameters', 'user_email is required for this member');
      const id = nextId(state, 'invitation-');
      state.invitations.push({ id, seatId: seat.id, member, note, at: state.now() });
      const told = [95, 90, 75, 50].find((percents) => percents <= (seat.usage ?? 0));
      const usage = told === undefined ? {} : { usage: told };
      const invitation_id = state.otherIds === null ? id : `urn:li:invitation:${id}`;
      return { status: 201, body: { object: 'UserInvitationSent', invitation_id, ...usage } };
    },
  },
  {
    on: 'GET /users/invite/sent',
    run({ state, query }) {
      const seat = liveSeatOf(state, query.account_id);
      const own = state.invitations.filter(
        (one) => one.seatId === seat.id && !one.member.ignores && isListed(state, one),
      );
      return page('InvitationList', own.toReversed().map(sentOnWire), query);
    },
  },
  {
    on: 'DELETE /users/invite/sent/{id}',
    run({ state, params, query }) {
      const seat = writingSeatOf(state, query.account_id);
      const at = state.invitations.findIndex(
        (one) => one.id === params[0] && one.seatId === seat.id,
      );
      if (at < 0) throw new Refusal(state.otherIds ?? 404, 'resource_not_found', 'No invitation');
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
      const byProduct = member.salesId !== undefined && params[0] === member.salesId;
      if (byProduct && !(seat.hasProducts && query.linkedin_api))
        throw new Refusal(403, 'feature_not_subscribed');
      if (query.notify === 'true') seat.visits.push(member.slug);
      const body = profileOnWire(state, seat, member);
      return { body: byProduct ? { ...body, provider_id: member.salesId } : body };
    },
  },
];

const temporaryLimit = 'You have reached a temporary provider limit';

function profileOnWire(state: State, seat: Seat, member: Member) {
  const connected = isConnected(state, seat, member);
  const status = invitationStatus(state, seat, member);
  const received = member.invites ? { invitation: { type: 'RECEIVED', status: 'PENDING' } } : {};
  const { id: provider_id, slug: public_identifier, firstName, lastName } = member;
  return {
    object: 'UserProfile',
    provider: 'LINKEDIN',
    provider_id,
    public_identifier,
    first_name: firstName,
    last_name: lastName,
    is_relationship: connected,
    network_distance: connected ? 'FIRST_DEGREE' : 'THIRD_DEGREE',
    is_self: member === seat.member,
    is_open_profile: member.isOpen ?? false,
    can_send_inmail: seat.inmails !== null,
    ...(status ? { invitation: { type: 'SENT', status } } : received),
  };
}

/** The state of the seat's last invitation to a member; null when there is none to tell of. */
function invitationStatus(state: State, seat: Seat, member: Member): string | null {
  const pending = state.invitations.find(byPair(seat, member));
  if (pending && isListed(state, pending)) return member.ignores ? 'IGNORED' : 'PENDING';
  return isWithdrawn(state, seat, member) ? 'WITHDRAWN' : null;
}

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
