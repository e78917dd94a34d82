/** Three emails, three and four days apart. */
export const sequence = [
  { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' },
  { type: 'delay', delay_days: 3 },
  { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' },
  { type: 'delay', delay_days: 4 },
  { type: 'email', is_reply: true, body: 'Last one, %first_name%.' },
];

export const people = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ email: `p${i}@people.test`, first_name: `P${i}` }));

/** Settings of a campaign that sends at any hour. */
export const always = { operating_hours: null, timezone: 'UTC' };
