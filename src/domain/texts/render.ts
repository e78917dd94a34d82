import { seeded } from '../sending/pacing.ts';
import { decodeEntities } from './entities.ts';
import { escapeHtml } from './escape-html.ts';
import { HtmlReader } from './html-place.ts';
import { foldName } from './meant.ts';
import type { Template, Variable, VariableName } from './template.ts';
import { titleCase } from './title-case.ts';
import { UrlReader } from './url-place.ts';

/**
 * Values of variables. Custom values may be strings, numbers and booleans; others count as missing.
 */
export type TemplateValues = Readonly<Partial<Record<VariableName, string | null | undefined>>> & {
  readonly custom_fields?: Readonly<Record<string, unknown>> | null | undefined;
};

/** `missing` names the variables without value and fallback, or all when the text is too long. */
export type Rendered =
  | { ok: true; text: string }
  | { ok: false; missing: string[]; reason: 'missing_variable' | 'too_long' };

const maxTextLength = 1_000_000;

/**
 * Fills a template in. Values are literal: a percent sign in one opens nothing. Within a link they
 * are encoded. `escape: 'html'` escapes values and makes `<br>` of their line ends, but leaves
 * fallbacks, which belong to the template; a value counts as missing where that does not hold it,
 * and where it gives an address another scheme than http, https, mailto or tel. `{{x}}` counts as
 * missing. The text is at most a million characters. The same `seed` picks the same wordings.
 */
export function render(
  template: Template,
  values: TemplateValues,
  options: { escape?: 'html'; seed?: string } = {},
): Rendered {
  const missing = new Set(
    template.problems
      .filter(({ code }) => code !== 'unknown_variable' && code !== 'link')
      .map((problem) => problem.name),
  );
  const writer = new Writer(options.escape === 'html');
  for (const part of pickParts(template, options.seed ?? '')) {
    if (typeof part === 'string') writer.literal(part);
    else {
      const value = variableValue(part.name, values);
      if (value !== null) {
        if (!writer.takes(value)) missing.add(part.name);
        writer.value(part.filter ? titleCase(value) : value);
      } else if (part.fallback !== null) writer.fallback(part.fallback);
      else missing.add(part.name);
    }
    if (writer.text.length > maxTextLength)
      return { ok: false, missing: [...template.variables], reason: 'too_long' };
  }
  return missing.size > 0
    ? { ok: false, missing: [...missing], reason: 'missing_variable' }
    : { ok: true, text: writer.text };
}

/** Writes a text, in which each value takes the form that its place asks for. */
class Writer {
  readonly #html: HtmlReader | null;
  readonly #reader = new UrlReader();
  text = '';
  /** The last part was an empty fallback. */
  #emptied = false;

  constructor(html: boolean) {
    this.#html = html ? new HtmlReader() : null;
  }

  /** Of two blanks around an empty fallback one is left. */
  literal(text: string): void {
    const folds = this.#emptied && /^[ \t]/.test(text) && /(?:^|[ \t\n])$/.test(this.text);
    this.#write(folds ? text.slice(1) : text);
  }

  fallback(text: string): void {
    if (text === '') this.#emptied = true;
    else this.#write(text);
  }

  /** Whether a value may stand here: HTML has places where escaping does not hold it. */
  takes(value: string): boolean {
    return this.#html?.takes(value) ?? true;
  }

  /** In the path and the query of a link a value is encoded (RFC 3986 2.2). */
  value(value: string): void {
    const encodes = this.#reader.place === 'part';
    const plain = encodes ? encodeURIComponent(value.toWellFormed()) : value;
    this.#write(this.#html ? htmlOf(plain, this.#html) : plain);
  }

  #write(text: string): void {
    this.text += text;
    this.#reader.read(text);
    this.#html?.read(text);
    this.#emptied = false;
  }
}

/** A line end is a break in a text, and a blank elsewhere. */
function htmlOf(value: string, { place }: HtmlReader): string {
  return escapeHtml(value).replace(/\r\n?|\n/g, place === 'text' ? '<br>' : ' ');
}

/** The index, below `count`, of the wording that a seed picks in a text's n-th variation. */
export function pickWording(seed: string, variation: number, count: number): number {
  return Math.floor(seeded(seed, variation) * count);
}

/** The parts, each variation replaced by the wording that the seed picks. */
function pickParts({ parts }: Template, seed: string): readonly (string | Variable)[] {
  let variations = 0;
  return parts.flatMap((part) => {
    if (typeof part === 'string' || !('options' in part)) return [part];
    return part.options[pickWording(seed, variations++, part.options.length)]!;
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

/** The value of a variable; null when it is missing, blank, or a web address as a name. */
function variableValue(name: string, values: TemplateValues): string | null {
  const value = name.startsWith('custom_fields.')
    ? customValue(name.slice(14), values.custom_fields)
    : values[name as VariableName];
  const text = value ? decodeEntities(value) : '';
  return text.trim() && !(isName(name) && webAddress.test(text)) ? text : null;
}

/**
 * In a name it would become a link of the sender's mail, since readers of mail make links of the
 * addresses that they find in a text.
 */
const webAddress = /:\/\/|\bwww\./i;

/** Variables that name somebody or something, and never lead to a page. */
export const isName = (name: string): boolean =>
  ['first_name', 'last_name', 'name', 'company', 'position', 'headline'].includes(name);

/** The key counts without case, accents, blanks and signs when none is exactly the same. */
function customValue(key: string, fields: TemplateValues['custom_fields']): string | null {
  if (!fields) return null;
  const own = Object.hasOwn(fields, key) ? key : sameKey(key, Object.keys(fields));
  const value = own === undefined ? null : fields[own];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

function sameKey(key: string, keys: readonly string[]): string | undefined {
  const folded = foldName(key);
  return folded === '' ? undefined : keys.find((one) => foldName(one) === folded);
}
