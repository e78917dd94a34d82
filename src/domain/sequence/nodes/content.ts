import { htmlContexts } from '../../texts/html-contexts.ts';
import { canBeBlank } from '../../texts/render.ts';
import { parseTemplate } from '../../texts/template.ts';
import type { NodeProblem, SequenceNode } from './node.ts';

type TextField = 'subject' | 'body' | 'body_html' | 'signature' | 'from_name';

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

/** The faults in the templates of these fields. */
export function templateProblems(node: SequenceNode, fields: readonly TextField[]): NodeProblem[] {
  return fields.flatMap((field) =>
    parseTemplate(node[field] ?? '').problems.map(({ code, message }) => ({
      field,
      code,
      message,
    })),
  );
}
