select 1; -- outbox
