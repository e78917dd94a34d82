import { parseTemplate, type Template, variableNames } from './template.ts';

/** A piece of a text in the shape of Inbox's API. */
export type TextSegment =
  | { type: 'static'; text: string }
  | { type: 'variable'; name: string; fallback: string | null };
/** A variation's option is a string when it is only text. */
export type Segment = TextSegment | { type: 'variation'; options: (string | TextSegment[])[] };

/** A fault in a segment, with its place in the request. */
export type SegmentProblem = { path: (string | number)[]; message: string };

type Part = Template['parts'][number];
type Plain = Extract<Part, string | { name: string }>;

const customId = /^custom_[0-9a-z]{1,64}$/;
const customPrefix = 'custom_fields.';

/** Built-in variables by their Inbox names: first-name, company, … */
const builtIns: ReadonlyMap<string, string> = new Map(
  variableNames.map((name) => [name === 'x_handle' ? 'username' : name.replaceAll('_', '-'), name]),
);
const inboxNames: ReadonlyMap<string, string> = new Map(
  [...builtIns].map(([inbox, own]) => [own, inbox]),
);

/** The pieces of a template. */
export function segmentsOf(source: string): Segment[] {
  return parseTemplate(source).parts.map((part): Segment => {
    if (typeof part === 'string' || !('options' in part)) return segmentOf(part);
    return { type: 'variation', options: part.options.map(optionOf) };
  });
}

function optionOf(parts: readonly Plain[]): string | TextSegment[] {
  const texts = parts.filter((part) => typeof part === 'string');
  return texts.length === parts.length ? texts.join('') : parts.map(segmentOf);
}

function segmentOf(part: Plain): TextSegment {
  if (typeof part === 'string') return { type: 'static', text: part };
  const { name, fallback, filter } = part;
  const key = name.startsWith(customPrefix) ? name.slice(customPrefix.length) : null;
  const shown = key !== null && customId.test(key) ? key : (inboxNames.get(name) ?? name);
  return { type: 'variable', name: filter ? `${shown}:${filter}` : shown, fallback };
}

/** The wordings of each variation of a template, as templates. */
export function variationsOf(source: string): string[][] {
  return segmentsOf(source).flatMap((segment) =>
    segment.type === 'variation' ? [segment.options.map(optionSource)] : [],
  );
}

function optionSource(option: string | TextSegment[]): string {
  return templateOf(typeof option === 'string' ? [{ type: 'static', text: option }] : option)
    .source;
}

/**
 * The template of segments, with the faults in them. `segmentsOf` turns it back into the segments.
 */
export function templateOf(segments: readonly Segment[]): {
  source: string;
  problems: SegmentProblem[];
} {
  const problems: SegmentProblem[] = [];
  const write = (quote: (text: string) => string) =>
    segments.map((segment) => writeSegment(segment, quote)).join('');
  for (const [index, segment] of segments.entries())
    problems.push(...problemsOf(segment, ['segments', index]));
  const full = write((text) => text.replaceAll('%', '%%'));
  // A percent sign that opens nothing is not doubled, so that a template that is read and put back
  // does not change.
  const lean = write((text) => text);
  return { source: areEqual(lean, full) ? lean : full, problems };
}

function areEqual(one: string, other: string): boolean {
  const [a, b] = [parseTemplate(one), parseTemplate(other)];
  return (
    JSON.stringify(a.parts) === JSON.stringify(b.parts) && a.problems.length === b.problems.length
  );
}

function writeSegment(segment: Segment, quote: (text: string) => string): string {
  if (segment.type === 'static') return quote(segment.text);
  if (segment.type === 'variable') {
    const name = ownName(segment.name) ?? segment.name;
    return segment.fallback === null ? `%${name}%` : `%${name}|${segment.fallback}%`;
  }
  const options = segment.options.map((option) =>
    typeof option === 'string'
      ? quote(option)
      : option.map((piece) => writeSegment(piece, quote)).join(''),
  );
  return `%pick%${options.join('%or%')}%end%`;
}

/** The name in templates of a segment's variable, with its filter; null when it is unknown. */
function ownName(given: string): string | null {
  const [, name = '', filter = ''] = /^(.*?)(:title)?$/s.exec(given)!;
  const own = plainName(name);
  return own === null ? null : own + filter;
}

function plainName(name: string): string | null {
  if (customId.test(name)) return `${customPrefix}${name}`;
  if (/^custom_fields\.[^%|\r\n]+$/.test(name)) return name;
  return builtIns.get(name) ?? (inboxNames.has(name) ? name : null);
}

function problemsOf(segment: Segment, path: (string | number)[]): SegmentProblem[] {
  if (segment.type === 'static') return [];
  if (segment.type === 'variation') {
    return segment.options.flatMap((option, at) =>
      typeof option === 'string'
        ? []
        : option.flatMap((piece, index) => problemsOf(piece, [...path, 'options', at, index])),
    );
  }
  const problems: SegmentProblem[] = [];
  if (ownName(segment.name) === null) {
    const known = [...builtIns.keys()].join(', ');
    const hint = `use ${known}, or the id of a custom column.`;
    const message = `There is no variable "${segment.name}": ${hint}`;
    problems.push({ path: [...path, 'name'], message });
  }
  if (/[%\r\n]/.test(segment.fallback ?? ''))
    problems.push({
      path: [...path, 'fallback'],
      message: 'A fallback is one line without percent signs.',
    });
  return problems;
}
