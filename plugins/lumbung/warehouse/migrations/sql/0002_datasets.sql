-- The cell that holds an observation: 0 where the whole row is the observation (long shape), else the column's
-- number (1 = A) in sheets where several observations share a row.
alter table raw.staple_prices add column column_number integer not null default 0;
alter table intake.held_rows add column column_number integer not null default 0;
alter table intake.held_rows drop constraint held_rows_pkey;
alter table intake.held_rows add primary key (submission_id, sheet, row_number, column_number);

alter table intake.findings add column field_name text;
alter table intake.findings add column column_number integer;
alter table intake.findings add column cell text;
alter table intake.findings add column remedy text;
alter table intake.findings add column public_message text;
comment on column intake.findings.field_name is 'The contract''s field that the finding points at, null when it is the row or the file.';
comment on column intake.findings.cell is 'The cell as a spreadsheet names it (B7), null when the finding is on a row, a sheet or the file.';
comment on column intake.findings.public_message is 'The message with the values of restricted fields masked; null when it is the message itself.';

create table intake.submission_periods (
    submission_id text not null references intake.submissions,
    period_on     date not null,
    rows_accepted integer not null,
    rows_held     integer not null,
    primary key (submission_id, period_on)
);
comment on table intake.submission_periods is 'Rows of a submission per contract period, written by the check. Grain: submission x first day of the period.';

grant select, insert, update, delete on intake.submission_periods to lumbung_ingest;
grant select on intake.submission_periods to lumbung_transform, lumbung_publish;
