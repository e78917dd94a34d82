import type { Operation } from '../../operation.ts';
import { flagOf } from '../cli-values.ts';
import { describeMembers, type Member } from '../members.ts';
import { kindOf, kinds } from './kinds.ts';

/** Members in the path of an operation. */
export const pathOf = (operation: Operation): Member[] =>
  describeMembers(operation).filter((member) => member.in === 'path');

/** The help of an operation: summary, command line, request, description. */
export function describe(operation: Operation): string {
  const flags = pathOf(operation)
    .map((member) => ` --${flagOf(member.name)} <${flagOf(member.name)}>`)
    .join('');
  const head = `${operation.summary}:\n  postrider ${operation.cli}${flags}   (${operation.route})`;
  // Commander wraps help to the terminal, so line ends of the source are removed.
  return operation.description
    ? `${head}\n${operation.description.replace(/\n(?!\n)/g, ' ')}`
    : head;
}

/** The help of a flag. */
export function describeMember(operation: Operation, member: Member): string {
  const { schema, required } = member;
  const fallback =
    schema.default === undefined ? null : `default ${JSON.stringify(schema.default)}`;
  const kind = kindOf(operation, member.name);
  const several = member.types.has('array') ? ', separated by commas' : '';
  const named = kind && `a ${kinds[kind].one}: name or id, or the beginning of one${several}`;
  const notes = [required ? 'required' : null, named ?? shapeOf(member), fallback]
    .filter(Boolean)
    .join('; ');
  return [schema.description, notes ? `(${notes})` : null].filter(Boolean).join(' ');
}

type Schema = Member['schema'];

function shapeOf({ schema, types }: Member): string {
  if (types.has('array')) return shapeOfArray(schema);
  if (types.has('object')) return shapeOfObject(schema);
  return literalsOf(schema).join(' | ');
}

/** The schema and the alternatives of its `anyOf`. */
function branchesOf(schema: Schema): Schema[] {
  return [schema, ...(schema.anyOf ?? [])].filter(
    (branch): branch is Schema => typeof branch === 'object',
  );
}

const literalsOf = (schema: Schema): unknown[] =>
  branchesOf(schema).flatMap((branch) => branch.enum ?? []);

function shapeOfArray(schema: Schema): string {
  const items = branchesOf(schema).flatMap((branch) =>
    typeof branch.items === 'object' && !Array.isArray(branch.items) ? [branch.items] : [],
  );
  return items.some((item) => item.type === 'object')
    ? 'JSON array of objects'
    : 'JSON array, or separated by commas';
}

/** Names up to four members of an object; the shape of a larger one is left to its description. */
function shapeOfObject(schema: Schema): string {
  const names = branchesOf(schema).flatMap((branch) => Object.keys(branch.properties ?? {}));
  return names.length > 0 && names.length <= 4 ? `JSON object: ${names.join(', ')}` : 'JSON object';
}

/** The text below the help of every command line. */
export const footer = `
On the server's machine:
  start                 run the server: API, workers and database
  demo                  run a throw-away sandbox on a fast clock, with a campaign under way
  migrate               bring the database up to date
  web                   build the page for browsers ahead, for images
  backup <file>         save the database into a file
  restore <file>        fill an empty database from it
  release               let a restored or copied database send again
  keys create           print a new API key: --name <name> [--scopes read,write,send,admin]

Values:
  Arrays and objects are JSON in one argument; arrays of plain words may be separated by commas.
  @file is the content of a file, - is stdin, @@x is the text "@x". \
--flag is --flag=true; say --flag=false for false.
  For an id, say a name, an address, or a part of the id: --id "First campaign", --person Eva.
  Operating hours are JSON or words: "mon-fri 9-17", "mon-thu 8:30-12 13-17, fri 9-12", "always".

Environment:
  POSTRIDER_API_KEY     the key; else admin.key in the data directory, for a server on this machine
  POSTRIDER_BASE_URL    the server; else server.json in the data directory
  POSTRIDER_DATA_DIR    the data directory; .data unless set

The answer goes to stdout, all else to stderr. Exit codes:
  0  done
  1  the server refused the request (4xx)
  2  the command line is wrong
  3  the server cannot be reached, or none is known
  4  the key is missing, unknown, or lacks the scope (401, 403)
  5  the server failed (5xx)`;
