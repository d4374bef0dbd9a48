-- Unlocks, withdrawals, released rows, explanations, replays.
select 1;
