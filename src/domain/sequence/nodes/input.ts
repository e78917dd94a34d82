import { z } from 'zod';
import { emailAddress, headerText, text, uuid } from '../../text.ts';
import { nodeDefinitions } from './index.ts';

const amount = z.int().min(0).nullish();
const recipients = headerText({ max: 2000 })
  .refine(
    (list) => list.split(',').every((one) => emailAddress().safeParse(one).success),
    'Must be email addresses, separated by commas.',
  )
  .nullish();

/** The content fields of a node that a caller can send; the node's type decides which are used. */
export const nodeContentShape = {
  subject: headerText({ max: 998 }).nullish(),
  body: text().nullish(),
  body_html: text({ max: 500_000 }).nullish(),
  signature: text({ max: 20_000 })
    .nullish()
    .describe("Wins over the campaign's and the sender's; an empty one means no signature."),
  from_name: headerText({ max: 200 }).nullish(),
  reply_to: emailAddress().nullish(),
  cc: recipients,
  bcc: recipients,
  include_message: z.boolean().nullish(),
  is_reply: z.boolean().nullish(),
  delay_days: amount,
  delay_hours: amount,
  delay_minutes: amount,
  delay_seconds: amount,
  delay_unit: text({ min: 1, max: 20 })
    .nullish()
    .describe(
      "The word in which Inbox's API shows the delay. With it, a delay may total any number of " +
        'seconds up to a year.',
    ),
  ai_node: z
    .strictObject({
      purpose: text({ max: 10_000 }).nullish().describe('What the model is to write.'),
      output_type: text({ max: 50 })
        .nullish()
        .describe('The touch it is: email, connection_request or message.'),
      examples: z
        .array(
          z.strictObject({
            subject: headerText({ max: 998 }).nullish(),
            body: text({ min: 1, max: 20_000 }),
          }),
        )
        .max(5)
        .nullish()
        .describe('How such texts should sound.'),
    })
    .nullish(),
};

/** A node in the sequence of a request. Its place in the array is its position. */
export const sequenceNodeInput = z.strictObject({
  type: z.enum(nodeDefinitions.map((definition) => definition.type)),
  id: uuid.nullish().describe('Of a node to keep; others get a new one.'),
  position: z.int().nullish().describe('Ignored: the place in the array counts.'),
  campaign_id: uuid.nullish().describe('Ignored.'),
  attachments: z.array(z.unknown()).max(0, 'Attachments are not supported.').nullish(),
  ...nodeContentShape,
});

export type SequenceNodeInput = z.infer<typeof sequenceNodeInput>;
export type NodeContentInput = z.infer<z.ZodObject<typeof nodeContentShape>>;
