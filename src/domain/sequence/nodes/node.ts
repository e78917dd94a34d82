import type { ProspectStatus } from '../../people/prospect.ts';
import type { DraftedTouch } from '../skeleton.ts';

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
  ai_node: AiContent | null;
};

/** What a model is to write for each person, as what touch, and samples of how it should sound. */
export type AiContent = {
  purpose: string | null;
  output_type: string | null;
  examples?: AiExample[] | null;
};
export type AiExample = { subject?: string | null; body: string };

export type NodeField = Exclude<keyof SequenceNode, 'id' | 'position' | 'type'>;
export type NodeContent = Pick<SequenceNode, NodeField>;
export type NodeProblem = { field: NodeField | 'type'; code: string; message: string };

/** Where a sequence is to run: its campaign's channel, and whether there is a model that writes. */
export type Launching = { channel: string; ai: boolean };

/** A note that must go with its touch, or that may be left out. */
export type Note = 'required' | 'optional';

/** What there is to know about a type of node. */
export type NodeDefinition = {
  type: string;
  channels: readonly string[];
  /** Channels whose new campaigns begin with one. */
  seeds: readonly string[];
  /** The type of touch by which it reaches the person; null when it reaches nobody. */
  touchOf: (node: SequenceNode) => string | null;
  /** What a model writes of its text for each person, before the touch is due; null when it is no such node. */
  draft: (node: SequenceNode) => DraftedTouch | null;
  /** Status of a person it has reached, while the sequence goes on; null keeps the status. */
  reached: ProspectStatus | null;
  /** What the person must become after this touch before the sequence goes on; null when nothing is waited for. */
  awaits: 'connection' | null;
  /** Its text is a note that goes with it: it may be left out, and accounts have few of them. */
  noted: boolean;
  /** Whether a node of the type sends a note: always, or where it can; null when it has none. */
  noteOf: (node: SequenceNode) => Note | null;
  editable: readonly NodeField[];
  /** What a new one has where the caller gave nothing; all other fields are null. */
  defaults: Partial<NodeContent>;
  /** How long it makes a person wait, in ms. */
  waitMs: (node: SequenceNode) => number;
  /** What makes it wrong wherever it is written. */
  problems: (node: SequenceNode) => NodeProblem[];
  /** What a draft may have and a launch refuses. */
  launchProblems: (node: SequenceNode, at: Launching) => NodeProblem[];
};

const plain = {
  seeds: [],
  touchOf: () => null,
  draft: () => null,
  reached: null,
  awaits: null,
  noted: false,
  noteOf: () => null,
  editable: [],
  defaults: {},
  waitMs: () => 0,
  problems: () => [],
  launchProblems: () => [],
};

/** A definition from what is special about the type. */
export function defineNode(
  special: Pick<NodeDefinition, 'type' | 'channels'> & Partial<NodeDefinition>,
): NodeDefinition {
  return { ...plain, ...special };
}
