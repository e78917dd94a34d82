import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors.ts';
import { definitionOf, nodeDefinitions, nodeTypesOf } from './nodes/index.ts';
import {
  contentProblems,
  editNode,
  insertNode,
  moveNode,
  nextTouch,
  normaliseSequence,
  removeNode,
  type SequenceNode,
  type SequenceNodeInput,
  seedSequence,
  sequenceNodeInput,
  touches,
} from './sequence.ts';

let made = 0;
const newId = () => `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`;
const minuteMs = 60_000;
const write = (input: SequenceNodeInput[], previous: SequenceNode[] = [], channel = 'email') =>
  normaliseSequence(input, previous, channel, newId);
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
const hello: SequenceNodeInput = { type: 'email', subject: 'Hello', body: 'Hi %first_name|there%' };
const onEmail = { channel: 'email', ai: true };
const again: SequenceNodeInput = { type: 'email', body: 'Again', is_reply: true };
const days = (delay_days: number): SequenceNodeInput => ({ type: 'delay', delay_days });
const end: SequenceNodeInput = { type: 'end' };
const story = () => write([hello, days(2), { type: 'delay', delay_hours: 3 }, again, end]).nodes;

describe('a new campaign', () => {
  it('begins with its touch and the end, texts empty', () => {
    expect(seedSequence('email', newId)).toMatchObject([
      { type: 'email', position: 0, subject: '', body: '', delay_days: null, ai_node: null },
      { type: 'end', position: 1, subject: null, body: null },
    ]);
    expect(types(seedSequence('linkedin', newId))).toBe('connection_request end');
  });
});

