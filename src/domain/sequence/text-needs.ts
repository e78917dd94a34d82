import { customFieldsLimit, profileLimits } from '../people/prospect-input.ts';
import { htmlContexts } from '../texts/html-contexts.ts';
import { canBeBlank } from '../texts/render.ts';
import { parseTemplate, type Template, type Variable, variableNames } from '../texts/template.ts';
import { notedTouches } from './invitation.ts';
import { needsSubject } from './message.ts';
import { draftOf, type SequenceNode, touches } from './sequence.ts';

/** The longest text of a touch; and the most that escaping for HTML makes of one character. */
const maxTextLength = 1_000_000;
const maxEscape = 6;

/**
 * The values that texts depend on, by the names of their variables. Nobody whose values are all
 * there and short enough, can be held for a text.
 */
export type TextNeeds = {
  /** Variables that may be missed when they are blank. */
  filled: Set<string>;
  /** Variables that may begin an address of HTML. */
  addresses: Set<string>;
  /** All variables of the texts. */
  used: Set<string>;
  /** Sums that must stay within a limit: `fixed`, and the length of each variable by its uses. */
  lengths: { fixed: number; uses: Map<string, number>; limit: number }[];
  /** A text that nobody can get. */
  broken: boolean;
};

/**
 * The needs of the texts of a sequence. `signatures`: those of the campaign and of its senders.
 * `maxNote`: the length of the shortest note that a sender may send.
 */
export function textNeeds(
  nodes: readonly SequenceNode[],
  { signatures, maxNote }: { signatures: readonly string[]; maxNote: number },
): TextNeeds {
  const needs: TextNeeds = {
    filled: new Set(),
    addresses: new Set(),
    used: new Set(),
    lengths: [],
    broken: false,
  };
  const touchIds = touches(nodes).map(({ nodeId }) => nodeId);
  const [first] = touchIds;
  for (const given of nodes.filter(({ id }) => touchIds.includes(id))) {
    const node = draftOf(given)?.node ?? given;
    const limit = notedTouches.includes(node.type) ? maxNote : maxTextLength;
    const signed = node.signature === null ? signatures : [node.signature];
    if (mayLackSubject(node, { isFirst: given.id === first })) needs.broken = true;
    addHeader(needs, node.subject ?? '', { mayBeBlank: false });
    addHeader(needs, node.from_name ?? '', { mayBeBlank: true });
    addAddresses(needs, node.body_html ?? '');
    for (const signature of ['', ...signed]) {
      addText(needs, [node.body ?? '', signature], { limit, factor: 1 });
      addText(needs, [node.body_html ?? '', signature], {
        limit: maxTextLength,
        factor: maxEscape,
      });
    }
  }
  return needs;
}

/** Whether some person may get the touch without a subject that it needs, whatever their values. */
function mayLackSubject(node: SequenceNode, { isFirst }: { isFirst: boolean }): boolean {
  const subject = node.subject ?? '';
  if (!needsSubject(node) || !canBeBlank(parseTemplate(subject))) return false;
  // A reply takes the subject of its conversation.
  return isFirst || !node.is_reply || subject.trim() !== '';
}

/** `mayBeBlank`: the line may be empty, so that a variable with a fallback is never missed. */
function addHeader(
  needs: TextNeeds,
  source: string,
  { mayBeBlank }: { mayBeBlank: boolean },
): void {
  const template = parseTemplate(source);
  noteProblems(needs, template);
  const isNeeded = !mayBeBlank && isBlankWithoutValues(template);
  for (const { name, fallback } of variablesOf(template)) {
    needs.used.add(name);
    if (fallback === null || isNeeded) needs.filled.add(name);
  }
}

/** Whether nothing but blanks may be left of a line for somebody without any values. */
function isBlankWithoutValues({ parts }: Template): boolean {
  const isBlank = (part: string | Variable) =>
    (typeof part === 'string' ? part : (part.fallback ?? '')).trim() === '';
  return parts.every((part) =>
    typeof part === 'object' && 'options' in part
      ? part.options.some((option) => option.every(isBlank))
      : isBlank(part),
  );
}

function addAddresses(needs: TextNeeds, html: string): void {
  const { addresses, outside } = htmlContexts(parseTemplate(html));
  needs.addresses = needs.addresses.union(addresses);
  if (outside.size > 0) needs.broken = true;
}

function addText(
  needs: TextNeeds,
  sources: readonly string[],
  { limit, factor }: { limit: number; factor: number },
): void {
  let fixed = 0;
  const uses = new Map<string, number>();
  for (const source of sources) {
    const template = parseTemplate(source);
    noteProblems(needs, template);
    fixed += source.length + 2;
    // In a link a value is encoded: three signs for each byte.
    const times = /[/?#]/.test(source) ? Math.max(3, factor) : factor;
    for (const { name, fallback } of variablesOf(template)) {
      needs.used.add(name);
      if (fallback === null) needs.filled.add(name);
      uses.set(name, (uses.get(name) ?? 0) + times);
    }
  }
  const longest = [...uses].reduce((sum, [name, n]) => sum + n * longestValue(name), fixed);
  if (longest > limit) needs.lengths.push({ fixed, uses, limit });
}

function noteProblems(needs: TextNeeds, template: Template): void {
  const { problems } = template;
  const isUnknown = ({ name, fallback }: Variable) => fallback === null && !isKnown(name);
  if (problems.some(({ code }) => code !== 'unknown_variable' && code !== 'link'))
    needs.broken = true;
  if (variablesOf(template).some(isUnknown)) needs.broken = true;
}

function variablesOf({ parts }: Template): Variable[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    const options = 'options' in part ? part.options.flat() : [part];
    return options.filter((option) => typeof option !== 'string');
  });
}

const limits: Readonly<Record<string, number>> = profileLimits;
const longestValue = (name: string): number => limits[name] ?? customFieldsLimit;

const isKnown = (name: string): boolean =>
  name.startsWith('custom_fields.') || (variableNames as readonly string[]).includes(name);
