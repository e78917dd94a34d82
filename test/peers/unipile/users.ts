import { liveSeatOf, page, Refusal, type Route, writingSeatOf } from './http.ts';
import {
  type Invitation,
  isConnected,
  isListed,
  type LinkedInPost,
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

/** Invites a member, or says as LinkedIn why not. @throws Refusal */
export function inviteMember(
  state: State,
  seat: Seat,
  { personId, note, email }: { personId: unknown; note: string | null; email: unknown },
): Invitation {
  const member = state.members.find(({ id }) => id === personId);
  if (!member) throw new Refusal(422, 'invalid_recipient');
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
  if (member.email && member.email !== email)
    throw new Refusal(400, 'missing_parameters', 'user_email is required for this member');
  const id = nextId(state, 'invitation-');
  const invitation = { id, seatId: seat.id, member, note, at: state.now() };
  state.invitations.push(invitation);
  return invitation;
}

/** The pending invitations of a seat that its list shows, the newest first. */
export const sentBy = (state: State, seat: Seat): Invitation[] =>
  state.invitations
    .filter((one) => one.seatId === seat.id && !one.member.ignores && isListed(state, one))
    .toReversed();

/** Takes an invitation back. @throws Refusal when there is none */
export function withdrawFrom(state: State, seat: Seat, id: unknown): void {
  const at = state.invitations.findIndex((one) => one.id === id && one.seatId === seat.id);
  if (at < 0) throw new Refusal(state.otherIds ?? 404, 'resource_not_found', 'No invitation');
  state.withdrawn.push(
    ...state.invitations.splice(at, 1).map((one) => ({ ...one, at: state.now() })),
  );
}

/** The connections of a seat, the newest first. */
export const relationsOf = (state: State, seat: Seat): Relation[] =>
  state.hidesRelations
    ? []
    : state.relations
        .filter((one) => one.seatId === seat.id)
        .toSorted((a, b) => b.at.getTime() - a.at.getTime());

/** The posts of a member, the newest first. */
export const postsOf = (state: State, member: Member): LinkedInPost[] =>
  state.posts
    .filter(({ author }) => author === member)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());

/** The seat likes a post. @throws Refusal when there is none */
export function likePost(state: State, seat: Seat, id: unknown): void {
  const post = state.posts.find((one) => one.id === id);
  if (!post) throw new Refusal(404, 'resource_not_found', 'Post not found');
  if (!post.likes.includes(seat.member.slug)) post.likes.push(seat.member.slug);
}

export const userRoutes: Route[] = [
  {
    on: 'POST /users/invite',
    run({ state, body }) {
      const seat = writingSeatOf(state, body.account_id);
      const { id } = inviteMember(state, seat, {
        personId: body.provider_id,
        note: (body.message as string | undefined) ?? null,
        email: body.user_email,
      });
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
      return page('InvitationList', sentBy(state, seat).map(sentOnWire), query);
    },
  },
  {
    on: 'DELETE /users/invite/sent/{id}',
    run({ state, params, query }) {
      withdrawFrom(state, writingSeatOf(state, query.account_id), params[0]);
      return { body: { object: 'InvitationCanceled' } };
    },
  },
  {
    on: 'GET /users/relations',
    run({ state, query }) {
      const seat = liveSeatOf(state, query.account_id);
      return page('UserRelationsList', relationsOf(state, seat).map(relationOnWire), query);
    },
  },
  {
    on: 'GET /users/{identifier}/posts',
    run({ state, params, query }) {
      liveSeatOf(state, query.account_id);
      const posts = postsOf(state, memberOf(state, params[0]));
      return page('PostList', posts.map(postOnWire), query);
    },
  },
  {
    on: 'POST /posts/reaction',
    run({ state, body }) {
      likePost(state, writingSeatOf(state, body.account_id), body.post_id);
      return { status: 201, body: { object: 'PostReactionAdded' } };
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
export function invitationStatus(state: State, seat: Seat, member: Member): string | null {
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

const postOnWire = ({ id, at, isRepost }: LinkedInPost) => ({
  object: 'Post',
  id: `activity-${id}`,
  social_id: id,
  parsed_datetime: at.toISOString(),
  is_repost: isRepost,
});

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
