import { editDistance } from '../../nearest.ts';
import { seeded } from '../sending/pacing.ts';

/** What can stand between percent signs, besides %custom_fields.<key>%. */
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
type VariableName = (typeof variableNames)[number];

const aliases: Readonly<Record<string, VariableName>> = {
  sender_first_name: 'sender_first',
  sender_last_name: 'sender_last',
};
const known: ReadonlySet<string> = new Set(variableNames);

type Variable = {
  readonly name: string;
  /** Template text for a blank value; null when there is none. */
  readonly fallback: string | null;
};
/** Wordings of which each person gets one. */
type Variation = { readonly options: readonly (readonly (string | Variable)[])[] };
type TemplateProblem = {
  code: 'unknown_variable' | 'braces' | 'variation';
  message: string;
  /** The variable as it is written. */
  name: string;
  /** Index in the source. */
  at: number;
};
export type Template = {
  readonly parts: readonly (string | Variable | Variation)[];
  /** Distinct names, in order; those in variations too. */
  readonly variables: readonly string[];
  readonly problems: readonly TemplateProblem[];
};

/** What variables stand for. Custom values may be strings, numbers and booleans; others count as missing. */
export type TemplateValues = Readonly<Partial<Record<VariableName, string | null | undefined>>> & {
  readonly custom_fields?: Readonly<Record<string, unknown>> | null | undefined;
};

/** `missing` names the variables that stopped it: without value and fallback, or making the text too long. */
export type Rendered =
  | { ok: true; text: string }
  | { ok: false; missing: string[]; reason: 'missing_variable' | 'too_long' };

const maxTextLength = 1_000_000;
const maxProblems = 50;
const mark =
  /%(custom_fields\.[^%|\r\n]+|[a-z][a-z0-9_.-]*(?: [a-z0-9_-]+){0,3})(?:\|([^%\r\n]*))?%/iy;
const words = /%(pick|or|end)%/iy;
const braces = /\{\{([^{}]{1,100})\}\}/g;
const percentEncoded = /^[0-9a-f]{2}$/i;

const cache = new Map<string, Template>();
const cacheSize = 500;

/**
 * Reads a template: `%name%`, `%name|fallback%` (the fallback may be empty; it has no percent sign or line break), `%%` for a
 * percent sign, `%pick%one%or%another%end%` for a variation. A percent sign that opens nothing of that form stays as it is: `100% sure`.
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
  const page = new Page(problems);
  let from = 0;
  for (let at = source.indexOf('%'); at >= 0; at = source.indexOf('%', from)) {
    page.write(source.slice(from, at));
    const word = wordAt(source, at);
    const found = word ? null : variableAt(source, at, problems);
    if (word) page.turn(word, at);
    else if (found) page.fill(found.variable);
    else page.write('%');
    from = word ? at + word.length + 2 : (found?.end ?? at + (source[at + 1] === '%' ? 2 : 1));
  }
  page.write(source.slice(from));
  const parts = page.close();
  for (const { index, 0: whole, 1: inner } of source.matchAll(braces)) {
    if (problems.length >= 2 * maxProblems) break;
    const message = `{{…}} is not filled in here: write %${nearest(inner!) ?? `custom_fields.${snake(inner!)}`}%.`;
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

type Word = 'pick' | 'or' | 'end';

/** A word of a variation. None of them is a variable, so that no text that could be launched before there were variations means another thing now. */
function wordAt(source: string, at: number): Word | null {
  words.lastIndex = at;
  return (words.exec(source)?.[1]?.toLowerCase() as Word | undefined) ?? null;
}

/** The parts of a template while it is read. */
class Page {
  readonly #problems: TemplateProblem[];
  readonly #services: (string | Variable | Variation)[] = [];
  #open: { at: number; options: (string | Variable)[][] } | null = null;
  #literal = '';

  constructor(problems: TemplateProblem[]) {
    this.#problems = problems;
  }

  write(text: string): void {
    this.#literal += text;
  }

