import { z } from 'zod';
import { AppError, maxProblems } from './errors.ts';
import { nearest } from './nearest.ts';
import { invalid, refuse, shortName } from './refusal.ts';

type Described = { route: string; input: z.ZodObject; output: z.ZodType; unknown?: 'warn' } & {
  longTexts?: 'cut';
};
type Warn = (field: string, message: string) => void;

/**
 * The input of an operation. Unknown members are refused, or ignored with a warning where the
 * operation says so. A change also ignores, with a warning, members its answers show and it cannot
 * change: an object can be sent back as it was read.
 * @throws request.invalid naming each field at fault
 */
export function readInput(
  operation: Described,
  raw: Record<string, unknown>,
  warn: Warn,
): Record<string, unknown> {
  const { shape } = operation.input;
  const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(shape, name));
  const shown = /^(PATCH|PUT) /.test(operation.route) ? shownBy(operation.output) : new Set();
  const stray = operation.unknown === 'warn' ? [] : unknown.filter((name) => !shown.has(name));
  if (stray.length > 0) {
    const errors = stray.slice(0, maxProblems).map((name) => ({
      pointer: `/${name}`,
      code: 'unknown_field',
      message: refuseField(operation, name),
    }));
    throw new AppError('request.invalid', errors[0]!.message, { errors });
  }
  for (const name of unknown.slice(0, maxProblems))
    warn(
      name,
      `${shown.has(name) ? cannotChange(name) : refuseField(operation, name)} It was ignored.`,
    );
  const known = Object.entries(raw).filter(([name]) => Object.hasOwn(shape, name));
  const given = unknown.length === 0 ? raw : Object.fromEntries(known);
  return parseInput(operation.input, given, operation.longTexts && warn);
}

/**
 * The value by its schema. Null where the schema knows no null means that nothing is given, as in
 * Puffle's answers, at any depth. With `warnOfCut`, texts over their length are cut.
 * @throws request.invalid naming each field at fault
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  warnOfCut?: Warn,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: refuse });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(withinUnions);
  const mayBeMended = (issue: z.core.$ZodIssue) =>
    valueAt(value, issue.path) === null || (warnOfCut && issue.code === 'too_big');
  if (!issues.some(mayBeMended)) throw invalid(parsed.error);
  const copy = structuredClone(value);
  const mended = issues.filter(
    (issue) => forgetNull(copy, issue) || (warnOfCut && cutText(copy, issue, warnOfCut)),
  );
  if (mended.length === 0) throw invalid(parsed.error);
  const again = schema.safeParse(copy, { error: refuse });
  if (again.success) return again.data;
  throw invalid(again.error);
}

/** An issue, and those of all shapes where none of several fits. */
function withinUnions(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const within = issue.errors.flat().map((inner) => ({
    ...inner,
    path: [...issue.path, ...inner.path],
  }));
  return [issue, ...within.flatMap(withinUnions)];
}

/** Takes the null at fault out of the object that has it; false when there is none. */
function forgetNull(value: unknown, { path }: z.core.$ZodIssue): boolean {
  const parent = parentAt(value, path);
  const name = path.at(-1)!;
  if (Array.isArray(parent) || parent?.[name] !== null) return false;
  delete parent[name];
  return true;
}

const identities: readonly unknown[] = ['email', 'linkedinUrl', 'xHandle'];

/** Cuts the text that is too long; false when the fault is another, or it names somebody. */
function cutText(value: unknown, issue: z.core.$ZodIssue, warn: Warn): boolean {
  const parent = parentAt(value, issue.path);
  const name = issue.path.at(-1)!;
  const text = parent?.[name];
  if (issue.code !== 'too_big' || typeof text !== 'string' || identities.includes(name))
    return false;
  const max = Number(issue.maximum);
  // Not within a character of two units.
  parent![name] = text
    .slice(0, max)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  warn(issue.path.map(shortName).join('/'), `It has over ${max} characters and was cut there.`);
  return true;
}

/** The object or list that has the member at the end of a path, when there is one. */
function parentAt(
  value: unknown,
  path: readonly PropertyKey[],
): Record<PropertyKey, unknown> | undefined {
  let at: unknown = path.length === 0 ? undefined : value;
  for (const name of path.slice(0, -1)) at = ownMember(at, name);
  return isObject(at) && Object.hasOwn(at, path.at(-1)!) ? at : undefined;
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  parentAt(value, path)?.[path.at(-1)!];

const isObject = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null;

const ownMember = (value: unknown, name: PropertyKey): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const shownNames = new WeakMap<z.ZodType, Set<string>>();

/** The members of an answer, and those of the object in it: `{ campaign: { id, … } }`. */
function shownBy(output: z.ZodType): Set<string> {
  const known = shownNames.get(output);
  if (known) return known;
  const shape = output instanceof z.ZodObject ? output.shape : {};
  const within = Object.values(shape).flatMap((member) =>
    member instanceof z.ZodObject ? Object.keys(member.shape) : [],
  );
  const names = new Set([...Object.keys(shape), ...within]);
  shownNames.set(output, names);
  return names;
}

const cannotChange = (name: string) => `"${shortName(name)}" cannot be changed here.`;

function refuseField({ input }: Described, name: string): string {
  const meant = nearest(name, Object.keys(input.shape));
  const hint = meant ? ` Did you mean "${meant}"?` : '';
  return `There is no field "${shortName(name)}" here.${hint}`;
}
