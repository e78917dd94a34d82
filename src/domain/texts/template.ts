import { meantName, ownSpelling, snake } from './meant.ts';
import { UrlReader } from './url-place.ts';
import { variableAliases, variableNames } from './variables.ts';

export { type VariableName, variableNames } from './variables.ts';

const known: ReadonlySet<string> = new Set(variableNames);

export type Variable = {
  readonly name: string;
  /** Template text for a blank value; null when there is none. */
  readonly fallback: string | null;
  /** `title`: a value in capitals only, or without any, gets them at the beginning of words. */
  readonly filter?: 'title';
};
/** A percent sign that opens nothing; `url`: the link in which it stands, empty outside of one. */
export type LoosePercent = { readonly at: number; readonly doubled: boolean; readonly url: string };
/** Wordings of which each prospect gets one. */
type Variation = { readonly options: readonly (readonly (string | Variable)[])[] };
type TemplateProblem = {
  code: 'unknown_variable' | 'braces' | 'variation' | 'link';
  message: string;
  /** The variable as the source spells it. */
  name: string;
  /** Index in the source. */
  at: number;
};
export type Template = {
  readonly parts: readonly (string | Variable | Variation)[];
  /** Distinct names in the order of the source, including those in variations. */
  readonly variables: readonly string[];
  readonly problems: readonly TemplateProblem[];
  /** The first percent signs that are plain text. */
  readonly loose: readonly LoosePercent[];
};

const maxProblems = 50;
const maxLoose = 200;
const names = [
  String.raw`custom_fields\.[^%|\r\n]+?`,
  String.raw`\p{L}[\p{L}\p{M}\p{N}_.-]{0,99}(?: [\p{L}\p{M}\p{N}_-]{1,99}){0,3}`,
].join('|');
const mark = new RegExp(String.raw`%(${names})(:title)?(?:\|([^%\r\n]*))?%`, 'iuy');
const keywords = /%(pick|or|end)%/iy;
const braces = /\{\{([^{}]{1,2000})\}\}/g;
const percentEncoded = /^[0-9a-f]{2}$/i;
const octet = /%[0-9a-f]{2}/iy;
/** Text that follows a variable's last sign, and makes it an octet as it is usually written. */
const octetAfter = /%(?:[2-7][0-9a-f]|[89A-F][0-9A-F])/y;

const cache = new Map<string, Template>();
const cacheSize = 500;

/**
 * Parses a template: `%name%`, `%name|fallback%` (the fallback may be empty; it has no percent sign
 * or line break), `%name:title%`, `%%` for a percent sign, `%pick%one%or%another%end%` for a
 * variation. In a link `%` with two hexadecimal digits is an octet (RFC 3986 2.1). Any other
 * percent sign is plain text: `100% sure`.
 */
export function parseTemplate(source: string): Template {
  const cached = cache.get(source);
  if (cached) return cached;
  if (cache.size >= cacheSize) cache.clear();
  const template = readTemplate(source);
  cache.set(source, template);
  return template;
}

function readTemplate(source: string): Template {
  const problems: TemplateProblem[] = [];
  const loose: LoosePercent[] = [];
  const state = { parser: new PartsParser(problems), problems, loose, reader: new UrlReader() };
  const { parser, reader } = state;
  let from = 0;
  for (let at = source.indexOf('%'); at >= 0; at = source.indexOf('%', from)) {
    parser.write(source.slice(from, at));
    reader.read(source.slice(from, at));
    from = readSign(source, at, state);
  }
  parser.write(source.slice(from));
  const parts = parser.close();
  for (const { index, 0: whole, 1: inner } of source.matchAll(braces)) {
    if (problems.length >= 2 * maxProblems) break;
    const message = `{{…}} is not filled in here: write ${ownSpelling(inner!)}.`;
    problems.push({ code: 'braces', message, name: whole, at: index });
  }
  const all = parts.flatMap((part) =>
    typeof part === 'object' && 'options' in part ? part.options.flat() : [part],
  );
  const variables = [
    ...new Set(all.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))),
  ];
  return { parts, variables, problems: problems.sort((a, b) => a.at - b.at), loose };
}

type ReadState = {
  parser: PartsParser;
  problems: TemplateProblem[];
  loose: LoosePercent[];
  reader: UrlReader;
};

/** Reads the percent sign at `at` with all that it opens, and returns the index after it. */
function readSign(source: string, at: number, state: ReadState): number {
  const { parser, problems, loose, reader } = state;
  const keyword = keywordAt(source, at);
  if (keyword) {
    parser.apply(keyword, at);
    return at + keyword.length + 2;
  }
  const isOctet = matchesAt(octet, source, at) && reader.place !== null;
  const found = isOctet ? null : variableAt(source, at, problems);
  if (found) {
    parser.add(found.variable);
    if (matchesAt(octetAfter, source, found.end - 1) && reader.place !== null)
      reportLink(source.slice(at, found.end + 2), { at, url: reader.url }, problems);
    reader.read('x');
    return found.end;
  }
  const doubled = source[at + 1] === '%';
  parser.write('%');
  reader.read('%');
  if (!isOctet && loose.length < maxLoose) loose.push({ at, doubled, url: reader.url });
  return at + (doubled ? 2 : 1);
}