  fill(part: string | Variable): void {
    if (typeof part !== 'string') this.#settle();
    (this.#open?.options.at(-1) ?? this.#services).push(part);
  }

  turn(word: Word, at: number): void {
    if (word === 'pick' && this.#open)
      this.#complain(
        word,
        at,
        'One %pick% cannot stand within another: close the first with %end%.',
      );
    else if (word !== 'pick' && !this.#open)
      this.#complain(word, at, `%${word}% belongs after a %pick%; a percent sign is %%.`);
    else {
      this.#settle();
      if (word === 'pick') this.#open = { at, options: [[]] };
      else if (word === 'or') this.#open!.options.push([]);
      else this.#shut();
    }
  }

  close(): (string | Variable | Variation)[] {
    this.#settle();
    if (this.#open) {
      this.#complain(
        'pick',
        this.#open.at,
        'This %pick% has no %end%: write %pick%one%or%another%end%.',
      );
      this.#shut();
    }
    return this.#services;
  }

  #settle(): void {
    const text = this.#literal;
    this.#literal = '';
    if (text) this.fill(text);
  }

  #shut(): void {
    this.#services.push({ options: this.#open!.options });
    this.#open = null;
  }

  #complain(name: string, at: number, message: string): void {
    if (!this.#problems.some((problem) => problem.name === name))
      this.#problems.push({ code: 'variation', message, name, at });
  }
}

/** The variable that opens at a percent sign, or null when the sign stands for itself. */
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
  // Each name is said once: a long text of mistakes costs no more than a short one.
  if (problems.length < maxProblems && !problems.some((problem) => problem.name === given)) {
    problems.push({ code: 'unknown_variable', message: unknownMessage(given), name: given, at });
  }
  return { variable: { name, fallback }, end };
}

function unknownMessage(given: string): string {
  const suggestion = nearest(given);
  const meant = suggestion ? ` Did you mean %${suggestion}%?` : '';
  return `There is no variable %${given}%.${meant} A field of your own is %custom_fields.${snake(given)}%, a percent sign is %%.`;
}

function snake(name: string): string {
  const words = name.trim().replace(/([a-z])([A-Z])/g, '$1_$2');
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

/** The known name that differs least, if it is near enough to be meant. */
function nearest(given: string): string | null {
  const wanted = snake(given).slice(0, 40);
  const [best] = [...variableNames, ...Object.keys(aliases)]
    .map((name) => ({ name, steps: editDistance(wanted, name) }))
    .sort((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : null;
}

/**
 * Fills a template in. Values are taken literally: a percent sign in one opens nothing. With `escape: 'html'` values (not
 * fallbacks, which belong to the template) are escaped. `{{x}}` counts as missing; the text is at most a million characters.
 * The same `seed` picks the same wordings.
 */
export function render(
  template: Template,
  values: TemplateValues,
  options: { escape?: 'html'; seed?: string } = {},
): Rendered {
  const missing = new Set(
    template.problems
      .filter((problem) => problem.code !== 'unknown_variable')
      .map((problem) => problem.name),
  );
  let text = '';
  for (const part of pickParts(template, options.seed ?? '')) {
    if (typeof part === 'string') text += part;
    else {
      const value = variableValue(part.name, values);
      if (value !== null) text += options.escape === 'html' ? escapeHtml(value) : value;
      else if (part.fallback !== null) text += part.fallback;
      else missing.add(part.name);
    }
    if (text.length > maxTextLength)
      return { ok: false, missing: [...template.variables], reason: 'too_long' };
  }
  return missing.size > 0
    ? { ok: false, missing: [...missing], reason: 'missing_variable' }
    : { ok: true, text };
}

/** Which of so many wordings of a text's n-th variation somebody gets: its place and the seed decide. */
export function choose(seed: string, variation: number, count: number): number {
  return Math.floor(seeded(seed, variation) * count);
}

/** The parts with each variation's wording of choice. */
function pickParts({ parts }: Template, seed: string): readonly (string | Variable)[] {
  let variations = 0;
  return parts.flatMap((part) => {
    if (typeof part === 'string' || !('options' in part)) return [part];
    return part.options[choose(seed, variations++, part.options.length)]!;
  });
}

/** Whether some choice of wordings leaves nothing but blanks. */
export function canBeBlank({ parts }: Template): boolean {
  const isBlank = (part: string | Variable) => typeof part === 'string' && part.trim() === '';
  return parts.every((part) =>
    typeof part === 'object' && 'options' in part
      ? part.options.some((option) => option.every(isBlank))
      : isBlank(part),
  );
}

/** What a variable stands for; null when it is missing or blank. */
function variableValue(name: string, values: TemplateValues): string | null {
  const value = name.startsWith('custom_fields.')
    ? customValue(name.slice(14), values.custom_fields)
    : values[name as VariableName];
  return value?.trim() ? value : null;
}

function customValue(key: string, fields: TemplateValues['custom_fields']): string | null {
  const value = fields?.[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML that shows just that text. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}
