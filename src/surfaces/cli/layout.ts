/** A column of a table. Those with the highest `rank` go first when the terminal is narrow. */
export type Column = {
  name: string;
  /** 0 stays always. */
  rank: number;
  /** Width to which long texts may be cut; without it nothing is cut. */
  least?: number;
  /** Figures stand at the right. */
  right?: boolean;
};

/** A part of an answer as people see it: a line for each member, a table, or sentences. */
export type Block = { head?: string } & (
  | { members: readonly (readonly [string, string])[] }
  | { columns: readonly Column[]; rows: readonly (readonly string[])[] }
  | { texts: readonly string[] }
);

const gap = '  ';
const wideScripts = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\uff00-\uff60\uffe0-\uffe6]/u;
const isWide = (sign: string): boolean =>
  wideScripts.test(sign) || /\p{Emoji_Presentation}/u.test(sign);
const segmenter = new Intl.Segmenter();

/** How many columns of a terminal each sign of a text takes. */
function signsOf(text: string): [sign: string, width: number][] {
  if (/^[ -~]*$/.test(text)) return [...text].map((sign) => [sign, 1]);
  return [...segmenter.segment(text)].map(({ segment }) => [segment, isWide(segment) ? 2 : 1]);
}

export const widthOf = (text: string): number =>
  signsOf(text).reduce((sum, [, width]) => sum + width, 0);

/** The beginning of a text that fits, with an ellipsis when something is left out. */
export function cut(text: string, max: number): string {
  if (widthOf(text) <= max) return text;
  let [taken, left] = ['', max - 1];
  for (const [sign, width] of signsOf(text)) {
    left -= width;
    if (left < 0) break;
    taken += sign;
  }
  return `${taken.trimEnd()}…`;
}

/** The blocks as text for a terminal of so many columns, an empty line between them. */
export function layOut(blocks: readonly Block[], columns: number): string {
  const shown = blocks.map((block) => {
    const head = block.head === undefined ? '' : wrap(block.head, columns).join('');
    if ('members' in block) return head + membersOf(block.members, columns);
    if ('texts' in block) return head + block.texts.flatMap((one) => wrap(one, columns)).join('');
    return head + tableOf(block, columns);
  });
  return shown.filter((text) => text !== '').join('\n') || '(none)\n';
}

/** Members, with long values on several lines below each other. */
function membersOf(members: readonly (readonly [string, string])[], columns: number): string {
  const label = Math.max(0, ...members.map(([name]) => widthOf(name)));
  const room = Math.max(20, columns - label - gap.length);
  return members
    .map(([name, value]) => {
      const [first = '\n', ...others] = wrap(value, room);
      const indent = ' '.repeat(label) + gap;
      const lines = [pad(name, label) + gap + first, ...others.map((line) => indent + line)];
      return lines.map((line) => `${line.trimEnd()}\n`).join('');
    })
    .join('');
}

/** Lines of a text that fit, broken at blanks; a word is never broken, because half is useless. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${line}\n`);
}

function tableOf({ columns, rows }: Extract<Block, { columns: unknown }>, width: number): string {
  if (rows.length === 0) return '(none)\n';
  const cells = columns
    .map((column, index) => ({ ...column, texts: rows.map((row) => row[index]!) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map((column) => ({
      ...column,
      width: Math.max(...[column.name, ...column.texts].map(widthOf)),
    }));
  const hidden = narrow(cells, width);
  const shown = cells.filter(({ name }) => !hidden.includes(name));
  const line = (texts: readonly string[]) =>
    shown
      .map(({ width: max, right }, index) => pad(cut(texts[index]!, max), max, right))
      .join(gap)
      .trimEnd();
  const lines = rows.map((_row, index) => line(shown.map(({ texts }) => texts[index]!)));
  const head = line(shown.map(({ name }) => name.toUpperCase()));
  const note =
    hidden.length > 0 ? wrap(`(--wide shows ${hidden.join(', ')} too)`, width).join('') : '';
  return `${[head, ...lines].join('\n')}\n${note}`;
}

type Cells = Column & { width: number };

/**
 * Makes columns fit: leaves out those of the highest rank, then narrows the widest that may be cut.
 * Changes their widths. Returns the names of those left out.
 */
function narrow(columns: readonly Cells[], width: number): string[] {
  const leastOf = (column: Cells) => Math.min(column.width, column.least ?? column.width);
  const sum = (list: readonly Cells[], of: (column: Cells) => number) =>
    list.reduce((total, column) => total + of(column) + gap.length, -gap.length);
  let shown = [...columns];
  while (sum(shown, leastOf) > width) {
    const last = Math.max(...shown.map(({ rank }) => rank));
    if (last === 0) break;
    const index = shown.findLastIndex(({ rank }) => rank === last);
    shown = shown.toSpliced(index, 1);
  }
  for (let over = sum(shown, (column) => column.width) - width; over > 0; over -= 1) {
    const widest = shown
      .filter((column) => column.width > leastOf(column))
      .toSorted((one, other) => other.width - one.width)[0];
    if (!widest) break;
    widest.width -= 1;
  }
  return columns.filter((column) => !shown.includes(column)).map(({ name }) => name);
}

function pad(text: string, width: number, right = false): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? blanks + text : text + blanks;
}
