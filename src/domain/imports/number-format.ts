/**
 * The text that a spreadsheet shows for a number in a format that adds to its digits: leading
 * zeros, a percent sign, a telephone number's signs (ECMA-376 part 1, 18.8.31). Null for all other
 * formats, such as General and those of dates, money and thousands.
 */
export function shownNumber(value: number, code: string): string | null {
  const section = sectionFor(value, code);
  const bare = section.replace(/"[^"]*"|\\./g, '');
  if (/%/.test(bare)) return percent(value, bare);
  const hasPattern = /0.*0|[-()]/.test(bare) && /^[0#?\s()+./-]*$/.test(bare);
  if (!hasPattern || /[./]\d*[0#?]/.test(bare) || !Number.isSafeInteger(value) || value < 0)
    return null;
  return patterned(String(value), section);
}

/** The section of a format that a number takes: by its condition, else by its sign. */
function sectionFor(value: number, code: string): string {
  const sections = code.split(';').slice(0, 4);
  const conditional = sections.find((one) => {
    const [, sign, limit] = /\[([<>]=?|=)(-?\d+)\]/.exec(one) ?? [];
    return sign !== undefined && meets(value, sign, Number(limit));
  });
  const plain = sections.filter((one) => !/\[[<>=]/.test(one));
  const isNegative = value < 0 && plain.length === sections.length;
  const chosen = conditional ?? (isNegative ? (plain[1] ?? plain[0]) : plain[0]);
  // Colours and languages in brackets, and the room that "_x" and "*x" leave, show no digits.
  return (chosen ?? '').replace(/\[[^\]]*\]|[_*]./g, '');
}

function meets(value: number, sign: string, limit: number): boolean {
  if (sign === '=') return value === limit;
  if (sign.endsWith('=') && value === limit) return true;
  return sign.startsWith('<') ? value < limit : value > limit;
}

function percent(value: number, format: string): string {
  const decimals = /\.([0#?]+)/.exec(format)?.[1]?.length ?? 0;
  const blank = /\s%/.test(format) ? ' ' : '';
  return `${(value * 100).toFixed(Math.min(decimals, 10))}${blank}%`;
}

/** The digits in the places of a pattern, from the right; those left over stand before it. */
function patterned(digits: string, section: string): string {
  const parts = section.match(/"[^"]*"|\\.|[^"\\]/g) ?? [];
  let left = digits;
  let shown = '';
  const places = parts.filter((part) => /^[0#?]$/.test(part)).length;
  let seen = 0;
  for (const part of parts.toReversed()) {
    if (!/^[0#?]$/.test(part)) {
      shown = part.replace(/^"(.*)"$/, '$1').replace(/^\\/, '') + shown;
      continue;
    }
    seen += 1;
    const most = seen === places ? left.length : 1;
    const taken = left.slice(left.length - most);
    left = left.slice(0, left.length - most);
    shown = (taken || (part === '0' ? '0' : '')) + shown;
  }
  return shown.trim();
}
