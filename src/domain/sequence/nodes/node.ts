import type { ProspectStatus } from '../../people/prospect.ts';
import type { DraftedTouch } from '../skeleton.ts';

/**
 * One node of a sequence, in the shape in which it is stored and, with campaign_id, sent to
 * callers.
 */
export type SequenceNode = {
  id: string;
  position: number;
  type: string;
  subject: string | null;
  body: string | null;
  body_html: string | null;
  signature: string | null;
  from_name: string | null;
  reply_to: string | null;
  cc: string | null;
  bcc: string | null;
  include_message: boolean | null;
  is_reply: boolean | null;
  delay_days: number | null;
  delay_hours: number | null;
  delay_minutes: number | null;
  /** Besides days, hours and minutes. */
  delay_seconds?: number | null;
  /** The word in which Inbox's API shows the delay; with it a delay may be of any length. */
  delay_unit?: string | null;
  ai_node: AiContent | null;
};

/** The task of a model that writes a touch for each prospect. */
export type AiContent = {
  purpose: string | null;
  /** The type of the touch. */
  output_type: string | null;
  examples?: AiExample[] | null;
};
export type AiExample = { subject?: string | null; body: string };

export type NodeField = Exclude<keyof SequenceNode, 'id' | 'position' | 'type'>;
export type NodeContent = Pick<SequenceNode, NodeField>;
export type NodeProblem = { field: NodeField | 'type'; code: string; message: string };

/** Where a sequence is to run: its campaign's channel, and whether the server has a model. */
export type LaunchContext = {
  channel: string;
  ai: boolean;
  /** The custom fields that some person of the roster has; null or left out when nobody knows. */
  keys?: readonly string[] | null;
};

/** Whether a note must go with its touch or may be left out. */
export type Note = 'required' | 'optional';

/** The rules of a type of node. */
export type NodeDefinition = {
  type: string;
  channels: readonly string[];
  /** Channels in which a new campaign begins with a node of this type. */
  seeds: readonly string[];
  /** The type of the node's touch; null when it is no touch. */
  touchOf: (node: Pick<SequenceNode, 'type' | 'ai_node'>) => string | null;
  /** The touch with the parts that a model writes before it is due; null when there are none. */
  draft: (node: SequenceNode) => DraftedTouch | null;
  /** Status of a prospect after the touch, while the sequence continues; null keeps the status. */
  reached: ProspectStatus | null;
  /** `connection`: after the touch, the sequence continues only when the prospect is one. */
  awaits: 'connection' | null;
  /** The text is a note: it may be left out, because accounts have few of them. */
  noted: boolean;
  /** Whether a node of the type needs or allows a note; null when it has none. */
  noteOf: (node: SequenceNode) => Note | null;
  editable: readonly NodeField[];
  /** Content of a new node where the caller sends nothing; all other fields are null. */
  defaults: Partial<NodeContent>;
  /** Content of the node that a new campaign begins with, where it differs from `defaults`. */
  seed: Partial<NodeContent>;
  /** The node after a write of these fields, when a field follows from another. */
  settle: (node: SequenceNode, write: { before: SequenceNode; given: object }) => SequenceNode;
  /** How long the node makes a prospect wait, in ms. */
  waitMs: (node: SequenceNode) => number;
  /** Faults that are refused when the node is written. */
  problems: (node: SequenceNode) => NodeProblem[];
  /** Faults that a draft may have and a launch refuses. */
  launchProblems: (node: SequenceNode, at: LaunchContext) => NodeProblem[];
};

const usual = {
  seeds: [],
  touchOf: () => null,
  draft: () => null,
  reached: null,
  awaits: null,
  noted: false,
  noteOf: () => null,
  editable: [],
  defaults: {},
  seed: {},
  settle: (node: SequenceNode) => node,
  waitMs: () => 0,
  problems: () => [],
  launchProblems: () => [],
};

/** A full definition from the rules that are special to the type. */
export function defineNode(
  definition: Pick<NodeDefinition, 'type' | 'channels'> & Partial<NodeDefinition>,
): NodeDefinition {
  return { ...usual, ...definition };
}
