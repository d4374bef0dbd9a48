-- What a person may do to a submission after it was judged: withdraw, release held rows, explain, unlock, load
-- it again. Nothing here changes or deletes a row of raw: these tables say which of its rows count, and since when.
--
-- Everything that changes what counts is a line of intake.changes, numbered by the sequence that numbers loads.
-- The watermark of publication is a number of that sequence, so the next build covers a withdrawal as it covers a
-- load. `from_seq` and `until_seq` are numbers of changes too: valid for a build up to N where
-- from_seq <= N and (until_seq is null or until_seq > N).

-- ---------------------------------------------------------------------------------------- changes
create table intake.changes (
    change_seq    bigint primary key default nextval('intake.load_seq'),
    submission_id text not null references intake.submissions,
    kind          text not null
                  check (kind in ('loaded', 'replay', 'released', 'withdrawn', 'restored', 'explained')),
    made_at       timestamptz not null default clock_timestamp(),
    made_by       text,
    reason        text,
    detail        jsonb not null default '{}',
    check (kind = 'loaded' or (made_by is not null and reason is not null))
);
comment on table intake.changes is 'The journal: every change of what is published of a submission, with who and why. Append only. Grain: change.';
comment on column intake.changes.change_seq is 'A number of the sequence of loads; the build covers changes up to a number.';
comment on column intake.changes.kind is 'loaded, replay (to be loaded again), released (a held row), withdrawn, restored (withdrawal undone), explained.';
create index changes_submission on intake.changes (submission_id);

create table intake.loads (
    load_seq      bigint primary key references intake.changes,
    submission_id text not null references intake.submissions,
    kind          text not null check (kind in ('load', 'release')),
    until_seq     bigint references intake.changes
);
comment on table intake.loads is 'Every load_seq that rows of raw carry. Rows count from load_seq until until_seq (null = still): a submission''s newest load, and rows that a person released from quarantine. Grain: load.';
create index loads_submission on intake.loads (submission_id);
create unique index loads_newest on intake.loads (submission_id) where kind = 'load' and until_seq is null;

create table intake.withdrawals (
    from_seq      bigint not null references intake.changes,
    submission_id text not null references intake.submissions,
    sheet         text,
    rows          int4multirange not null check (not isempty(rows)),
    until_seq     bigint references intake.changes,
    unique nulls not distinct (from_seq, sheet)
);
comment on table intake.withdrawals is 'Accepted rows that no longer count, from from_seq until until_seq (null = still). Grain: change x sheet.';
comment on column intake.withdrawals.sheet is 'Null = every sheet.';
comment on column intake.withdrawals.rows is 'Row numbers; unbounded = the whole submission.';
create unique index withdrawals_in_force on intake.withdrawals (submission_id, sheet) nulls not distinct
    where until_seq is null;

create view intake.withdrawn_now as
select submission_id, sheet, rows from intake.withdrawals where until_seq is null;
comment on view intake.withdrawn_now is 'The withdrawals in force. Grain: submission x sheet.';

create table intake.releases (
    load_seq      bigint primary key references intake.loads,
    submission_id text not null references intake.submissions,
    sheet         text not null,
    row_number    integer not null,
    column_number integer not null,
    finding_no    integer not null,
    rule_ids      text[] not null,
    typed         jsonb not null
);
comment on table intake.releases is 'Held rows that a person found true; each is a load of one row. Who and why: intake.changes. Grain: released row.';
comment on column intake.releases.typed is 'What the person saw; a load that no longer holds the row like this ends the release.';
create index releases_submission on intake.releases (submission_id);

