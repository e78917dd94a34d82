/** What a column of a campaign holds; says how to show its values, which are kept as they are given. */
export const columnTypes = ['text', 'number', 'boolean', 'date', 'url'] as const;

const prefix = 'custom_';
const idLength = 24;

/** A column's id from a new UUID: `custom_` and 24 of its hexadecimal digits, chance among them. */
export function columnIdFrom(uuid: string): string {
  return prefix + uuid.replaceAll('-', '').slice(-idLength);
}
