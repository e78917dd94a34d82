import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Extras } from './client.ts';
import { coerceText, type Member } from './members.ts';

/** The command line is wrong; the message says how to write it. */
export class UsageError extends Error {}

/** The flag of a member: its name in kebab case. */
export function flagOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/**
 * The value of a flag: `@file` is the file's text, `-` is stdin, `@@x` is the text `@x`, and a flag
 * without a value is true.
 * @throws UsageError for a file that cannot be read and for broken JSON
 */
export async function readFlag(
  given: string | true,
  member: Member,
  stdin: Readable,
): Promise<unknown> {
  if (given === true) return true;
  const text = await readSource(given, stdin);
  if ((member.types.has('array') || member.types.has('object')) && /^\s*[[{]/.test(text))
    return parseJson(text, `--${flagOf(member.name)}`);
  return coerceText(text, member);
}

/** A JSON object from an argument, a file or stdin. @throws UsageError for any other value */
export async function readInput(given: string, stdin: Readable): Promise<Record<string, unknown>> {
  const value = parseJson(await readSource(given, stdin), '--input');
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UsageError('--input takes a JSON object.');
}

/** The file of an upload or a stream; `-` is stdin. `whole` reads stdin to its end first. */
export async function openFile(
  given: string,
  { stdin, whole }: { stdin: Readable; whole: boolean },
): Promise<NonNullable<Extras['file']>> {
  if (given === '-' && !whole)
    return { name: 'stdin.csv', content: Readable.toWeb(stdin) as ReadableStream };
  if (given === '-') return { name: 'stdin.csv', content: new Blob([await collect(stdin)]) };
  const file = given.replace(/^@/, '');
  try {
    return { name: path.basename(file), content: await openAsBlob(file) };
  } catch (error) {
    throw new UsageError(`--file: ${file} cannot be read (${(error as Error).message}).`);
  }
}

async function readSource(given: string, stdin: Readable): Promise<string> {
  if (given === '-') return (await collect(stdin)).toString('utf8');
  if (given.startsWith('@@')) return given.slice(1);
  if (!given.startsWith('@')) return given;
  try {
    return await readFile(given.slice(1), 'utf8');
  } catch (error) {
    const reason = `the file cannot be read (${(error as Error).message})`;
    throw new UsageError(`${given}: ${reason}. A text that begins with @ is written @@.`);
  }
}

async function collect(stdin: Readable): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function parseJson(text: string, flag: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${flag} is not valid JSON: ${(error as Error).message}`);
  }
}
