-- What the offices' channels gave: how each errand ended, and what has been taken already.

alter table intake.offices add column connection_id text;
comment on column intake.offices.connection_id is 'Name of the Airflow connection of its channel; null for the local folder.';

create table intake.channel_outcomes (
    night_id      bigint not null references audit.nights,
    regency_code  text not null,
    channel       text not null,
    outcome       text not null check (outcome in ('ok', 'ours', 'theirs', 'line')),
    received      integer not null,
    repeated      integer not null,
    notices       text[] not null,
    problem       text,
    remedy        text,
    seconds       double precision not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    primary key (night_id, regency_code),
    check ((outcome = 'ok') = (problem is null))
);
comment on table intake.channel_outcomes is 'How collecting from each office ended, the last attempt of the night. Grain: night x office.';
comment on column intake.channel_outcomes.outcome is 'ok, or whose side must act: ours (connection, password, host key that we keep), theirs (their server answers wrongly), line (nobody answers, or too slowly).';
comment on column intake.channel_outcomes.received is 'Files whose bytes were new.';
comment on column intake.channel_outcomes.repeated is 'Files whose bytes were there already.';
comment on column intake.channel_outcomes.notices is 'What was found and could not be taken.';
comment on column intake.channel_outcomes.problem is 'What happened, in words for the engineer; no secrets, no content of files.';

create table intake.channel_items (
    regency_code  text not null,
    channel       text not null,
    item          text not null,
    mark          text not null,
    taken_at      timestamptz not null default clock_timestamp(),
    primary key (regency_code, channel, item)
);
comment on table intake.channel_items is 'What was taken from remote channels, so that what is unchanged there is not fetched again. Emptying it is harmless: everything is fetched once more, and repeats are recognised by their bytes. Grain: office x channel x item.';
comment on column intake.channel_items.item is 'The thing''s name at the channel.';
comment on column intake.channel_items.mark is 'What tells that it is unchanged: an ETag, size and time, a message''s number.';

grant select, insert, update, delete on intake.channel_outcomes, intake.channel_items to lumbung_ingest;
grant select on intake.channel_outcomes, intake.channel_items to lumbung_transform, lumbung_publish;
