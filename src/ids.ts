import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): ids sort by creation, within a millisecond too. */
export const newId = (): string => v7();

/** Stands for "no node" and "no sender" where a key column cannot be null. */
export const nilId = '00000000-0000-0000-0000-000000000000';
