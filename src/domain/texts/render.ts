import { seeded } from '../sending/pacing.ts';
import { escapeHtml } from './escape-html.ts';
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
 * escapes values, but not fallbacks, which belong to the template. `{{x}}` counts as missing. The
 * text is at most a million characters. The same `seed` picks the same wordings.
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

/** The value of a variable; null when it is missing or blank. */
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
