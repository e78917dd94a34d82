import { parseArgs } from 'node:util';

/**
 * The options of a command, `--name value` each, with what they are unless given. `--help` prints the usage; a wrong one says so, and the
 * process ends with 2.
 */
export function readOptions<T extends Record<string, string>>(usage: string, usual: T): T {
  const options = Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, { type: 'string' as const, default: value }]));
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    const { help, ...given } = values as T & { help?: boolean };
    if (!help) return { ...usual, ...given };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}.\n${usage}`);
    process.exit(2);
  }
}

/** A count among them. @throws what ends the process with a word on it */
export function readCount(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  console.error(`--${name} is to be a whole number from 1, not "${text}".`);
  process.exit(2);
}