function matchesAt(pattern: RegExp, source: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(source);
}

function reportLink(
  written: string,
  { at, url }: { at: number; url: string },
  problems: TemplateProblem[],
): void {
  if (problems.length >= maxProblems || problems.some(({ name }) => name === written)) return;
  const [variable, code] = [written.slice(0, -2), written.slice(-2)];
  const message =
    `In the link ${url.slice(0, 200)}${written} the end can be read in two ways: ` +
    `write ${variable}%${code} for an encoded character, or put a sign before ${code}.`;
  problems.push({ code: 'link', message, name: written, at });
}

type Keyword = 'pick' | 'or' | 'end';

/**
 * A keyword of a variation. No variable ever had one of these names, so that templates that are
 * older than variations keep their meaning.
 */
function keywordAt(source: string, at: number): Keyword | null {
  keywords.lastIndex = at;
  return (keywords.exec(source)?.[1]?.toLowerCase() as Keyword | undefined) ?? null;
}

/** Collects the parts of a template while it is parsed. */
class PartsParser {
  readonly #problems: TemplateProblem[];
  readonly #parts: (string | Variable | Variation)[] = [];
  #open: { at: number; options: (string | Variable)[][] } | null = null;
  #literal = '';

  constructor(problems: TemplateProblem[]) {
    this.#problems = problems;
  }

  write(text: string): void {
    this.#literal += text;
  }

  add(variable: Variable): void {
    this.#flush();
    this.#push(variable);
  }

  apply(keyword: Keyword, at: number): void {
    if (keyword === 'pick' && this.#open) {
      const message = 'One %pick% cannot stand within another: close the first with %end%.';
      this.#report(keyword, at, message);
    } else if (keyword !== 'pick' && !this.#open) {
      this.#report(keyword, at, `%${keyword}% belongs after a %pick%; a percent sign is %%.`);
    } else {
      this.#flush();
      if (keyword === 'pick') this.#open = { at, options: [[]] };
      else if (keyword === 'or') this.#open!.options.push([]);
      else this.#closeVariation();
    }
  }

  close(): (string | Variable | Variation)[] {
    this.#flush();
    if (this.#open) {
      const message = 'This %pick% has no %end%: write %pick%one%or%another%end%.';
      this.#report('pick', this.#open.at, message);
      this.#closeVariation();
    }
    return this.#parts;
  }

  #flush(): void {
    if (this.#literal) this.#push(this.#literal);
    this.#literal = '';
  }

  #push(part: string | Variable): void {
    (this.#open?.options.at(-1) ?? this.#parts).push(part);
  }

  #closeVariation(): void {
    this.#parts.push({ options: this.#open!.options });
    this.#open = null;
  }

  #report(name: string, at: number, message: string): void {
    if (!this.#problems.some((problem) => problem.name === name))
      this.#problems.push({ code: 'variation', message, name, at });
  }
}

/** The variable that begins at a percent sign; null when the sign is plain text. */
function variableAt(
  source: string,
  at: number,
  problems: TemplateProblem[],
): { variable: Variable; end: number } | null {
  mark.lastIndex = at;
  const match = mark.exec(source);
  if (!match) return null;
  const [whole, given = '', title, fallback = null] = match;
  const end = at + whole.length;
  const variable = (name: string): Variable =>
    title ? { name, fallback, filter: 'title' } : { name, fallback };
  if (/^custom_fields\./i.test(given))
    return { variable: variable(`custom_fields.${given.slice(14)}`), end };
  const lower = given.toLowerCase();
  const name = variableAliases[lower] ?? lower;
  if (known.has(name)) return { variable: variable(name), end };
  const spaced = given.includes(' ') && !known.has(snake(given));
  if (spaced || percentEncoded.test(given)) return null;
  // Each name is reported once, so that a long text of mistakes costs no more than a short one.
  if (problems.length < maxProblems && !problems.some((problem) => problem.name === given)) {
    problems.push({ code: 'unknown_variable', message: unknownMessage(given), name: given, at });
  }
  return { variable: variable(name), end };
}

function unknownMessage(given: string): string {
  const suggestion = meantName(given);
  const question = suggestion ? ` Did you mean %${suggestion}%?` : '';
  const custom = `A field of your own is %custom_fields.${snake(given)}%, a percent sign is %%.`;
  return `There is no variable %${given}%.${question} ${custom}`;
}
