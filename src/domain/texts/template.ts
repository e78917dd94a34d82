import { editDistance } from '../../nearest.ts';

/** The names that can stand between percent signs, besides %custom_fields.<key>%. */
export const variableNames = [
  'first_name',
  'last_name',
  'name',
  'company',
  'position',
  'headline',
  'email',
  'linkedin_url',
  'x_handle',
  'sender_first',
  'sender_last',
  'sender_name',
  'sender_email',
] as const;
export type VariableName = (typeof variableNames)[number];

const aliases: Readonly<Record<string, VariableName>> = {
  sender_first_name: 'sender_first',
  sender_last_name: 'sender_last',
};
const known: ReadonlySet<string> = new Set(variableNames);

export type Variable = {
  readonly name: string;
  /** Template text for a blank value; null when there is none. */
  readonly fallback: string | null;
};
/** Wordings of which each prospect gets one. */
type Variation = { readonly options: readonly (readonly (string | Variable)[])[] };
type TemplateProblem = {
  code: 'unknown_variable' | 'braces' | 'variation';
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
};

const maxProblems = 50;
const mark =
  /%(custom_fields\.[^%|\r\n]+|[a-z][a-z0-9_.-]*(?: [a-z0-9_-]+){0,3})(?:\|([^%\r\n]*))?%/iy;
const keywords = /%(pick|or|end)%/iy;
const braces = /\{\{([^{}]{1,100})\}\}/g;
const percentEncoded = /^[0-9a-f]{2}$/i;

const cache = new Map<string, Template>();
const cacheSize = 500;

/**
 * Parses a template: `%name%`, `%name|fallback%` (the fallback may be empty; it has no percent sign
 * or line break), `%%` for a percent sign, `%pick%one%or%another%end%` for a variation. Any other
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
  const parser = new PartsParser(problems);
  let from = 0;
  for (let at = source.indexOf('%'); at >= 0; at = source.indexOf('%', from)) {
    parser.write(source.slice(from, at));
    from = readSign(source, at, { parser, problems });
  }
  parser.write(source.slice(from));
  const parts = parser.close();
  for (const { index, 0: whole, 1: inner } of source.matchAll(braces)) {
    if (problems.length >= 2 * maxProblems) break;
    const meant = nearest(inner!) ?? `custom_fields.${snake(inner!)}`;
    const message = `{{…}} is not filled in here: write %${meant}%.`;
    problems.push({ code: 'braces', message, name: whole, at: index });
  }
  const all = parts.flatMap((part) =>
    typeof part === 'object' && 'options' in part ? part.options.flat() : [part],
  );
  const variables = [
    ...new Set(all.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))),
  ];
  return { parts, variables, problems: problems.sort((a, b) => a.at - b.at) };
}

/** Reads the percent sign at `at` with all that it opens, and returns the index after it. */
function readSign(
  source: string,
  at: number,
  { parser, problems }: { parser: PartsParser; problems: TemplateProblem[] },
): number {
  const keyword = keywordAt(source, at);
  if (keyword) {
    parser.apply(keyword, at);
    return at + keyword.length + 2;
  }
  const found = variableAt(source, at, problems);
  if (found) {
    parser.add(found.variable);
    return found.end;
  }
  parser.write('%');
  return at + (source[at + 1] === '%' ? 2 : 1);
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
  const [whole, given = '', fallback = null] = match;
  const end = at + whole.length;
  if (/^custom_fields\./i.test(given))
    return { variable: { name: `custom_fields.${given.slice(14)}`, fallback }, end };
  const lower = given.toLowerCase();
  const name = aliases[lower] ?? lower;
  if (known.has(name)) return { variable: { name, fallback }, end };
  const spaced = given.includes(' ') && !known.has(snake(given));
  if (spaced || percentEncoded.test(given)) return null;
  // Each name is reported once, so that a long text of mistakes costs no more than a short one.
  if (problems.length < maxProblems && !problems.some((problem) => problem.name === given)) {
    problems.push({ code: 'unknown_variable', message: unknownMessage(given), name: given, at });
  }
  return { variable: { name, fallback }, end };
}

function unknownMessage(given: string): string {
  const suggestion = nearest(given);
  const question = suggestion ? ` Did you mean %${suggestion}%?` : '';
  const custom = `A field of your own is %custom_fields.${snake(given)}%, a percent sign is %%.`;
  return `There is no variable %${given}%.${question} ${custom}`;
}

function snake(name: string): string {
  return name
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

/** The closest known name; null when more than a third of its letters, or than one, must change. */
function nearest(given: string): string | null {
  const wanted = snake(given).slice(0, 40);
  const [best] = [...variableNames, ...Object.keys(aliases)]
    .map((name) => ({ name, steps: editDistance(wanted, name) }))
    .sort((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : null;
}