-- Whoever gives a submission a load_seq leaves a line behind, whatever the code: the range of builds rests on it.
create function intake.note_load() returns trigger language plpgsql as $$
begin
    insert into intake.changes (change_seq, submission_id, kind) values (new.load_seq, new.submission_id, 'loaded');
    update intake.loads set until_seq = new.load_seq
    where submission_id = new.submission_id and kind = 'load' and until_seq is null;
    insert into intake.loads (load_seq, submission_id, kind) values (new.load_seq, new.submission_id, 'load');
    -- A release stands while the newest check still holds the row, understood as the person saw it.
    update intake.loads as l set until_seq = new.load_seq
    from intake.releases as r
    where l.submission_id = new.submission_id and l.until_seq is null and r.load_seq = l.load_seq
        and not exists (
            select from intake.held_rows as h
            where h.submission_id = r.submission_id and h.sheet = r.sheet and h.row_number = r.row_number
                and h.column_number = r.column_number and h.typed @> r.typed
        );
    return null;
end $$;
create trigger note_first_load after insert on intake.submissions
    for each row when (new.load_seq is not null) execute function intake.note_load();
create trigger note_load after update of load_seq on intake.submissions
    for each row when (new.load_seq is not null and new.load_seq is distinct from old.load_seq)
    execute function intake.note_load();

insert into intake.changes (change_seq, submission_id, kind, made_at)
select load_seq, submission_id, 'loaded', coalesce(loaded_at, received_at)
from intake.submissions where load_seq is not null;
insert into intake.loads (load_seq, submission_id, kind)
select load_seq, submission_id, 'load' from intake.submissions where load_seq is not null;

-- ----------------------------------------------------------------------------------- explanations
create table intake.explanations (
    explanation_id bigint generated always as identity primary key,
    regency_code   text not null,
    dataset        text not null,
    rule_id        text not null,
    row_key        jsonb not null,
    value          jsonb not null,
    explanation    text not null,
    submission_id  text not null references intake.submissions,
    finding_no     integer not null,
    made_by        text not null,
    made_at        timestamptz not null default clock_timestamp(),
    revoked_by     text,
    revoked_at     timestamptz
);
comment on table intake.explanations is 'What an office said about a konfirmasi finding. It answers every later finding of the same office, rule, row key and value, and none once the value differs. Grain: explanation.';
comment on column intake.explanations.submission_id is 'With finding_no: the finding that was explained first.';
create unique index explanations_in_force on intake.explanations (regency_code, dataset, rule_id, row_key, value)
    where revoked_at is null;
alter table intake.findings add column explanation_id bigint references intake.explanations;
comment on column intake.findings.explanation_id is 'The explanation that answers this finding, null when none does.';

-- ---------------------------------------------------------------------------------------- unlocks
create table intake.unlocks (
    unlock_id      bigint generated always as identity primary key,
    regency_code   text not null,
    dataset        text not null,
    period_from    date not null,
    period_to      date not null check (period_to >= period_from),
    valid_until    date not null,
    made_by        text not null,
    reason         text not null,
    made_at        timestamptz not null default clock_timestamp(),
    revoked_by     text,
    revoked_reason text,
    revoked_at     timestamptz
);
comment on table intake.unlocks is 'Locked periods in which an office may change what it reported. Grain: unlock.';
comment on column intake.unlocks.valid_until is 'Last business date on which a night honours it.';
create index unlocks_office on intake.unlocks (regency_code, dataset);

-- ----------------------------------------------------------------------------------------- rights
grant select on intake.withdrawn_now to lumbung_ingest;
grant select, insert on intake.changes, intake.loads, intake.withdrawals, intake.releases, intake.explanations,
    intake.unlocks to lumbung_ingest;
grant update (until_seq) on intake.loads, intake.withdrawals to lumbung_ingest;
grant update (revoked_by, revoked_at) on intake.explanations to lumbung_ingest;
grant update (revoked_by, revoked_reason, revoked_at) on intake.unlocks to lumbung_ingest;
grant select on intake.changes, intake.loads, intake.withdrawals, intake.releases, intake.explanations
    to lumbung_transform;
grant select on intake.changes, intake.loads, intake.withdrawals, intake.releases, intake.explanations,
    intake.unlocks to lumbung_publish;
