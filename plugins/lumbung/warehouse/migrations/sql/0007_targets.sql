-- Targets from uploaded workbooks, and planners' notes on them. Nothing is overwritten: a workbook adds rows, an
-- adjusted target stands beside the original, and what is withdrawn stays with the number of the change that ended it.
--
-- A workbook and a note are changes like a load: they are numbered by the same sequence, so the next build covers
-- them. They belong to no submission.

alter table intake.changes alter column submission_id drop not null;
alter table intake.changes drop constraint changes_kind_check;
alter table intake.changes add constraint changes_kind_check
    check (kind in ('loaded', 'replay', 'released', 'withdrawn', 'restored', 'explained',
                    'targets_loaded', 'targets_withdrawn', 'target_noted'));
alter table intake.changes add constraint changes_submission_check
    check ((submission_id is null) = (kind in ('targets_loaded', 'targets_withdrawn', 'target_noted')));
comment on column intake.changes.kind is 'loaded, replay (to be loaded again), released (a held row), withdrawn, restored (withdrawal undone), explained; of targets: targets_loaded, targets_withdrawn, target_noted.';
comment on column intake.changes.submission_id is 'Null for changes of targets and their notes.';

create table intake.target_versions (
    version_id    bigint primary key references intake.changes,
    file_name     text not null,
    sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes    bigint not null,
    entered_by    text not null,
    entered_at    timestamptz not null default clock_timestamp(),
    target_count  integer not null,
    note_count    integer not null,
    until_seq     bigint references intake.changes
);
comment on table intake.target_versions is 'Workbooks of targets that were taken, each in one transaction. Their bytes are in the landing area. Grain: workbook.';
comment on column intake.target_versions.version_id is 'The number of the change that brought it; its rows count from that change on.';
comment on column intake.target_versions.until_seq is 'The change that withdrew it, null while it counts.';
create unique index target_versions_in_force on intake.target_versions (sha256) where until_seq is null;

create table intake.targets (
    version_id        bigint not null references intake.target_versions,
    sheet             text not null,
    row_number        integer not null,
    indicator_code    text not null,
    regency_code      text not null check (regency_code ~ '^35([0-9]{2})?$'),
    target_year       integer not null check (target_year between 2012 and 2045),
    quarter           integer check (quarter between 1 and 4),
    target_version    text not null check (target_version ~ '^(original|adjusted_[1-9][0-9]?)$'),
    target_value      numeric,
    lower_value       numeric,
    upper_value       numeric check (upper_value >= lower_value),
    decree            text not null,
    decided_on        date not null,
    effective_from_on date not null check (effective_from_on >= decided_on),
    until_seq         bigint references intake.changes,
    primary key (version_id, sheet, row_number),
    check ((target_value is null) = (lower_value is not null)),
    check ((lower_value is null) = (upper_value is null))
);
comment on table intake.targets is 'Targets from workbooks: one value, or a range. Append only. Grain: workbook x sheet x row.';
comment on column intake.targets.regency_code is 'BPS code; 35 is the province.';
comment on column intake.targets.quarter is 'Null = the year. Quarterly targets of sums are cumulative: what is to be reached by the end of the quarter.';
create unique index targets_in_force
    on intake.targets (indicator_code, regency_code, target_year, quarter, target_version) nulls not distinct
    where until_seq is null;

create table intake.target_notes (
    note_id        bigint generated always as identity primary key,
    from_seq       bigint not null references intake.changes,
    version_id     bigint references intake.target_versions,
    indicator_code text not null,
    regency_code   text not null check (regency_code ~ '^35([0-9]{2})?$'),
    target_year    integer not null,
    quarter        integer check (quarter between 1 and 4),
    cause          text,
    follow_up      text,
    noted_by       text not null,
    noted_at       timestamptz not null default clock_timestamp(),
    until_seq      bigint references intake.changes,
    check (cause is not null or follow_up is not null)
);
comment on table intake.target_notes is 'What planners say about a target: why it was missed, what follows. The latest counts; the earlier ones stay. Grain: note.';
comment on column intake.target_notes.version_id is 'The workbook it came with, null where it was given by itself.';
create index target_notes_target on intake.target_notes (indicator_code, regency_code, target_year);

grant select, insert on intake.target_versions, intake.targets, intake.target_notes to lumbung_ingest;
grant update (until_seq) on intake.target_versions, intake.targets, intake.target_notes to lumbung_ingest;
grant usage on all sequences in schema intake to lumbung_ingest;
grant select on intake.target_versions, intake.targets, intake.target_notes to lumbung_transform, lumbung_publish;
grant usage on schema intake to lumbung_planner;
grant select on intake.target_versions, intake.targets, intake.target_notes to lumbung_planner;
