import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { basePath } from './api/base.ts';
import { Crash, Home, NotFound } from './pages/frames/whole.tsx';
import { Shell } from './ui/shell.tsx';
import { Waiting } from './ui/states.tsx';

type Search = Record<string, unknown>;

/** Reads texts of the address. A number that somebody searched for is a text too. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Search): { [N in Name]?: string } => {
    const found: { [N in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if ((typeof value === 'string' && value !== '') || typeof value === 'number')
        found[name] = String(value);
    }
    return found;
  };
}

/** Reads numbers of the address. */
function numbers<Name extends string>(...names: Name[]) {
  return (search: Search): { [N in Name]?: number } => {
    const found: { [N in Name]?: number } = {};
    for (const name of names) {
      const value = Number(search[name] ?? Number.NaN);
      if (Number.isFinite(value)) found[name] = value;
    }
    return found;
  };
}

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Crash });
const home = createRoute({ getParentRoute: () => root, path: '/', component: Home });
const wild = createRoute({ getParentRoute: () => root, path: '/w', component: Home });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: texts('to'),
  component: lazyRouteComponent(() => import('./pages/frames/sign-in.tsx'), 'SignIn'),
});
const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspace',
  component: Shell,
});
const start = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/w/$workspace/campaigns', params });
  },
});
const campaigns = createRoute({
  getParentRoute: () => workspace,
  path: '/campaigns',
  validateSearch: texts('status', 'q', 'make'),
  component: lazyRouteComponent(() => import('./pages/campaigns/list.tsx'), 'Campaigns'),
});
const campaign = createRoute({
  getParentRoute: () => workspace,
  path: '/campaigns/$id',
  component: lazyRouteComponent(() => import('./pages/campaigns/frame.tsx'), 'CampaignFrame'),
});
const overview = createRoute({
  getParentRoute: () => campaign,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/campaigns/overview.tsx'), 'Overview'),
});
const people = createRoute({
  getParentRoute: () => campaign,
  path: '/people',
  validateSearch: texts('q', 'status', 'hold', 'person'),
  component: lazyRouteComponent(() => import('./pages/people/roster.tsx'), 'Roster'),
});
const importing = createRoute({
  getParentRoute: () => campaign,
  path: '/import',
  component: lazyRouteComponent(() => import('./pages/people/import.tsx'), 'Import'),
});
const sequence = createRoute({
  getParentRoute: () => campaign,
  path: '/sequence',
  component: lazyRouteComponent(() => import('./pages/sequence/sequence.tsx'), 'Sequence'),
});
const schedule = createRoute({
  getParentRoute: () => campaign,
  path: '/schedule',
  component: lazyRouteComponent(() => import('./pages/schedule/schedule.tsx'), 'Schedule'),
});
const calendar = createRoute({
  getParentRoute: () => campaign,
  path: '/calendar',
  validateSearch: numbers('limit', 'each', 'more'),
  component: lazyRouteComponent(() => import('./pages/calendar/calendar.tsx'), 'Calendar'),
});
const inbox = createRoute({
  getParentRoute: () => workspace,
  path: '/inbox',
  validateSearch: texts('kind'),
  component: lazyRouteComponent(() => import('./pages/inbox/inbox.tsx'), 'Inbox'),
});
const senders = createRoute({
  getParentRoute: () => workspace,
  path: '/senders',
  validateSearch: texts('connect', 'sender', 'q'),
  component: lazyRouteComponent(() => import('./pages/senders/senders.tsx'), 'Senders'),
});
const suppressions = createRoute({
  getParentRoute: () => workspace,
  path: '/suppressions',
  validateSearch: texts('q'),
  component: lazyRouteComponent(
    () => import('./pages/suppressions/suppressions.tsx'),
    'Suppressions',
  ),
});
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings.tsx'), 'Settings'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    wild,
    signIn,
    workspace.addChildren([
      start,
      campaigns,
      campaign.addChildren([overview, people, importing, sequence, schedule, calendar]),
      inbox,
      senders,
      suppressions,
      settings,
    ]),
  ]),
  basepath: basePath || '/',
  defaultPreload: 'intent',
  defaultPendingComponent: Waiting,
  defaultPendingMs: 150,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
