import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  again,
  days,
  end,
  hello,
  helloAndReply,
  newId,
  writeSequence,
} from '../../../test/factories/sequences.ts';
import { AppError } from '../../errors.ts';
import { minuteMs } from '../time.ts';
import {
  editNode,
  insertNode,
  moveNode,
  removeNode,
  type SequenceNode,
  type SequenceNodeInput,
  seedSequence,
  sequenceNodeInput,
  touches,
} from './sequence.ts';

const refusal = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError)
      return error.errors.length > 0
        ? error.errors.map((problem) => `${problem.pointer} ${problem.code}`)
        : [error.code];
    throw error;
  }
  return [];
};
const types = (nodes: SequenceNode[]) => nodes.map((node) => node.type).join(' ');

describe('a new campaign', () => {
  it('begins with a touch with empty texts and the end', () => {
    expect(seedSequence('email', newId)).toMatchObject([
      { type: 'email', position: 0, subject: '', body: '', delay_days: null, ai_node: null },
      { type: 'end', position: 1, subject: null, body: null },
    ]);
    expect(types(seedSequence('linkedin', newId))).toBe('connection_request end');
  });
});

describe('a whole sequence', () => {
  it('takes positions from the order, and keeps ids of nodes of the same type', () => {
    const before = helloAndReply();
    const [first, pause, , second, last] = before as [
      SequenceNode,
      SequenceNode,
      SequenceNode,
      SequenceNode,
      SequenceNode,
    ];
    const stranger = newId();
    const { nodes } = writeSequence(
      [
        { ...again, id: second.id, position: 9 },
        { ...days(1), id: stranger },
        { type: 'email', id: first.id, subject: null },
        { type: 'email', id: pause.id },
        { ...end, id: last.id },
      ],
      before,
    );
    expect(nodes.map((node) => node.position)).toEqual([0, 1, 2, 3, 4]);
    expect([nodes[0]!.id, nodes[2]!.id, nodes[4]!.id]).toEqual([second.id, first.id, last.id]);
    expect([stranger, pause.id]).not.toContain(nodes[1]!.id);
    expect(nodes[3]!.id).not.toBe(pause.id);
    expect(nodes[2]).toMatchObject({ subject: '', body: 'Hi %first_name|there%' });
  });

  it.each<[string, SequenceNodeInput[], string[]]>([
    ['without an end', [hello], ['/sequence_nodes end_missing']],
    ['without nodes', [], ['/sequence_nodes end_missing']],
    ['with an end in the middle', [hello, end, again], ['/sequence_nodes/1/type end_misplaced']],
    ['with two ends', [hello, end, end], ['/sequence_nodes/1/type end_misplaced']],
    [
      "with another channel's node",
      [{ type: 'connection_request' }, end],
      ['/sequence_nodes/0/type node_type'],
    ],
    [
      'with an empty delay',
      [hello, { type: 'delay' }, end],
      ['/sequence_nodes/1/delay_days delay_range'],
    ],
    [
      'with too long a delay',
      [hello, { type: 'delay', delay_days: 30, delay_minutes: 1 }, end],
      ['/sequence_nodes/1/delay_days delay_range'],
    ],
    [
      'with more than 100 nodes',
      [...Array.from({ length: 100 }, () => again), end],
      ['/sequence_nodes too_many'],
    ],
  ])('%s is refused', (_, input, problems) => {
    expect(refusal(() => writeSequence(input))).toEqual(problems);
  });

  it('with a node twice, or with an unknown type, is refused', () => {
    const before = helloAndReply();
    const twice = { ...hello, id: before[0]!.id };
    expect(refusal(() => writeSequence([twice, twice, end], before))).toEqual([
      '/sequence_nodes/1/id node_twice',
    ]);
    const unknown = { type: 'pigeon' } as unknown;
    expect(refusal(() => writeSequence([unknown as SequenceNodeInput, end]))).toEqual([
      '/sequence_nodes/0/type node_type',
    ]);
  });

  it('takes delays from a minute to thirty days', () => {
    const { nodes } = writeSequence([
      hello,
      { type: 'delay', delay_minutes: 1 },
      again,
      days(30),
      again,
      end,
    ]);
    expect(touches(nodes).map((touch) => touch.waitMs)).toEqual([
      0,
      minuteMs,
      30 * 1440 * minuteMs,
    ]);
  });

  it('reports the fields that it ignores, except blank ones', () => {
    const { nodes, ignored } = writeSequence([
      { ...hello, delay_days: 2, include_message: false, ai_node: { purpose: 'x' } },
      end,
    ]);
    expect(ignored.map((problem) => problem.pointer)).toEqual([
      '/sequence_nodes/0/delay_days',
      '/sequence_nodes/0/ai_node',
    ]);
    expect(nodes[0]).toMatchObject({ delay_days: null, ai_node: null, include_message: null });
  });

  it('does not change when a caller sends it as the API returned it', () => {
    const nodes = helloAndReply();
    const wire = nodes.map((node) =>
      sequenceNodeInput.parse({ ...node, campaign_id: newId(), attachments: [] }),
    );
    expect(writeSequence(wire, nodes)).toEqual({ nodes, ignored: [] });
  });
});

