import type { ProspectStatus } from '../prospect.ts';

/** One node of a sequence, as stored and as Puffle's wire shows it (plus campaign_id). */
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
  ai_node: { purpose: string | null; output_type: string | null } | null;
};

export type NodeField = Exclude<keyof SequenceNode, 'id' | 'position' | 'type'>;
export type NodeContent = Pick<SequenceNode, NodeField>;
export type NodeProblem = { field: NodeField | 'type'; code: string; message: string };

/** What there is to know about a type of node. */
export type NodeDefinition = {
  type: string;
  channels: readonly string[];
  /** Channels whose new campaigns begin with one. */
  seeds: readonly string[];
  /** Whether it reaches the person. */
  touch: boolean;
  /** Status of a person it has reached, while the sequence goes on; null keeps the status. */
  reached: ProspectStatus | null;
  editable: readonly NodeField[];
  /** What a new one has where the caller gave nothing; all other fields are null. */
  defaults: Partial<NodeContent>;
  /** How long it makes a person wait, in ms. */
  waitMs: (node: SequenceNode) => number;
  /** What makes it wrong wherever it is written. */
  problems: (node: SequenceNode) => NodeProblem[];
  /** What a draft may have and a launch refuses. */
  launchProblems: (node: SequenceNode) => NodeProblem[];
};

const plain = {
  seeds: [],
  touch: false,
  reached: null,
  editable: [],
  defaults: {},
  waitMs: () => 0,
  problems: () => [],
  launchProblems: () => [],
};

/** A definition from what is special about the type. */
export function defineNode(special: Pick<NodeDefinition, 'type' | 'channels'> & Partial<NodeDefinition>): NodeDefinition {
  return { ...plain, ...special };
}
