import {
  contentProblems,
  contentWarnings,
  type SequenceNode,
} from '../../domain/sequence/sequence.ts';
import { checkText } from '../../domain/texts/check-text.ts';
import type { Context } from '../../operation.ts';

/** Faults in the words of a text; parts still missing in a draft are told at its launch. */
const inTexts: readonly string[] = [
  'placeholder',
  'unknown_variable',
  'braces',
  'link',
  'html_in_text',
  'unsubscribe_url',
];

/** Warns of texts that a launch would refuse or warn of, while they are being written. */
export function adviseOfTexts(
  context: Pick<Context, 'advise' | 'ai'>,
  { type }: { type: string },
  nodes: readonly SequenceNode[],
): void {
  const at = { channel: type, ai: context.ai !== null };
  for (const problem of [...contentProblems(nodes, at), ...contentWarnings(nodes, at)])
    if (inTexts.includes(problem.code)) context.advise(problem);
}

/** The same for a signature. */
export function adviseOfSignature(context: Pick<Context, 'advise'>, signature: string): void {
  const { problems, warnings } = checkText(signature);
  for (const fault of [...problems, ...warnings])
    context.advise({ pointer: '/signature', ...fault });
}
