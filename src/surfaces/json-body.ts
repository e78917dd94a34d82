import { isUtf8 } from 'node:buffer';
import { AppError, type Problem } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Most values of a JSON body, where a route needs more than usual. */
    maxValues?: number | undefined;
  }
}

const maxDepth = 64;
/** Most values in a JSON text, unless its reader needs more: each is worded when it is wrong. */
const defaultMaxValues = 20_000;

/**
 * Reads a JSON body that must be an object; an empty body is `{}`.
 * @throws request.too_large for more than `maxValues` members and items
 * @throws request.malformed for text that is not UTF-8 JSON, nests too deep or repeats a name;
 * request.invalid, with pointers, for text that PostgreSQL refuses (NUL, lone surrogates)
 */
export function readJsonBody(bytes: Buffer, maxValues?: number): Record<string, unknown> {
  if (!isUtf8(bytes)) throw new AppError('request.malformed', 'The body is not valid UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return {};
  const value = readJson(text, maxValues);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('request.malformed', 'The body must be a JSON object.');
  return value as Record<string, unknown>;
}

/** Reads JSON of any kind from a caller, within the limits of a body. @throws as `readJsonBody` */
export function readJson(text: string, maxValues = defaultMaxValues): unknown {
  const names = scan(text, maxValues);
  const value = parse(text);
  if (countNames(value) !== names)
    throw new AppError(
      'request.malformed',
      'The body repeats a name within one object, or uses "__proto__".',
    );
  // Only escapes can contain these: JSON allows no raw NUL, and valid UTF-8 no lone surrogate.
  if (/\\u(0000|[dD][89a-fA-F])/.test(text)) refuseBadText(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'request.malformed',
      `The body is not valid JSON: ${(error as Error).message}`,
    );
  }
}

/**
 * Refuses deep nesting and too many values in one pass, before anything recurses or is built.
 * Returns the number of names in the text, which is the number of colons outside strings.
 */
function scan(text: string, maxValues: number): number {
  let depth = 0;
  let names = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) at = endOfString(text, at);
    else if (char === 0x3a) names++;
    else if (char === 0x2c) values++;
    else if (char === 0x7b || char === 0x5b) {
      depth++;
      values++;
    } else if (char === 0x7d || char === 0x5d) depth--;
    if (depth > maxDepth)
      throw new AppError('request.malformed', `The body nests deeper than ${maxDepth} levels.`);
    if (values > maxValues)
      throw new AppError(
        'request.too_large',
        `The body holds more than ${maxValues} values, counted at all depths. Send less at a time.`,
      );
  }
  return names;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * The number of names in a parsed value. `__proto__` is not counted, so that it is refused like a
 * repeated name.
 */
function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) names += countNames(item);
    return names;
  }
  // Parsed JSON has own members only, and `for in` is twice as fast as Object.entries.
  for (const name in value) {
    if (name !== '__proto__') names++;
    names += countNames((value as Record<string, unknown>)[name]);
  }
  return names;
}

/** @throws request.invalid, with a pointer to every text that has a NUL or a lone surrogate */
export function refuseBadText(value: unknown): void {
  const errors: Problem[] = [];
  const at: string[] = [];
  const refuse = (text: string): void => {
    if (text.isWellFormed() && !text.includes('\0')) return;
    const pointer = at.map((name) => `/${name.replace(/\0/g, '').toWellFormed()}`).join('');
    errors.push({
      pointer,
      code: 'bad_text',
      message: 'Text cannot hold NUL characters or lone surrogates.',
    });
  };
  const visit = (item: unknown): void => {
    if (typeof item === 'string') refuse(item);
    else if (typeof item === 'object' && item !== null) {
      for (const [name, member] of Object.entries(item)) {
        at.push(name);
        refuse(name);
        visit(member);
        at.pop();
      }
    }
  };
  visit(value);
  if (errors.length > 0)
    throw new AppError('request.invalid', `${errors[0]!.pointer.slice(1)}: ${errors[0]!.message}`, {
      errors: errors.slice(0, 100),
    });
}
