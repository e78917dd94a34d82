import { canBeBlank } from '../../texts/render.ts';
import { parseTemplate } from '../../texts/template.ts';
import type { NodeProblem, SequenceNode } from './node.ts';

type TextField = 'subject' | 'body' | 'body_html' | 'signature' | 'from_name';

/** A problem when the field has no text, or a choice of wordings leaves none. */
export function blankProblems(node: SequenceNode, field: TextField): NodeProblem[] {
  const text = node[field]?.trim();
  if (!text) return [{ field, code: 'empty', message: `The ${field} is empty.` }];
  const bare = canBeBlank(parseTemplate(text));
  return bare
    ? [
        {
          field,
          code: 'empty',
          message: `The ${field} is empty with one of the wordings of its %pick%.`,
        },
      ]
    : [];
}

/** What is wrong with the templates in these fields. */
export function templateProblems(node: SequenceNode, fields: readonly TextField[]): NodeProblem[] {
  return fields.flatMap((field) =>
    parseTemplate(node[field] ?? '').problems.map(({ code, message }) => ({
      field,
      code,
      message,
    })),
  );
}
