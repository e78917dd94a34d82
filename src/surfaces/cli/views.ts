import {
  campaignList,
  campaignView,
  forecast,
  launched,
  report,
  validation,
} from './campaign-views.ts';
import { describeAny } from './generic.ts';
import type { Block } from './layout.ts';
import {
  events,
  importView,
  leads,
  lists,
  messages,
  personView,
  resolved,
  roster,
} from './people-views.ts';
import {
  explanation,
  limits,
  schedule,
  senderList,
  sendersOfCampaign,
  senderView,
} from './sender-views.ts';
import { threadMessages, threadSent, threads, threadView } from './thread-views.ts';
import { isRow } from './values.ts';
import { membersOf, rowOf, type View } from './view.ts';
import type { Shown } from './words.ts';

const newWorkspace: View = (body, shown) => [
  membersOf({ name: rowOf(body.workspace).name, mode: rowOf(body.workspace).mode }, shown),
  { texts: [`Key, shown this once: ${String(body.key)}`] },
];

/** What people see of the answer of an operation, by its name. All others are shown as they are. */
const views: Readonly<Record<string, View>> = {
  'campaign.list': campaignList,
  ...Object.fromEntries(
    ['get', 'create', 'update', 'pause', 'resume', 'promote', 'add_senders'].map((verb) => [
      `campaign.${verb}`,
      campaignView,
    ]),
  ),
  'campaign.validate': validation,
  'campaign.launch': launched,
  'forecast.show': forecast,
  'forecast.create': forecast,
  'campaign.resume_preview': forecast,
  'campaign.report': report,
  'campaign.senders': sendersOfCampaign,
  'campaign.settings': limits,
  'campaign_lead.list': roster,
  ...Object.fromEntries(
    ['find', 'update', 'cancel', 'pause', 'resume', 'mark_replied', 'skip_ahead'].map((verb) => [
      `campaign_lead.${verb}`,
      personView,
    ]),
  ),
  'campaign_lead.import_csv': importView,
  'import.get': importView,
  'import.cancel': importView,
  'message.list': messages,
  'message.generate': resolved,
  'event.list': events,
  'sender.list': senderList,
  'email_account.list': senderList,
  'x_account.list': senderList,
  'sender.get': senderView,
  'sender.create': senderView,
  'email_account.create': senderView,
  'email_account.update': senderView,
  'email_account.check': senderView,
  'sender.schedule': schedule,
  'explanation.campaign': explanation,
  'explanation.sender': explanation,
  'explanation.prospect': explanation,
  'workspace.create': newWorkspace,
  'thread.list': threads,
  'thread.get': threadView,
  'thread.messages': threadMessages,
  'thread.send': threadSent,
  'lead.list': leads,
  'list_lead.list': leads,
  'list.list': lists,
};

/** The parts of an answer as people see it. */
export function describeAnswer(
  operation: string | undefined,
  body: unknown,
  shown: Shown,
): Block[] {
  const view = operation === undefined ? undefined : views[operation];
  return view && isRow(body) ? view(body, shown) : describeAny(body, shown);
}
