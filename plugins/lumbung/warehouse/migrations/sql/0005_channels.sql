select 1; -- channels
