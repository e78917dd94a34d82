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
import { contentProblems, editNode, type SequenceNodeInput, seedSequence } from './sequence.ts';

const onEmail = { channel: 'email', ai: true };

describe('a launch', () => {
  const problems = (input: SequenceNodeInput[], channel?: string) =>
    contentProblems(writeSequence(input, [], channel).nodes, {
      channel: channel ?? 'email',
      ai: false,
    }).map(({ pointer, code }) => `${pointer.slice(15)} ${code}`);

  it('accepts replies without a subject, and follow-ups that are no replies', () => {
    expect(contentProblems(helloAndReply(), onEmail)).toEqual([]);
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

  it('refuses a delay that became too long by an edit', () => {
    const nodes = helloAndReply();
    const { nodes: edited } = editNode(nodes, nodes[1]!.id, { delay_days: 31 });
    expect(contentProblems(edited, onEmail).map((problem) => problem.pointer)).toEqual([
      '/sequence_nodes/1/delay_days',
    ]);
  });

  it("names the node's position in the message", () => {
    expect(
      contentProblems(seedSequence('email', newId), onEmail).map((problem) => problem.message),
    ).toEqual(['Node 0 (email): The subject is empty.', 'Node 0 (email): The body is empty.']);
  });

  it('refuses a sequence that lost its end', () => {
    expect(
      contentProblems(helloAndReply().slice(0, 1), onEmail).map((problem) => problem.code),
    ).toEqual(['end_missing']);
  });
});
