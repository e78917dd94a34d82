import { z } from 'zod';

/** Of the calls that ask for the acknowledgement of a provider's rules. */
export const acknowledgeRules = z
  .boolean()
  .optional()
  .describe(
    'X: true says that you have read what its rules allow ("What X allows" in docs/x.md). Asked ' +
      'for once in a workspace, and kept as an event.',
  );
