import { parseTemplate } from '../template.ts';
import type { NodeProblem, SequenceNode } from './node.ts';

type TextField = 'subject' | 'body' | 'body_html' | 'signature' | 'from_name';

/** A problem when the field has no text. */
export function blankProblems(node: SequenceNode, field: TextField): NodeProblem[] {
  return node[field]?.trim() ? [] : [{ field, code: 'empty', message: `The ${field} is empty.` }];
}

/** What is wrong with the templates in these fields. */
export function templateProblems(node: SequenceNode, fields: readonly TextField[]): NodeProblem[] {
  return fields.flatMap((field) => parseTemplate(node[field] ?? '').problems.map(({ code, message }) => ({ field, code, message })));
}
