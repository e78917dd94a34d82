import type { LedgerRow } from '../../db/sending/ledger.ts';
import {
  answeredElsewhere,
  inOtherCampaign,
  type PastAnswer,
} from '../../domain/people/prospect.ts';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import {
  type MessageProspect,
  type MessageSender,
  type RenderedTouch,
  type RenderFailure,
  renderTouch,
} from '../../domain/sequence/message.ts';
import { draftOf, type SequenceNode } from '../../domain/sequence/sequence.ts';
import { fillTouch, freshTexts } from '../ai/freshness.ts';

/** A touch whose text is complete for one person. */
export type ReadyText = {
  node: SequenceNode;
  /** The ledger's row of this touch, when a text or an earlier attempt exists. */
  entry: LedgerRow | undefined;
  /** Messages that this sender has sent to the person, in order. */
  own: readonly LedgerRow[];
  rendered: Extract<RenderedTouch, { ok: true }>;
};

/**
 * The decision on a person when the turn of a touch has come. `skip`: the sequence ends, with the
 * reason. `pass`: the ledger has the touch already, so the person goes on to the next. `hold`: the
 * text is not complete; `missing` are the values to mend.
 */
export type Verdict =
  | { act: 'send'; text: ReadyText }
  | { act: 'skip'; cause: SkipCause; reason: string }
  | { act: 'pass' }
  | { act: 'hold'; reason: HoldFault; missing: string[] };
/** An entry suppresses the person, another campaign has them, or they answered to another one. */
export type SkipCause = 'suppressed' | 'overlap' | 'answered';
type HoldFault = RenderFailure['reason'] | 'draft_pending';

type TextFacts = {
  campaign: { nodes: readonly SequenceNode[]; signature: string | null };
  nodeId: string;
  person: MessageProspect;
  sender: MessageSender & { senderId: string };
  /** The person's ledger rows, in the order they went out. */
  history: readonly LedgerRow[];
  /** Subject of the conversation, of a touch whose earlier ones are still to go out. */
  assumedSubject?: string;
  /** The texts that a model writes count as written. */
  assumesDrafts?: boolean;
};

export type VerdictFacts = TextFacts & {
  /** The entry that suppresses the person, with its reason. */
  suppression: string | null;
  /** Another active campaign has the person, and this one skips such people. */
  overlaps: boolean;
  /** The person's answer to another campaign, where this one skips such people. */
  answer: PastAnswer | null;
  note: NoteRoom;
};

/** The notes that the sender may still send, and whether the touch must go with one. */
export type NoteRoom = { required: boolean; left: number; maxLength: number };

/**
 * The one decision about a person whose turn has come. The tick acts on it; explanations, lists and
 * forecasts tell it before.
 */
export function judge(facts: VerdictFacts): Verdict {
  const { suppression, overlaps, answer, history, nodeId, note } = facts;
  if (suppression !== null) return { act: 'skip', cause: 'suppressed', reason: suppression };
  if (answer !== null) return { act: 'skip', cause: 'answered', reason: answeredElsewhere[answer] };
  if (overlaps) return { act: 'skip', cause: 'overlap', reason: inOtherCampaign };
  const entry = history.find((row) => row.nodeId === nodeId);
  if (entry && entry.state !== 'draft') return { act: 'pass' };
  const text = readText(facts);
  if ('reason' in text) return { act: 'hold', reason: text.reason, missing: text.missing };
  return withinNotes(text, note);
}

/** Why the sequence of a skipped person ends, as it is kept with the person. */
export function reasonOf({ cause, reason }: Extract<Verdict, { act: 'skip' }>): string {
  return cause === 'suppressed' ? `suppressed: ${reason}` : reason;
}

/** Renders a touch. Fails closed: names the values that are missing. */
export function readText(facts: TextFacts): ReadyText | { reason: HoldFault; missing: string[] } {
  const { campaign, nodeId, person, sender, history } = facts;
  const sequenceNode = campaign.nodes.find((candidate) => candidate.id === nodeId)!;
  const drafted = draftOf(sequenceNode);
  const node = drafted?.node ?? sequenceNode;
  const entry = history.find((row) => row.nodeId === nodeId);
  const earlier = history.filter((row) => row.state === 'sent' || row.state === 'unknown');
  // Only this sender's own messages are a conversation to go on with: otherwise the person would
  // get an answer to a mail they never had from this sender.
  const own = earlier.filter((row) => row.senderId === sender.senderId);
  const template = renderTouch({
    node,
    prospect: person,
    sender,
    campaignSignature: campaign.signature,
    threadSubject: (own[0] ?? earlier[0])?.subject ?? facts.assumedSubject ?? null,
    newConversation: own.length === 0,
    draft: entry?.edited
      ? { subject: entry.subject, body_text: entry.bodyText, body_html: entry.bodyHtml }
      : null,
  });
  if (!template.ok) return { reason: template.reason, missing: template.missing };
  const texts = drafted && !entry?.edited ? freshTexts(sequenceNode, person, entry?.written) : {};
  if (!texts && !facts.assumesDrafts) return { reason: 'draft_pending', missing: [] };
  return { node, entry, own, rendered: fillTouch(template, texts ?? {}) };
}

export function isNoted({ node, rendered }: ReadyText): boolean {
  return rendered.text !== '' && notedTouches.includes(node.type);
}

/**
 * An invitation within the sender's limits on notes. Over the quota the note is left out where it
 * is not required. A note that is too long keeps the touch from going out.
 */
function withinNotes(text: ReadyText, { required, left, maxLength }: NoteRoom): Verdict {
  if (!isNoted(text)) return { act: 'send', text };
  if (left <= 0 && !required)
    return { act: 'send', text: { ...text, rendered: { ...text.rendered, text: '', html: null } } };
  if (text.rendered.text.length > maxLength)
    return { act: 'hold', reason: 'too_long', missing: ['body'] };
  return { act: 'send', text };
}
