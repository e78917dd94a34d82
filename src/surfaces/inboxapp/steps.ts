import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { type Segment, segmentsOf, templateOf } from '../../domain/texts/segment.ts';
import { AppError, type Problem } from '../../errors.ts';
import type { getCampaign } from '../../operations/campaigns/get.ts';
import { bare, bodyId, idOutput } from './ids.ts';
import type { OutputOf } from './route.ts';

const staticSegment = z.strictObject({ type: z.literal('static'), text: text() });
const variableSegment = z.strictObject({
  type: z.literal('variable'),
  name: text({ min: 1, max: 255 }),
  fallback: text({ max: 1000 }).nullable().default(null),
});
const textSegments = z
  .array(z.discriminatedUnion('type', [staticSegment, variableSegment]))
  .max(50);
const variationSegment = z.strictObject({
  type: z.literal('variation'),
  options: z
    .array(z.union([text(), textSegments]))
    .min(1)
    .max(50),
});
const segments = z
  .array(z.discriminatedUnion('type', [staticSegment, variableSegment, variationSegment]))
  .max(200);

const units = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;
type Unit = keyof typeof units;
/** Only shown: the length of a delay is its seconds. */
const unit = text({ min: 1, max: 20 });
const maxDelay = 365 * units.days;

export const stepInput = z.strictObject({
  type: text({ min: 1, max: 50 }),
  id: bodyId.optional(),
  rank: z.int().optional(),
  data: z.strictObject({
    segments: segments.optional(),
    subject: segments.optional(),
    delaySeconds: z
      .int()
      .min(0)
      .max(maxDelay, 'A delay is at most a year: 31536000 seconds.')
      .optional(),
    unit: unit.optional(),
  }),
});
type StepInput = z.output<typeof stepInput>;

export const stepOutput = z.object({
  id: idOutput,
  rank: z.int(),
  type: z.string(),
  data: z.object({
    segments: z.array(z.unknown()).optional(),
    subject: z.array(z.unknown()).optional(),
    delaySeconds: z.int().optional(),
    unit: unit.optional(),
  }),
});
type Step = z.input<typeof stepOutput>;

export const sequenceOutput = z.object({ version: z.int(), steps: z.array(stepOutput) });

type Node = OutputOf<typeof getCampaign>['sequence_nodes'][number];
type NodeInput = Partial<
  Pick<
    Node,
    | 'id'
    | 'body'
    | 'subject'
    | 'delay_days'
    | 'delay_hours'
    | 'delay_minutes'
    | 'delay_seconds'
    | 'delay_unit'
  >
> & { type: string };

/** Our sequences have a node for the end; Inbox's end after the last step. */
const endType = 'end';

/**
 * A sequence's nodes as steps of Inbox. Nodes of other channels show the parts that Inbox has too:
 * texts and delays.
 */
export function stepsOf(nodes: readonly Node[]): Step[] {
  return nodes
    .filter((node) => node.type !== endType)
    .map((node, rank) => ({ id: bare(node.id), rank, type: node.type, data: dataOf(node) }));
}

function dataOf(node: Node): Step['data'] {
  return {
    ...(node.subject === null ? {} : { subject: segmentsOf(node.subject) }),
    ...(node.body === null ? {} : { segments: segmentsOf(node.body) }),
    ...(node.delay_minutes === null ? {} : delayOf(node)),
  };
}

function delayOf(node: Node): { delaySeconds: number; unit: string } {
  const [days, hours, minutes] = [node.delay_days, node.delay_hours, node.delay_minutes].map(
    Number,
  );
  const seconds = Number(node.delay_seconds ?? 0);
  const delaySeconds =
    days! * units.days + hours! * units.hours + minutes! * units.minutes + seconds;
  const amounts: Record<Unit, number> = { days: days!, hours: hours!, minutes: minutes!, seconds };
  const largest = (Object.keys(units) as Unit[]).find((one) => amounts[one] > 0) ?? 'days';
  return { delaySeconds, unit: node.delay_unit ?? largest };
}

