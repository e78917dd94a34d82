/** The one table of pages: address, title, and for those in the bar their icon and key. */
export type PageEntry = {
  path: string;
  title: string;
  /** Its place in the bar; the key goes there after `g`. */
  bar?: {
    icon: 'campaigns' | 'inbox' | 'senders' | 'suppressions' | 'settings';
    key: string;
  };
};

export const pages = {
  signIn: { path: '/sign-in', title: 'Sign in' },
  campaigns: {
    path: '/w/$workspace/campaigns',
    title: 'Campaigns',
    bar: { icon: 'campaigns', key: 'c' },
  },
  overview: { path: '/w/$workspace/campaigns/$id', title: 'Overview' },
  people: { path: '/w/$workspace/campaigns/$id/people', title: 'People' },
  import: { path: '/w/$workspace/campaigns/$id/import', title: 'Import people' },
  sequence: { path: '/w/$workspace/campaigns/$id/sequence', title: 'Sequence' },
  schedule: { path: '/w/$workspace/campaigns/$id/schedule', title: 'Schedule' },
  calendar: { path: '/w/$workspace/campaigns/$id/calendar', title: 'Calendar' },
  inbox: { path: '/w/$workspace/inbox', title: 'Inbox', bar: { icon: 'inbox', key: 'i' } },
  senders: { path: '/w/$workspace/senders', title: 'Senders', bar: { icon: 'senders', key: 's' } },
  suppressions: {
    path: '/w/$workspace/suppressions',
    title: 'Suppressions',
    bar: { icon: 'suppressions', key: 'x' },
  },
  settings: {
    path: '/w/$workspace/settings',
    title: 'Settings',
    bar: { icon: 'settings', key: ',' },
  },
} as const satisfies Record<string, PageEntry>;

export type PageName = keyof typeof pages;

type InBar = { [N in PageName]: (typeof pages)[N] extends { bar: object } ? N : never }[PageName];

/** The pages of the bar, in its order. */
export const barPages = (
  ['campaigns', 'inbox', 'senders', 'suppressions', 'settings'] as const
).map((name: InBar) => pages[name]);
