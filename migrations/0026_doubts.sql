-- A touch that may have gone out. `doubted_at`: when the first attempt was reserved whose result
-- never came; from then on the provider is searched. `confirm_at`: a look showed no such touch, and
-- a second look from this instant on decides.
alter table messages add column doubted_at timestamptz, add column confirm_at timestamptz;
update messages set doubted_at = reserved_at where state = 'draft' and error_code = 'absent';
