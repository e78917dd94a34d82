export const campaignStatuses = ['draft', 'launching', 'active', 'paused', 'completed'] as const;
export type CampaignStatus = (typeof campaignStatuses)[number];
