/** Types of a campaign's column. They tell how to show its values, which are stored unchanged. */
export const columnTypes = ['text', 'number', 'boolean', 'date', 'url'] as const;

const prefix = 'custom_';
const idLength = 24;

/**
 * A column's id from a new UUID: `custom_` and its last 24 hexadecimal digits, random among them.
 */
export function columnIdFrom(uuid: string): string {
  return prefix + uuid.replaceAll('-', '').slice(-idLength);
}
