/** A sequence while it is edited: pure changes of a list of nodes that ends in `end`. */
import type { Api, Schemas } from '../api/schema.gen.d.ts';

type Stored = Schemas['SequenceNode'];
export type NodeInput =
  Api['POST /api/campaigns/{id}/revisions']['input']['sequence_nodes'][number];
type NodeType = NodeInput['type'];

/** A node in the editor. `key` stays while it is edited; `id` is null until it is saved. */
export type EditedNode = Omit<Stored, 'id'> & { key: string; id: string | null };

/** The touches that a channel has, the usual one first. */
export const touchTypes: Record<string, readonly { type: NodeType; label: string }[]> = {
  email: [{ type: 'email', label: 'Email' }],
  linkedin: [
    { type: 'message', label: 'Message' },
    { type: 'connection_request', label: 'Invitation' },
    { type: 'inmail', label: 'InMail' },
    { type: 'profile_visit', label: 'Profile visit' },
  ],
  x: [{ type: 'message', label: 'Direct message' }],
};

export const isTouch = ({ type }: Pick<Stored, 'type'>): boolean =>
  type !== 'delay' && type !== 'end';

/** The sequence as it was read, ready to be edited. */
export const toEdit = (nodes: readonly Stored[]): EditedNode[] =>
  nodes.map((node) => ({ ...node, key: node.id }));

/** The sequence as it is sent. Nodes that were saved keep their ids. */
export const toInput = (nodes: readonly EditedNode[]): NodeInput[] =>
  nodes.map(({ key: _key, id, type, ...rest }) => ({
    ...rest,
    type: type as NodeType,
    ...(id === null ? {} : { id }),
  }));

const blank = {
  id: null,
  campaign_id: '',
  position: 0,
  subject: null,
  body: null,
  body_html: null,
  signature: null,
  from_name: null,
  reply_to: null,
  cc: null,
  bcc: null,
  attachments: [],
  include_message: null,
  is_reply: null,
  delay_days: null,
  delay_hours: null,
  delay_minutes: null,
  ai_node: null,
};

const delayNode = (key: string): EditedNode => ({ ...blank, key, type: 'delay', delay_days: 3 });

/**
 * Adds a touch before the end, three days after the one before it. A mail after the first is a
 * reply in the same thread. `key` names the new nodes.
 */
export function addTouch(nodes: readonly EditedNode[], type: NodeType, key: string): EditedNode[] {
  const touches = nodes.filter(isTouch);
  const touch: EditedNode = {
    ...blank,
    key,
    type,
    body: '',
    ...(type === 'email' ? { subject: '', is_reply: touches.length > 0 } : {}),
  };
  const before = nodes.filter((node) => node.type !== 'end');
  const end = nodes.filter((node) => node.type === 'end');
  return [...before, ...(touches.length > 0 ? [delayNode(`${key} delay`)] : []), touch, ...end];
}

/** Takes a touch away, with the delay before it; the first touch takes the delay behind it. */
export function removeTouch(nodes: readonly EditedNode[], key: string): EditedNode[] {
  const at = nodes.findIndex((node) => node.key === key);
  const first = nodes.findIndex(isTouch) === at;
  const beside = nodes[first ? at + 1 : at - 1];
  return nodes.filter((node) => node.key !== key && !(node === beside && node.type === 'delay'));
}

/** Changes places with the next touch in a direction; the delays stay where they are. */
export function moveTouch(nodes: readonly EditedNode[], key: string, step: -1 | 1): EditedNode[] {
  const places = nodes.flatMap((node, at) => (isTouch(node) ? [at] : []));
  const at = places.findIndex((place) => nodes[place]!.key === key);
  const [here, there] = [places[at], places[at + step]];
  if (here === undefined || there === undefined) return [...nodes];
  const moved = [...nodes];
  [moved[here], moved[there]] = [moved[there]!, moved[here]!];
  return moved;
}

export function changeNode(
  nodes: readonly EditedNode[],
  key: string,
  part: Partial<EditedNode>,
): EditedNode[] {
  return nodes.map((node) => (node.key === key ? { ...node, ...part } : node));
}

/** Whether two states of the editor would be sent alike. */
export const isSame = (a: readonly EditedNode[], b: readonly EditedNode[]): boolean =>
  JSON.stringify(toInput(a)) === JSON.stringify(toInput(b));
