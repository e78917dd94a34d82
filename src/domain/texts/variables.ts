/** The names that can stand between percent signs, besides %custom_fields.<key>%. */
export const variableNames = [
  'first_name',
  'last_name',
  'name',
  'company',
  'position',
  'headline',
  'email',
  'linkedin_url',
  'x_handle',
  'sender_first',
  'sender_last',
  'sender_name',
  'sender_email',
  'unsubscribe_url',
] as const;
export type VariableName = (typeof variableNames)[number];

export const variableAliases: Readonly<Record<string, VariableName>> = {
  sender_first_name: 'sender_first',
  sender_last_name: 'sender_last',
};
