import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { nilId } from '../../ids.ts';

/** The id of a touch or a sender by which people are chosen; the nil id for `none`. */
export const placeInput = (what: string) =>
  z
    .union([z.literal('none'), uuid])
    .transform((id) => (id === 'none' ? nilId : id))
    .optional()
    .describe(what);
