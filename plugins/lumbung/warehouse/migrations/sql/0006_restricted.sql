-- What is published to planners alone, and what keeps the keys of industry units from being guessed.

create table intake.unit_key_salt (
    is_the_only_row boolean primary key default true check (is_the_only_row),
    salt            text not null
);
comment on table intake.unit_key_salt is 'What the keys of industry units are hashed with, drawn once: whoever has it can find the NIB behind a key by trying all. Lost or changed, every unit gets another key. Grain: one row.';
insert into intake.unit_key_salt (salt)
values (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

grant select on intake.unit_key_salt to lumbung_transform;

-- Tables of restricted are made by set-up, like those of marts; the publisher fills them.
grant usage on schema restricted to lumbung_publish;

-- How alike two names of firms are.
create extension if not exists pg_trgm with schema public;
