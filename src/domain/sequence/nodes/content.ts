import { checkText, type TextFaults } from '../../texts/check-text.ts';
import { htmlContexts } from '../../texts/html-contexts.ts';
import { canBeBlank } from '../../texts/render.ts';
import { parseTemplate } from '../../texts/template.ts';
import type { LaunchContext, NodeProblem, SequenceNode } from './node.ts';

/** The fields of a node whose texts reach people. */
export const textFields = ['subject', 'body', 'body_html', 'signature', 'from_name'] as const;
type TextField = (typeof textFields)[number];

/** A problem when the field has no text, or no text with one of its wordings. */
export function blankProblems(node: SequenceNode, field: TextField): NodeProblem[] {
  const text = node[field]?.trim();
  if (!text) return [{ field, code: 'empty', message: `The ${field} is empty.` }];
  if (!canBeBlank(parseTemplate(text))) return [];
  const message = `The ${field} is empty with one of the wordings of its %pick%.`;
  return [{ field, code: 'empty', message }];
}

/** The variables of `body_html` at places where escaping does not hold their values. */
export function htmlProblems(node: SequenceNode): NodeProblem[] {
  const { outside } = htmlContexts(parseTemplate(node.body_html ?? ''));
  return [...outside].map((name) => ({
    field: 'body_html',
    code: 'html_variable',
    message:
      `%${name}% stands where its value could change the HTML: put it into the text, or between ` +
      'the quotes of an attribute other than style.',
  }));
}

/** The faults in the texts of these fields for which a launch is refused. */
export function templateProblems(
  node: SequenceNode,
  fields: readonly TextField[],
  at: LaunchContext,
): NodeProblem[] {
  return fields.flatMap((field) =>
    faultsOf(node, field, at).problems.map((fault) => ({ field, ...fault })),
  );
}

/** Warnings about texts that most likely do not say the thing that was meant. */
export function templateWarnings(
  node: SequenceNode,
  fields: readonly TextField[],
  at: LaunchContext,
): NodeProblem[] {
  return fields.flatMap((field) =>
    faultsOf(node, field, at).warnings.map((fault) => ({ field, ...fault })),
  );
}

function faultsOf(node: SequenceNode, field: TextField, at: LaunchContext): TextFaults {
  return checkText(node[field] ?? '', {
    html: field === 'body_html',
    linkless: at.channel !== 'email' || field === 'subject' || field === 'from_name',
    htmlField: field === 'body' && node.type === 'email' ? 'body_html' : null,
    instructed: node.type === 'ai',
    ...(at.keys ? { keys: at.keys } : {}),
  });
}
