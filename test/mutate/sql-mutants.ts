import type { Edit } from './mutant.ts';

/** These words end a condition that stands outside parentheses. */
const stops = new Set(
  (
    'and or where as order group having limit for returning union then when else end on ' +
    'from select set join left cross inner window offset values'
  ).split(' '),
);

type Token = { text: string; start: number; end: number };

/** Words, signs and parentheses of a statement; each `${…}` and each string is one token. */
function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\$\{|'[^']*'|--[^\n]*|[\w."]+|[()[\],]|[^\s\w()[\],'$]+|\$/g;
  for (let match = pattern.exec(statement); match; match = pattern.exec(statement)) {
    if (match[0] === '${') pattern.lastIndex = endOfHole(statement, match.index);
    const end = pattern.lastIndex;
    if (!match[0].startsWith('--'))
      tokens.push({ text: statement.slice(match.index, end), start: match.index, end });
  }
  return tokens;
}

/** The end of `${…}` that begins at `start`. */
function endOfHole(statement: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < statement.length; at += 1) {
    if (statement[at] === '{') depth += 1;
    if (statement[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return statement.length;
}

/** The last token of the condition that begins with the token at `first`; -1 when there is none. */
function endOfCondition(tokens: readonly Token[], first: number): number {
  let depth = 0;
  let isBetween = false;
  for (let at = first; at < tokens.length; at += 1) {
    const { text } = tokens[at]!;
    if (text === '(' || text === '[') depth += 1;
    if (text === ')' || text === ']') depth -= 1;
    if (depth < 0) return at - 1;
    if (depth > 0) continue;
    if (text === 'between') isBetween = true;
    else if (text === 'and' && isBetween) isBetween = false;
    else if (text === ',' || (stops.has(text) && tokens[at - 1]?.text !== 'distinct'))
      return at - 1;
  }
  return tokens.length - 1;
}

/** Each condition behind `where`, `and`, `or`, `on` as one that always holds, or never does. */
function conditionEdits(tokens: readonly Token[]): Edit[] {
  const inBetween = new Set<number>();
  for (const [index, { text }] of tokens.entries()) {
    if (text !== 'between') continue;
    inBetween.add(tokens.findIndex((token, at) => at > index && token.text === 'and'));
  }
  return tokens.flatMap(({ text }, index) => {
    const begins = ['where', 'and', 'or', 'on'].includes(text) && !inBetween.has(index);
    if (!begins || (text === 'on' && tokens[index + 1]?.text === 'conflict')) return [];
    const last = endOfCondition(tokens, index + 1);
    if (last <= index) return [];
    const replacement = text === 'or' ? 'false' : 'true';
    return [{ start: tokens[index + 1]!.start, end: tokens[last]!.end, replacement }];
  });
}

const swaps: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '<>': '=',
  '+': '-',
  '-': '+',
  greatest: 'least',
  least: 'greatest',
  min: 'max',
  max: 'min',
};

const phrases: [RegExp, (found: string) => string][] = [
  [/\bfor (update|share)( of \w+(, \w+)*)?( skip locked)?/g, () => ''],
  [/ skip locked\b/g, () => ''],
  [/\bis not null\b/g, () => 'is null'],
  [/\bis null\b/g, () => 'is not null'],
];

/** Changes of a statement: lost conditions and locks, edges, signs. Offsets are the statement's. */
export function sqlEdits(statement: string): Edit[] {
  const tokens = tokensOf(statement);
  const isStatement = tokens.some(({ text }) =>
    /^(select|insert|update|delete|exists)$/.test(text),
  );
  const signs = tokens.flatMap(({ text, start, end }) =>
    Object.hasOwn(swaps, text) ? [{ start, end, replacement: swaps[text]! }] : [],
  );
  const words = phrases.flatMap(([pattern, change]) =>
    [...statement.matchAll(pattern)].map(({ index, 0: found }) => ({
      start: index,
      end: index + found.length,
      replacement: change(found),
    })),
  );
  const conditions = conditionEdits(tokens);
  return isStatement || conditions.length > 0 ? [...conditions, ...signs, ...words] : [];
}