/**
 * Steps of Inbox as nodes of a sequence. A step that equals a node of the current sequence keeps
 * that node, with or without its id, so that prospects keep their position.
 * @throws request.invalid naming every step that cannot be a node
 */
export function nodesOf(steps: readonly StepInput[], current: readonly Node[]): NodeInput[] {
  const errors: Problem[] = [];
  const used = new Set(steps.map((step) => step.id));
  const nodes = steps.map((step, index) => {
    const same = current.find(
      (node) => (step.id ? node.id === step.id : !used.has(node.id)) && equals(node, step),
    );
    if (same) used.add(same.id);
    return same ? { id: same.id, type: same.type } : newNode(step, index, errors);
  });
  if (errors[0])
    throw new AppError('request.invalid', `${errors[0].pointer.slice(1)}: ${errors[0].message}`, {
      errors,
    });
  return [...nodes, { type: endType }];
}

function equals(node: Node, { type, data }: StepInput): boolean {
  const { delaySeconds, unit: stepUnit, ...texts } = data;
  const { delaySeconds: nodeDelay, unit: nodeUnit, ...nodeTexts } = dataOf(node);
  return (
    node.type === type &&
    JSON.stringify([texts.subject, texts.segments]) ===
      JSON.stringify([nodeTexts.subject, nodeTexts.segments]) &&
    delaySeconds === nodeDelay &&
    (stepUnit ?? nodeUnit) === nodeUnit
  );
}

function newNode({ id, type, data }: StepInput, index: number, errors: Problem[]): NodeInput {
  const refuse = (path: string, message: string) =>
    errors.push({ pointer: `/steps/${index}/data${path}`, code: 'step', message });
  const template = (field: 'segments' | 'subject', given: Segment[]) => {
    const { source, problems } = templateOf(given);
    for (const { path, message } of problems)
      refuse(`/${[field, ...path.slice(1)].join('/')}`, message);
    return source;
  };
  const isDelay = type === 'delay';
  if (/like/i.test(type)) refuse('', noLikes);
  if (type === 'message' && !data.segments) refuse('/segments', 'Required.');
  if (isDelay && data.delaySeconds === undefined) refuse('/delaySeconds', 'Required.');
  const stray = isDelay
    ? data.segments || data.subject
    : data.delaySeconds !== undefined || data.unit;
  if (stray) refuse('', `A step of type ${type} has no ${isDelay ? 'text' : 'delay'}.`);
  return {
    type,
    ...(id ? { id } : {}),
    ...(data.subject ? { subject: template('subject', data.subject) } : {}),
    ...(data.segments ? { body: template('segments', data.segments) } : {}),
    ...(data.delaySeconds === undefined
      ? {}
      : delayIn(data.delaySeconds, data.unit ?? usualUnit(data.delaySeconds))),
  };
}

/** X's Developer Guidelines, Likes (docs.x.com, 2026): apps may not offer it at all. */
const noLikes =
  'There are no like steps: X forbids likes that nobody makes by hand, and apps that offer them.';

/** The largest unit of which the delay has one. */
const usualUnit = (seconds: number): Unit =>
  (Object.keys(units) as Unit[]).find((one) => units[one] <= seconds) ?? 'seconds';

/** A delay in parts from its unit down, as our own API shows it, and the unit for Inbox's. */
function delayIn(seconds: number, shown: string): Omit<NodeInput, 'type'> {
  const maxUnit = shown === 'hours' || shown === 'minutes' ? units[shown] : units.days;
  let left = seconds;
  const take = (one: Unit) => {
    if (units[one] > maxUnit) return 0;
    const n = Math.floor(left / units[one]);
    left -= n * units[one];
    return n;
  };
  return {
    delay_days: take('days'),
    delay_hours: take('hours'),
    delay_minutes: take('minutes'),
    delay_seconds: take('seconds'),
    delay_unit: shown,
  };
}
