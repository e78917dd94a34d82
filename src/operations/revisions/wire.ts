import { z } from 'zod';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { RevisionRow } from '../../db/campaigns/sequences.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { planRevision, type RevisionPlan, revise } from '../../engine/campaigns/revise.ts';
import type { Context } from '../../operation.ts';
import { nodeOutput, nodesOnWire } from '../campaigns/shape.ts';
import { requireSendAfterLaunch } from '../require-send.ts';

export const differenceOutput = z
  .object({
    added: z.array(z.uuid()),
    removed: z.array(z.uuid()),
    reordered: z.array(z.uuid()),
    changed: z.array(z.object({ node_id: z.uuid(), fields: z.array(z.string()) })),
  })
  .meta({ id: 'RevisionDifference' });

const count = z.int();

export const revisionOutput = z.object({
  dry_run: z.boolean(),
  revision: count.describe('The number it has, or would have.'),
  people: z.object({
    stay: count.describe('Are before a touch that remains.'),
    move: count.describe('Are before a touch that is gone, and are moved.'),
    end: count.describe(
      'Are before a touch that is gone with nothing after it: they are completed.',
    ),
    repeat: count.describe(
      'Meet touches that they have had already; these are skipped, nobody gets one twice.',
    ),
    skip: count.describe('Miss touches that now lie before their place.'),
    due_at_once: count
      .nullable()
      .describe('Are due at once because their delay is shorter; counted by a dry run only.'),
  }),
  nodes: z
    .array(
      z.object({
        node_id: z.uuid(),
        people: count.describe('People before it now.'),
        to_node_id: z
          .uuid()
          .nullable()
          .describe('The touch they are before then; null for the end.'),
        delay_seconds: count,
        new_delay_seconds: count.nullable(),
        due_at_once: count.nullable(),
        repeats: z.array(z.uuid()),
        skips: z.array(z.uuid()),
      }),
    )
    .describe('For each touch of the sequence so far.'),
  difference: differenceOutput,
  changes: z
    .array(
      z.object({ node_id: z.uuid(), field: z.string(), before: z.unknown(), after: z.unknown() }),
    )
    .describe('The fields of difference.changed, as they were and as they are.'),
  sequence_nodes: z.array(nodeOutput),
});

type SequenceChange = {
  current: RevisionRow;
  nodes: readonly SequenceNode[];
  dryRun: boolean;
  keep?: boolean;
};

/**
 * Plans another sequence for a campaign that the caller has locked, and applies it unless `dryRun`.
 * Returns the effects. @throws auth.scope
 */
export async function applySequence(
  context: Context,
  row: CampaignRow,
  { current, nodes, dryRun, keep = false }: SequenceChange,
): Promise<z.input<typeof revisionOutput>> {
  if (!dryRun) requireSendAfterLaunch(context, row);
  const { db, now, actor, ai } = context;
  const plan = await planRevision(db, row, {
    current,
    nodes,
    now,
    countDue: dryRun,
    ai: ai !== null,
    keep,
  });
  if (!dryRun) await revise(db, row, { plan, current, now, actor });
  return { dry_run: dryRun, ...planOnWire(row, plan, current) };
}

type Shift = RevisionPlan['shifts'][number];

function planOnWire(
  row: CampaignRow,
  { revision, nodes, difference, shifts }: RevisionPlan,
  current: RevisionRow,
): Omit<z.input<typeof revisionOutput>, 'dry_run'> {
  const countPeople = (isMeant: (shift: Shift) => boolean) =>
    sum(shifts.filter(isMeant).map((shift) => shift.people));
  const dueAtOnce = shifts.map((shift) => shift.dueAtOnce);
  return {
    revision,
    people: {
      stay: countPeople((shift) => shift.to === shift.nodeId),
      move: countPeople((shift) => shift.to !== shift.nodeId && shift.to !== null),
      end: countPeople((shift) => shift.to === null),
      repeat: countPeople((shift) => shift.repeats.length > 0),
      skip: countPeople((shift) => shift.skips.length > 0),
      due_at_once: dueAtOnce.every((count) => count !== null) ? sum(dueAtOnce) : null,
    },
    nodes: shifts.map((shift) => ({
      node_id: shift.nodeId,
      people: shift.people,
      to_node_id: shift.to,
      delay_seconds: shift.waitMs / 1000,
      new_delay_seconds: shift.newWaitMs === null ? null : shift.newWaitMs / 1000,
      due_at_once: shift.dueAtOnce,
      repeats: shift.repeats,
      skips: shift.skips,
    })),
    difference,
    changes: difference.changed.flatMap(({ node_id, fields }) =>
      fields.map((field) => ({
        node_id,
        field,
        before: fieldOf(current.nodes, node_id, field),
        after: fieldOf(nodes, node_id, field),
      })),
    ),
    sequence_nodes: nodesOnWire(row, nodes),
  };
}

function fieldOf(nodes: readonly SequenceNode[], id: string, field: string): unknown {
  const node = nodes.find((one) => one.id === id);
  return Object.entries(node ?? {}).find(([name]) => name === field)?.[1] ?? null;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
