/** Every kind of event with its meaning. The feed, webhooks and audit use these words. */
export const eventKinds = {
  'message.sent': 'a touch went out',
  'message.failed': 'a touch was refused for good',
  'message.unknown': 'nobody can tell whether a touch went out; it will not be sent again by guess',
  'message.resolved':
    'somebody has said of a touch that nobody could tell about: it went out, or goes out again',
  'message.tested': 'a test mail was sent to an address of the caller: to',
  'answer.sent': 'a message that somebody wrote by hand in a thread went out',
  'answer.failed': 'a message written by hand did not go out: reason',
  'answer.unknown':
    'nobody can tell whether a message written by hand went out; it is not sent again by guess',
  'message.skipped':
    'there was no need for an invitation: the person is a connection, or was invited before',
  'prospect.connected': 'a person has become a connection, or turned out to be one',
  'prospect.timed_out': 'a person did not become a connection in time',
  'invitation.withdrawn': 'an invitation nobody answered was taken back',
  'invitation.withdraw_failed': 'an invitation could not be taken back: it is tried again, or left',
  'prospect.replied': 'a person replied',
  'prospect.bounced': 'a touch could not be delivered',
  'prospect.unsubscribed': 'a person asked not to be written to, or complained',
  'prospect.skipped': 'a suppressed person was passed over',
  'prospect.held': 'a person waits for something to be mended',
  'prospect.paused': 'a person was paused by hand',
  'prospect.resumed': 'a person was let go on by hand',
  'prospect.cancelled': 'a person was taken out by hand',
  'prospect.skipped_ahead': "a person's next touch was brought forward, or left out, by hand",
  'prospect.taken_up': 'a person who had ended for a refused touch stands before it again',
  'person.erased': 'a person was erased everywhere',
  'campaign.launched': 'a draft was launched',
  'campaign.paused': 'a campaign was paused, by hand or by a guard: pause_reason says which',
  'campaign.resumed': 'a campaign goes on after a pause',
  'campaign.revised': 'a campaign got another sequence',
  'campaign.senders_changed': 'senders were added to a campaign or taken off it',
  'campaign.promoted': 'a dry run starts over for real',
  'campaign.rules_changed': "a campaign's lead rules were changed",
  'campaign.synced': "everybody was looked at by a campaign's lead rules",
  'automation.notified': 'an automation has something to say: text',
  'automation.failed': 'an automation could not do what it says: reason',
  'campaign.completed': 'everybody in the campaign has reached an end',
  'rules.acknowledged':
    'somebody acknowledged what the rules of a provider allow: rules, words, member_id',
  'sender.suspended': 'a sender needs attention; its people are held',
  'sender.restored': 'a sender that needed attention works again',
  'sender.resting':
    'a sender does no more of one kind of touch until an instant, because its provider takes none',
  'member.joined': 'a person has become a member of the workspace: member_id, role',
  'member.changed': 'a member has another role: member_id, role',
  'member.removed': 'a member was removed: member_id',
} as const;
export type EventKind = keyof typeof eventKinds;

export type NewEvent = {
  kind: EventKind;
  /** The instant of the event; by default that of the whole log entry. */
  at?: Date;
  campaignId?: string | null;
  prospectId?: string | null;
  senderId?: string | null;
  data?: Record<string, unknown>;
};
