import {
  type Chat,
  type ChatMessage,
  idIn,
  isConnected,
  isListed,
  type Member,
  type Seat,
  type State,
} from '../state.ts';
import { invitationStatus } from '../users.ts';

/** Ids of version 2, in which accounts, chats and messages are other than in version 1. */
export const idV2 = (seat: Pick<Seat, 'id'>): string => `acc_${seat.id}`;
export const chatIdV2 = (chat: Pick<Chat, 'id'>): string => `2-${chat.id}==`;
const messageIdV2 = ({ id }: Pick<ChatMessage, 'id'>): string => `2-${id}==`;

const statusV2: Record<string, string> = {
  OK: 'running',
  CREDENTIALS: 'disconnected',
  ERROR: 'errored',
  STOPPED: 'paused',
};
/** `partial`: another product of LinkedIn is not connected; `degraded`: the usual inbox is not. */
const classicOf = ({ status }: Seat): string =>
  status === 'PARTIAL' ? 'running' : (statusV2[status] ?? 'errored');

export const accountV2 = (seat: Seat) => ({
  object: 'Account',
  id: idV2(seat),
  application_id: 'app_1',
  user_id: seat.member.id,
  name: `${seat.member.firstName} ${seat.member.lastName}`,
  created_at: seat.createdAt.toISOString(),
  status: statusV2[seat.status] ?? seat.status.toLowerCase(),
  provider: 'linkedin',
  metadata: { products_connection_status: { classic: classicOf(seat) } },
});

export const userV2 = (member: Member, id = member.id) => ({
  object: 'User',
  id,
  type: 'individual',
  public_identifier: member.slug,
  display_name: `${member.firstName} ${member.lastName}`,
  profile_url: `https://www.linkedin.com/in/${member.slug}/`,
});

export function profileV2(state: State, seat: Seat, member: Member) {
  const status = invitationStatus(state, seat, member);
  const received = member.invites ? { relation_request: { object: 'x', type: 'received' } } : {};
  const sent = status ? { relation_request_status: status } : {};
  return {
    ...userV2(member),
    object: 'UserProfile',
    first_name: member.firstName,
    last_name: member.lastName,
    is_blocked: false,
    provider: 'linkedin',
    following: seat.follows.includes(member.slug),
    specifics: {
      network_distance: isConnected(state, seat, member) ? 'FIRST_DEGREE' : 'THIRD_DEGREE',
      is_open_profile: member.isOpen ?? false,
      can_send_inmail: seat.inmails !== null,
      is_premium: member === seat.member ? seat.premium : false,
      notify_visit_token: `visit ${member.slug}`,
      ...received,
      ...sent,
    },
  };
}

export const relationV2 = (seat: Seat, member: Member) => ({
  object: 'UserRelation',
  id: `urn:li:fsd_connection:${seat.id}-${member.id}`,
  user: userV2(member),
});

/** The messages of a conversation that its list shows, the newest first. */
export const listed = (state: State, chat: Chat): ChatMessage[] =>
  state.messages.filter((one) => one.chat === chat && isListed(state, one)).toReversed();

export function chatV2(state: State, chat: Chat) {
  const last = listed(state, chat)[0];
  const user = userV2(chat.member, idIn(chat, chat.member));
  return {
    object: 'Chat',
    id: chatIdV2(chat),
    name: user.display_name,
    type: chat.others ? 'group' : '1to1',
    is_group: chat.others !== undefined,
    is_1to1: !chat.others,
    is_channel: false,
    ...(chat.others ? {} : { user_id: user.id, user }),
    ...(last ? { last_message_timestamp: last.at.toISOString() } : {}),
    unread_count: 0,
    provider: 'linkedin',
  };
}

export function messageV2(seat: Seat, message: ChatMessage) {
  const { chat, own, at, text, subject, attachments = [] } = message;
  return {
    object: 'Message',
    id: messageIdV2(message),
    chat_id: chatIdV2(chat),
    text,
    sender_id: own ? seat.member.id : idIn(chat, chat.member),
    timestamp: at.toISOString(),
    is_sender: own && !seat.misflags,
    is_hidden: false,
    is_seen: false,
    is_delivered: true,
    is_deleted: false,
    is_edited: false,
    is_event: false,
    provider: 'linkedin',
    attachments: attachments.map(({ type, file_name }) => ({ type, filename: file_name })),
    specifics: subject === null ? {} : { subject },
  };
}
