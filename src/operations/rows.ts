/** Bytes of a body with people: a thousand of them with texts of any sensible length. */
export const rowsLimit = 16 * 1024 * 1024;
