/** One node of a sequence, as stored and as Puffle's wire shows it (plus campaign_id). */
export type SequenceNode = {
  id: string;
  position: number;
  type: string;
  subject: string | null;
  body: string | null;
  body_html: string | null;
  signature: string | null;
  from_name: string | null;
  reply_to: string | null;
  cc: string | null;
  bcc: string | null;
  include_message: boolean | null;
  is_reply: boolean | null;
  delay_days: number | null;
  delay_hours: number | null;
  delay_minutes: number | null;
  ai_node: { purpose: string | null; output_type: string | null } | null;
};
