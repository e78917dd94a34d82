const textOid = 25;
const headBytes = 20;

/**
 * A text[] in PostgreSQL's binary form (array_recv, textrecv): nothing is escaped here or parsed
 * there. Head: dimensions, whether there are nulls, element type, length, lower bound; then each
 * value behind its size, -1 for null.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let room = headBytes;
  for (const value of values) room += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const bytes = Buffer.allocUnsafe(room);
  let at = headBytes;
  for (const value of values) {
    const size = value === null ? -1 : bytes.write(value, at + 4);
    bytes.writeInt32BE(size, at);
    at += 4 + Math.max(size, 0);
  }
  for (const [index, word] of [1, 1, textOid, values.length, 1].entries())
    bytes.writeInt32BE(word, index * 4);
  return bytes;
}