describe('one node', () => {
  it('is added before the end, or at the given position', () => {
    const nodes = helloAndReply();
    expect(types(insertNode(nodes, { given: again, channel: 'email', newId }).nodes)).toBe(
      'email delay delay email email end',
    );
    const { nodes: earlier, node } = insertNode(nodes, {
      given: days(1),
      position: 0,
      channel: 'email',
      newId,
    });
    expect([types(earlier), node.position, earlier[0]]).toEqual([
      'delay email delay delay email end',
      0,
      node,
    ]);
  });

  it.each<[SequenceNodeInput, number | undefined, string]>([
    [end, undefined, '/type node_type'],
    [{ type: 'message' }, undefined, '/type node_type'],
    [again, 5, '/position position'],
    [again, -1, '/position position'],
    [{ type: 'delay' }, undefined, '/delay_days delay_range'],
  ])('%j at %s cannot be added', (given, position, problem) => {
    expect(
      refusal(() => insertNode(helloAndReply(), { given, position, channel: 'email', newId })),
    ).toEqual([problem]);
  });

  it('cannot be added to a sequence of 100 nodes', () => {
    const { nodes } = writeSequence([...Array.from({ length: 99 }, () => again), end]);
    expect(refusal(() => insertNode(nodes, { given: again, channel: 'email', newId }))).toEqual([
      '/type too_many',
    ]);
  });

  it('can be moved, but not behind the end', () => {
    const nodes = helloAndReply();
    expect(types(moveNode(nodes, nodes[3]!.id, 0))).toBe('email email delay delay end');
    expect(moveNode(nodes, nodes[3]!.id, 1).map((node) => node.position)).toEqual([0, 1, 2, 3, 4]);
    expect(refusal(() => moveNode(nodes, nodes[0]!.id, 4))).toEqual(['/toPosition position']);
    expect(refusal(() => moveNode(nodes, nodes[4]!.id, 0))).toEqual(['/nodeId end_fixed']);
  });

  it('can be removed, except the end', () => {
    const nodes = helloAndReply();
    expect(types(removeNode(nodes, nodes[1]!.id))).toBe('email delay email end');
    expect(refusal(() => removeNode(nodes, nodes[4]!.id))).toEqual(['/nodeId end_fixed']);
    expect(refusal(() => removeNode(nodes, newId()))).toEqual(['node.not_found']);
  });

  it('is edited field by field, ignoring fields of other types', () => {
    const nodes = helloAndReply();
    const {
      node,
      nodes: edited,
      ignored,
    } = editNode(nodes, nodes[0]!.id, { body: 'New', signature: '', ai_node: { purpose: 'x' } });
    expect(node).toEqual({ ...nodes[0]!, body: 'New', signature: '' });
    expect(edited.filter((other) => other !== node)).toEqual(nodes.slice(1));
    expect(ignored.map((problem) => problem.pointer)).toEqual(['/ai_node']);
    const { nodes: withAi } = writeSequence([{ type: 'ai', ai_node: { purpose: 'opener' } }, end]);
    expect(
      editNode(withAi, withAi[0]!.id, { ai_node: { output_type: 'email' } }).node.ai_node,
    ).toEqual({
      purpose: 'opener',
      output_type: 'email',
    });
  });
});

it('a sequence stays valid through any series of changes', () => {
  const change = fc.record({
    verb: fc.constantFrom('insert', 'move', 'remove'),
    at: fc.nat(12),
    to: fc.nat(12),
  });
  const checked = fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
    let nodes = helloAndReply();
    for (const { verb, at, to } of changes) {
      const nodeId = nodes[at % nodes.length]!.id;
      const attempt = {
        insert: () =>
          insertNode(nodes, { given: days(1), position: to, channel: 'email', newId }).nodes,
        move: () => moveNode(nodes, nodeId, to),
        remove: () => removeNode(nodes, nodeId),
      }[verb];
      const refused = refusal(() => (nodes = attempt()));
      expect(
        refused.every((problem) =>
          /^\/(position position|toPosition position|nodeId end_fixed)$/.test(problem),
        ),
      ).toBe(true);
      expect(nodes.map((node) => node.position)).toEqual(nodes.map((_, index) => index));
      expect(nodes.flatMap((node, index) => (node.type === 'end' ? [index] : []))).toEqual([
        nodes.length - 1,
      ]);
      expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
    }
  });
  fc.assert(checked, { numRuns: 200 });
});
