import { foreignIn } from './foreign.ts';
import { htmlIn } from './html-in-text.ts';
import { exactName, foldName, meantKey } from './meant.ts';
import { nearVariables } from './near.ts';
import { parseTemplate, type Template } from './template.ts';

/** A fault in a text that is sent to people: a stable code, and the wording to use instead. */
type TextFault = { code: string; message: string };
/** `problems` keep a campaign from its launch; `warnings` may be meant so. */
export type TextFaults = { problems: TextFault[]; warnings: TextFault[] };

type TextCheck = {
  /** Its tags are meant so. */
  html?: boolean;
  /** It is a header line or of another channel: only bodies of mails have %unsubscribe_url%. */
  linkless?: boolean;
  /** The field into which HTML belongs; null when there is none. */
  htmlField?: string | null;
  /** It has &&instructions&& to a model, which may say anything. */
  instructed?: boolean;
  /** The custom fields that some person of the roster has; null when nobody knows yet. */
  keys?: readonly string[] | null;
};

/** Everything about a text that its readers would stumble over. */
export function checkText(source: string, check: TextCheck = {}): TextFaults {
  const { html = false, linkless = false, keys = null } = check;
  const template = parseTemplate(source);
  const problems = template.problems.map(
    (problem): TextFault => ({ code: problem.code, message: messageOf(problem, keys) }),
  );
  const warnings: TextFault[] = [];
  const known = keys ?? [];
  const sent = check.instructed ? source.replace(/&&[\s\S]*?&&/g, ' ') : source;
  const near = nearVariables(sent, parseTemplate(sent), known);
  for (const { written, instead } of near) problems.push(unfilled(written, instead));
  const isNear = (place: number) =>
    near.some(({ at, written }) => at <= place && place < at + written.length);
  for (const { written, at, instead, surely } of foreignIn(sent, known))
    if (!isNear(at)) (surely ? problems : warnings).push(unfilled(written, instead));
  for (const link of new Set(template.loose.map((sign) => (sign.doubled ? '' : sign.url))))
    if (link !== '') warnings.push(loosePercent(link));
  const found = html ? null : htmlIn(sent);
  if (found !== null) problems.push(htmlFault(found, check.htmlField ?? null));
  if (linkless && template.variables.includes('unsubscribe_url')) problems.push(strayLink);
  if (keys) problems.push(...unknownKeys(template, keys));
  return { problems, warnings };
}

function messageOf(
  { code, name, message }: Template['problems'][number],
  keys: readonly string[] | null,
): string {
  const key = code === 'unknown_variable' && keys && meantKey(name, keys);
  return key && !exactName(name)
    ? `There is no variable %${name}%: write %custom_fields.${key}%.`
    : message;
}

function unfilled(written: string, instead: string): TextFault {
  const shown = written.length > 80 ? `${written.slice(0, 79)}…` : written;
  return { code: 'placeholder', message: `"${shown}" is not filled in here: write ${instead}.` };
}

function loosePercent(link: string): TextFault {
  const message = `In the link ${link.slice(0, 200)} a percent sign is written %25.`;
  return { code: 'link', message };
}

function htmlFault(found: string, field: string | null): TextFault {
  const shown = found.length > 40 ? `${found.slice(0, 39)}…` : found;
  const remedy = field ? `put it into ${field}` : 'write it as plain text';
  const message = `This is HTML ("${shown}"), and would be shown as it is: ${remedy}.`;
  return { code: 'html_in_text', message };
}

const strayLink: TextFault = {
  code: 'unsubscribe_url',
  message: '%unsubscribe_url% belongs into the body or the signature of a mail.',
};

/** Fields that no person has: everybody would be held, or get the fallback. */
function unknownKeys(template: Template, keys: readonly string[]): TextFault[] {
  return template.variables.flatMap((variable) => {
    if (!variable.startsWith('custom_fields.')) return [];
    const name = variable.slice('custom_fields.'.length);
    const key = meantKey(name, keys);
    if (key !== null && foldName(key) === foldName(name)) return [];
    const own = key ? `custom_fields.${key}` : exactName(name);
    const hint = own ? ` Did you mean %${own}%?` : '';
    const message = `Nobody on the roster has the field %${variable}%.${hint}`;
    return [{ code: 'unknown_field', message }];
  });
}
