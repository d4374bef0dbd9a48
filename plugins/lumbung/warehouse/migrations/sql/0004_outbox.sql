-- What offices are told: one workbook and one letter per submission, and a list of receipts per office and day.

create table intake.outbox (
    outbox_id     bigint generated always as identity primary key,
    regency_code  text not null,
    submission_id text references intake.submissions,
    kind          text not null check (kind in ('workbook', 'letter', 'receipts')),
    path          text not null unique,
    subject       text not null,
    fingerprint   text not null,
    sha256        text not null,
    made_at       timestamptz not null default clock_timestamp(),
    delivered_at  timestamptz,
    delivered_by  text,
    failure       text,
    check ((kind = 'receipts') = (submission_id is null)),
    check ((delivered_at is null) = (delivered_by is null))
);
comment on table intake.outbox is 'Answers to offices. Made again when what is known of the submission changes, delivered through the office''s channel where it can receive. Grain: file in the outbox.';
comment on column intake.outbox.submission_id is 'Null for the list of receipts of an office and day.';
comment on column intake.outbox.path is 'Below LUMBUNG_HOME/outbox.';
comment on column intake.outbox.subject is 'Subject line where the channel has one.';
comment on column intake.outbox.fingerprint is 'Of what the answer was made from: while it stays, nothing is written again.';
comment on column intake.outbox.delivered_by is 'Name of the channel that took it.';
comment on column intake.outbox.failure is 'Why the last attempt at delivery failed; the next night tries again.';
create index outbox_submission on intake.outbox (submission_id);
create index outbox_waiting on intake.outbox (regency_code) where delivered_at is null;

grant select, insert, update on intake.outbox to lumbung_ingest;
grant usage on all sequences in schema intake to lumbung_ingest;
grant select on intake.outbox to lumbung_transform, lumbung_publish;
