import { readFile } from 'node:fs/promises';
import { htmlOf } from '../../src/channels/email/html.ts';
import { readRosterPerson } from '../../src/domain/people/prospect-input.ts';
import { type MessageProspect, renderTouch } from '../../src/domain/sequence/message.ts';
import {
  contentProblems,
  contentWarnings,
  normaliseSequence,
} from '../../src/domain/sequence/sequence.ts';
import { oddityOf } from '../../src/domain/texts/odd-values.ts';
import type { Trial } from './run.ts';

/** The members that a file may hold; `bodies` and `html` are tried one after the other. */
type Given = {
  subject?: string;
  body?: string;
  body_html?: string;
  signature?: string;
  bodies?: string[];
  html?: string[];
  person?: Record<string, unknown>;
};
type Tried = Pick<Given, 'subject' | 'body' | 'body_html' | 'signature' | 'person'>;

const id = '00000000-0000-4000-8000-000000000001';
const sample = {
  email: 'ann@example.net',
  first_name: 'Ann',
  last_name: 'Lee',
  company: 'Acme',
  position: 'Head of Sales',
};
const sender = {
  first_name: 'Sam',
  last_name: 'Hill',
  display_name: 'Sam Hill',
  email_address: 'sam@acme.example',
  signature: null,
};

/** Tries the texts of files: the warnings of a launch, and the texts that the person would read. */
export const trial: Trial = async (files) => {
  const given = await Promise.all(
    files.map(async (file): Promise<Given> => JSON.parse(await readFile(file, 'utf8'))),
  );
  return given.flatMap(casesOf).map(tryText);
};

function casesOf({ bodies = [], html = [], ...rest }: Given): Tried[] {
  const listed = [
    ...bodies.map((body) => ({ ...rest, body })),
    ...html.map((body_html) => ({ ...rest, body_html })),
  ];
  return listed.length > 0 ? listed : [rest];
}

function tryText({ person: given, ...texts }: Tried): object {
  const problems: string[] = [];
  const warnings: string[] = [];
  const report = (field: string, code: string, message: string) => {
    const isHarmless = code === 'ignored' || code === 'dropped';
    (isHarmless ? warnings : problems).push(`person.${field}: ${message}`);
  };
  const person = readRosterPerson('email', { email: sample.email, ...(given ?? sample) }, report);
  const email = {
    type: 'email' as const,
    subject: texts.subject ?? 'Subject',
    body: texts.body ?? 'Text',
    body_html: texts.body_html ?? null,
    signature: texts.signature ?? '',
  };
  const { nodes } = normaliseSequence([email, { type: 'end' }], [], 'email', () => id);
  const custom = person?.custom_fields ? JSON.parse(person.custom_fields) : null;
  const at = { channel: 'email', ai: false, keys: given ? Object.keys(custom ?? {}) : null };
  problems.push(...contentProblems(nodes, at).map(({ message }) => message));
  warnings.push(...contentWarnings(nodes, at).map(({ message }) => message));
  if (!person) return { problems, warnings, subject: null, text: null, html: null };
  const prospect: MessageProspect = { ...person, id, custom_fields: custom };
  const values = Object.entries({ ...person, custom_fields: null, ...custom });
  for (const [name, value] of values)
    if (typeof value === 'string' && oddityOf(value))
      warnings.push(`%${name}% is "${value}" for 1 of 1 people.`);
  const rendered = renderTouch({ node: nodes[0]!, prospect, sender, campaignSignature: null });
  if (!rendered.ok) {
    const message = `The person would be held: ${rendered.reason}: ${rendered.missing.join(', ')}`;
    return { problems, warnings: [...warnings, message], subject: null, text: null, html: null };
  }
  const { subject, text, html } = rendered;
  return { problems, warnings, subject, text, html: htmlOf({ text, html, pixelUrl: null }) };
}
