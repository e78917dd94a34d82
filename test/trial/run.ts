// Tries one input as Postrider would take it, without a server or a database, and prints a line
// of JSON. `npm run -s trial -- import people.csv`

/** Tries the arguments of the command line. @returns the lines to print */
export type Trial = (args: readonly string[]) => Promise<readonly object[]>;

const trials: Record<string, () => Promise<{ trial: Trial }>> = {
  import: () => import('./import.ts'),
  mail: () => import('./mail.ts'),
  smtp: () => import('./smtp.ts'),
  text: () => import('./text.ts'),
};

const [kind = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(trials, kind)) {
  console.error(`usage: npm run -s trial -- <${Object.keys(trials).join('|')}> …`);
  process.exit(2);
}
const { trial } = await trials[kind]!();
for (const line of await trial(args)) console.log(JSON.stringify(line));
