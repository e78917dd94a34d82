-- Limits of a sender besides its daily one, and days on which a campaign is closed.
alter table senders
  add column hourly_limit integer,
  add column daily_window text not null default 'calendar' check (daily_window in ('calendar', 'rolling')),
  add column ramp_up jsonb;
alter table campaigns add column holidays jsonb;
