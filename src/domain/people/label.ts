import { z } from 'zod';
import { text } from '../text.ts';

/** Colours that callers can name. */
export const labelColors = {
  gray: '#868e96',
  red: '#fa5252',
  pink: '#e64980',
  purple: '#be4bdb',
  violet: '#7950f2',
  blue: '#228be6',
  cyan: '#15aabf',
  teal: '#12b886',
  green: '#40c057',
  lime: '#82c91e',
  yellow: '#fab005',
  orange: '#fd7e14',
} as const;

const names = Object.keys(labelColors).join(', ');

/** Fields of tags and of lead statuses. Colours are normalised to #rrggbb. */
export const labelInputs = {
  name: text({ min: 1, max: 255 }).refine((name) => name.trim() !== '', 'Must not be blank.'),
  color: z
    .string()
    .max(20)
    .refine((color) => hexOf(color) !== null, `Must be #rrggbb or one of ${names}.`)
    .overwrite((color) => hexOf(color) ?? color)
    .nullable()
    .describe(`#rrggbb, or one of ${names}.`),
};

function hexOf(color: string): string | null {
  const given = color.toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(given)) return given;
  return Object.hasOwn(labelColors, given) ? labelColors[given as keyof typeof labelColors] : null;
}