describe('a whole sequence', () => {
  it('takes positions from the order and keeps ids that belong to it', () => {
    const before = story();
    const [first, pause, , second, last] = before as [
      SequenceNode,
      SequenceNode,
      SequenceNode,
      SequenceNode,
      SequenceNode,
    ];
    const stranger = newId();
    const { nodes } = write(
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
    ['that is empty', [], ['/sequence_nodes end_missing']],
    ['with an end in the middle', [hello, end, again], ['/sequence_nodes/1/type end_misplaced']],
    ['with two ends', [hello, end, end], ['/sequence_nodes/1/type end_misplaced']],
    [
      "with another channel's node",
      [{ type: 'connection_request' }, end],
      ['/sequence_nodes/0/type node_type'],
    ],
    [
      'with a delay of nothing',
      [hello, { type: 'delay' }, end],
      ['/sequence_nodes/1/delay_days delay_range'],
    ],
    [
      'with too long a delay',
      [hello, { type: 'delay', delay_days: 30, delay_minutes: 1 }, end],
      ['/sequence_nodes/1/delay_days delay_range'],
    ],
    [
      'that is too long',
      [...Array.from({ length: 100 }, () => again), end],
      ['/sequence_nodes too_many'],
    ],
  ])('%s is refused', (_, input, problems) => {
    expect(refusal(() => write(input))).toEqual(problems);
  });

  it('is refused when it names a node twice, and when a type is unknown', () => {
    const before = story();
    const twice = { ...hello, id: before[0]!.id };
    expect(refusal(() => write([twice, twice, end], before))).toEqual([
      '/sequence_nodes/1/id node_twice',
    ]);
    const unknown = { type: 'pigeon' } as unknown;
    expect(refusal(() => write([unknown as SequenceNodeInput, end]))).toEqual([
      '/sequence_nodes/0/type node_type',
    ]);
  });

  it('takes delays from a minute to thirty days', () => {
    const { nodes } = write([
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

  it('says which fields it has no use for, blank ones excepted', () => {
    const { nodes, ignored } = write([
      { ...hello, delay_days: 2, include_message: false, ai_node: { purpose: 'x' } },
      end,
    ]);
    expect(ignored.map((problem) => problem.pointer)).toEqual([
      '/sequence_nodes/0/delay_days',
      '/sequence_nodes/0/ai_node',
    ]);
    expect(nodes[0]).toMatchObject({ delay_days: null, ai_node: null, include_message: null });
  });

  it('comes back as it was when it is sent as it was read', () => {
    const nodes = story();
    const wire = nodes.map((node) =>
      sequenceNodeInput.parse({ ...node, campaign_id: newId(), attachments: [] }),
    );
    expect(write(wire, nodes)).toEqual({ nodes, ignored: [] });
  });
});

describe('one node', () => {
  it('is added before the end, or where it is told', () => {
    const nodes = story();
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
      refusal(() => insertNode(story(), { given, position, channel: 'email', newId })),
    ).toEqual([problem]);
  });

  it('is not added to a sequence that is long enough', () => {
    const { nodes } = write([...Array.from({ length: 99 }, () => again), end]);
    expect(refusal(() => insertNode(nodes, { given: again, channel: 'email', newId }))).toEqual([
      '/type too_many',
    ]);
  });

  it('moves, except over the end', () => {
    const nodes = story();
    expect(types(moveNode(nodes, nodes[3]!.id, 0))).toBe('email email delay delay end');
    expect(moveNode(nodes, nodes[3]!.id, 1).map((node) => node.position)).toEqual([0, 1, 2, 3, 4]);
    expect(refusal(() => moveNode(nodes, nodes[0]!.id, 4))).toEqual(['/toPosition position']);
    expect(refusal(() => moveNode(nodes, nodes[4]!.id, 0))).toEqual(['/nodeId end_fixed']);
  });

  it('goes, except the end', () => {
    const nodes = story();
    expect(types(removeNode(nodes, nodes[1]!.id))).toBe('email delay email end');
    expect(refusal(() => removeNode(nodes, nodes[4]!.id))).toEqual(['/nodeId end_fixed']);
    expect(refusal(() => removeNode(nodes, newId()))).toEqual(['node.not_found']);
  });

  it('is edited field by field, and not by those of other types', () => {
    const nodes = story();
    const {
      node,
      nodes: edited,
      ignored,
    } = editNode(nodes, nodes[0]!.id, { body: 'New', signature: '', ai_node: { purpose: 'x' } });
    expect(node).toEqual({ ...nodes[0]!, body: 'New', signature: '' });
    expect(edited.filter((other) => other !== node)).toEqual(nodes.slice(1));
    expect(ignored.map((problem) => problem.pointer)).toEqual(['/ai_node']);
    const { nodes: withAi } = write([{ type: 'ai', ai_node: { purpose: 'opener' } }, end]);
    expect(
      editNode(withAi, withAi[0]!.id, { ai_node: { output_type: 'email' } }).node.ai_node,
    ).toEqual({
      purpose: 'opener',
      output_type: 'email',
    });
  });

  it('of a delay is checked at launch, not when it is edited', () => {
    const nodes = story();
    const { nodes: edited } = editNode(nodes, nodes[1]!.id, { delay_days: 31 });
    expect(contentProblems(edited, onEmail).map((problem) => problem.pointer)).toEqual([
      '/sequence_nodes/1/delay_days',
    ]);
  });
});

describe('a launch', () => {
  const problems = (input: SequenceNodeInput[], channel?: string) =>
    contentProblems(write(input, [], channel).nodes, {
      channel: channel ?? 'email',
      ai: false,
    }).map(({ pointer, code }) => `${pointer.slice(15)} ${code}`);

  it('takes replies without a subject, and follow-ups that are none', () => {
    expect(contentProblems(story(), onEmail)).toEqual([]);
    expect(problems([hello, days(1), hello, end])).toEqual([]);
    expect(
      problems(
        [{ type: 'connection_request' }, days(1), { type: 'message', body: 'Hi' }, end],
        'linkedin',
      ),
    ).toEqual([]);
  });

  it.each<[SequenceNodeInput[], string[], string?]>([
    [[end], [' no_touch']],
    [[days(1), end], [' no_touch']],
    [
      [{ type: 'email', subject: ' ', body: '\n' }, end],
      ['/0/subject empty', '/0/body empty'],
    ],
    [[again, end], ['/0/is_reply reply_first']],
    [
      [hello, { type: 'email', body: '{{name}}', is_reply: true, signature: '%nme%' }, end],
      ['/1/body braces', '/1/signature unknown_variable'],
    ],
    [
      [hello, { type: 'ai' }, end],
      ['/1/type ai_unavailable', '/1/ai_node output_type'],
    ],
    [[{ type: 'connection_request', include_message: true }, end], ['/0/body empty'], 'linkedin'],
    [[{ type: 'message' }, end], ['/0/body empty'], 'linkedin'],
    [[{ type: 'inmail' }, end], ['/0/subject empty', '/0/body empty'], 'linkedin'],
  ])('refuses %j', (input, expected, channel) => {
    expect(problems(input, channel)).toEqual(expected);
  });

  it('names the position in words', () => {
    expect(
      contentProblems(seedSequence('email', newId), onEmail).map((problem) => problem.message),
    ).toEqual(['Node 0 (email): The subject is empty.', 'Node 0 (email): The body is empty.']);
  });

  it('refuses a sequence that lost its end', () => {
    expect(contentProblems(story().slice(0, 1), onEmail).map((problem) => problem.code)).toEqual([
      'end_missing',
    ]);
  });
});

describe('touches', () => {
  it('wait for the delays between them', () => {
    const nodes = write([
      days(1),
      hello,
      days(2),
      { type: 'delay', delay_hours: 3 },
      again,
      days(1),
      end,
    ]).nodes;
    expect(touches(nodes)).toEqual([
      { nodeId: nodes[1]!.id, type: 'email', isReply: false, waitMs: 1440 * minuteMs },
      { nodeId: nodes[4]!.id, type: 'email', isReply: true, waitMs: (2 * 1440 + 180) * minuteMs },
    ]);
  });

  it('follow each other', () => {
    const nodes = story();
    const [first, second] = touches(nodes);
    expect([
      nextTouch(nodes, null),
      nextTouch(nodes, first!.nodeId),
      nextTouch(nodes, second!.nodeId),
      nextTouch(nodes, newId()),
    ]).toEqual([first, second, null, null]);
    expect(nextTouch(seedSequence('pigeon', newId), null)).toBeNull();
  });
});

describe('types of node', () => {
  it('are known per channel and by name', () => {
    expect(nodeTypesOf('email')).toEqual(['ai', 'delay', 'email', 'end']);
    expect(nodeTypesOf('linkedin')).toEqual([
      'ai',
      'connection_request',
      'delay',
      'end',
      'inmail',
      'message',
    ]);
    expect(nodeDefinitions.map((definition) => definitionOf(definition.type))).toEqual([
      ...nodeDefinitions,
    ]);
  });

  it.each([
    [{ type: 'email', subject: 'a\nb' }, 'subject'],
    [{ type: 'email', body: '\u0000' }, 'body'],
    [{ type: 'email', reply_to: 'x' }, 'reply_to'],
    [{ type: 'email', cc: 'a@example.com, b' }, 'cc'],
    [{ type: 'delay', delay_days: -1 }, 'delay_days'],
    [{ type: 'delay', delay_hours: 0.5 }, 'delay_hours'],
    [{ type: 'pigeon' }, 'type'],
    [{ type: 'email', attachments: [{}] }, 'attachments'],
    [{ type: 'ai', ai_node: { purpose: 7 } }, 'ai_node'],
  ])('%j is not taken', (input, field) => {
    expect(sequenceNodeInput.safeParse(input).error?.issues[0]?.path[0]).toBe(field);
  });
});

it('stays whole through any run of changes', () => {
  const change = fc.record({
    verb: fc.constantFrom('insert', 'move', 'remove'),
    at: fc.nat(12),
    to: fc.nat(12),
  });
  const checked = fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
    let nodes = story();
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
