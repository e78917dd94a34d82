import { seeded } from '../sending/pacing.ts';
import { escapeHtml } from './escape-html.ts';
import { HtmlReader } from './html-place.ts';
import type { Template, Variable, VariableName } from './template.ts';

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
 * Fills a template in. Values are literal: a percent sign in one opens nothing. `escape: 'html'`
 * escapes values, but not fallbacks, which belong to the template; a value counts as missing where
 * that does not hold it, and where it gives an address another scheme than http, https, mailto or
 * tel. `{{x}}` counts as missing. The text is at most a million characters. The same `seed` picks
 * the same wordings.
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
  const reader = options.escape === 'html' ? new HtmlReader() : null;
  let text = '';
  const write = (piece: string) => {
    text += piece;
    reader?.read(piece);
  };
  for (const part of pickParts(template, options.seed ?? '')) {
    if (typeof part === 'string') write(part);
    else {
      const value = variableValue(part.name, values);
      if (value !== null) {
        if (reader && !reader.takes(value)) missing.add(part.name);
        write(reader ? escapeHtml(value) : value);
      } else if (part.fallback !== null) write(part.fallback);
      else missing.add(part.name);
    }
    if (text.length > maxTextLength)
      return { ok: false, missing: [...template.variables], reason: 'too_long' };
  }
  return missing.size > 0
    ? { ok: false, missing: [...missing], reason: 'missing_variable' }
    : { ok: true, text };
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
  return value?.trim() && !(isName(name) && webAddress.test(value)) ? value : null;
}

/**
 * In a name it would become a link of the sender's mail, since readers of mail make links of the
 * addresses that they find in a text.
 */
const webAddress = /:\/\/|\bwww\./i;

/** Variables that name somebody or something, and never lead to a page. */
export const isName = (name: string): boolean =>
  ['first_name', 'last_name', 'name', 'company', 'position', 'headline'].includes(name);

function customValue(key: string, fields: TemplateValues['custom_fields']): string | null {
  const value = fields?.[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}
