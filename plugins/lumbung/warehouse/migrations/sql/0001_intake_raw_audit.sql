-- Schemas, roles' rights and the tables of intake, raw and audit. Roles themselves (with their generated
-- passwords) are made by set-up, before the first migration.

create schema intake;
create schema raw;
create schema build authorization lumbung_transform;
create schema marts;
create schema history;
create schema asof;
create schema restricted;
create schema audit;

comment on schema intake is 'Kantor, tanda terima, kiriman, temuan, baris tertahan — offices, receipts, submissions, findings, held rows';
comment on schema raw is 'Baris yang diterima per himpunan data — accepted rows per dataset, append only';
comment on schema build is 'Ruang kerja dbt — the work of dbt; readers never look here';
comment on schema marts is 'Rilis yang berlaku — the current release, plain tables';
comment on schema history is 'Baris yang telah digantikan — superseded rows with the releases they were valid for';
comment on schema asof is 'Tampilan menurut rilis — the marts as of any release: set lumbung.release = N';
comment on schema restricted is 'Data unit yang dirahasiakan — unit-level money, names and licence numbers';
comment on schema audit is 'Malam, rilis, hasil uji, waktu — nights, publication, test results, timings';

-- ------------------------------------------------------------------------------------------ audit
create table audit.nights (
    night_id      bigint generated always as identity primary key,
    business_date date not null,
    inbox         text,
    run_id        text not null,
    is_history    boolean not null default false,
    started_at    timestamptz not null default clock_timestamp(),
    finished_at   timestamptz,
    outcome       text check (outcome in ('published', 'nothing_new', 'failed'))
);
comment on table audit.nights is 'One row per night begun, also those that failed. Grain: night.';
create unique index nights_run_id on audit.nights (run_id);

create table audit.stage_timings (
    night_id    bigint not null references audit.nights,
    stage       text not null,
    item        text not null default '',
    started_at  timestamptz not null,
    seconds     numeric(12, 3) not null,
    counts      jsonb not null default '{}',
    failure     text
);
comment on table audit.stage_timings is 'How long each stage took and what it handled, written before it may raise. Grain: attempt of a stage in a night (item: the office in collect).';
create index stage_timings_night on audit.stage_timings (night_id);

create table audit.gx_results (
    night_id         bigint not null references audit.nights,
    dataset          text not null,
    rule_id          text not null,
    severity         text not null,
    rows_applied     bigint not null,
    rows_failed      bigint not null,
    seconds          numeric(12, 3),
    primary key (night_id, dataset, rule_id)
);
comment on table audit.gx_results is 'Great Expectations results: rows a rule applied to and rows that broke it. Grain: night x dataset x rule.';

create table audit.builds (
    build_id      bigint generated always as identity primary key,
    night_id      bigint not null references audit.nights,
    from_load_seq bigint not null,
    to_load_seq   bigint not null,
    started_at    timestamptz not null default clock_timestamp(),
    seconds       numeric(12, 3),
    is_success    boolean
);
comment on table audit.builds is 'One row per dbt build; covers loads in (from_load_seq, to_load_seq]. Grain: build.';

create table audit.dbt_results (
    build_id      bigint not null references audit.builds,
    unique_id     text not null,
    resource_type text not null,
    status        text not null,
    failures      bigint,
    seconds       numeric(12, 3),
    message       text,
    primary key (build_id, unique_id)
);
comment on table audit.dbt_results is 'Result of every dbt node. Grain: build x node.';

create table audit.publication (
    is_the_only_row     boolean primary key default true check (is_the_only_row),
    load_seq_watermark  bigint not null default 0,
    is_paused           boolean not null default false,
    paused_reason       text,
    compare_everything  boolean not null default false
);
comment on table audit.publication is 'Where publication stands: the last load_seq published, paused or not, and whether the next publication must compare whole tables (after a rollback). Grain: one row.';
insert into audit.publication default values;

-- ----------------------------------------------------------------------------------------- intake
create sequence intake.load_seq;

create table intake.offices (
    regency_code   text primary key,
    office_name    text not null,
    channel        text not null,
    is_obliged     boolean not null
);
comment on table intake.offices is 'The reporting offices, copied from the seed at the start of each night. Grain: office.';

create table intake.submissions (
    submission_id     text primary key,
    regency_code      text not null,
    dataset           text not null,
    file_name         text not null,
    file_stem         text not null,
    version           integer not null check (version > 0),
    sha256            text not null,
    size_bytes        bigint not null,
    channel           text not null,
    is_history        boolean not null default false,
    business_date     date not null,
    night_id          bigint not null references audit.nights,
    arrived_at        timestamptz not null,
    received_at       timestamptz not null default clock_timestamp(),
    state             text not null default 'received'
                      check (state in ('received', 'decoded', 'checked', 'loaded', 'reported', 'failed')),
    verdict           text check (verdict in ('accepted', 'accepted_with_notes', 'partially_accepted', 'rejected')),
    rows_total        integer,
    rows_blank        integer,
    rows_accepted     integer,
    rows_held         integer,
    galat_count       integer,
    konfirmasi_count  integer,
    period_first_on   date,
    period_last_on    date,
    supersedes_id     text references intake.submissions,
    load_seq          bigint unique,
    loaded_at         timestamptz,
    failure           text,
    unique (regency_code, dataset, sha256),
    unique (regency_code, dataset, file_stem, version)
);
comment on table intake.submissions is 'The ledger: one file of one office for one dataset, where processing is (state) and what was judged (verdict). Grain: submission.';
create index submissions_state on intake.submissions (state) where state <> 'reported';

create table intake.submission_states (
    submission_id text not null references intake.submissions,
    state         text not null,
    since         timestamptz not null default clock_timestamp(),
    note          text
);
comment on table intake.submission_states is 'Every change of state. Grain: change.';
create index submission_states_submission on intake.submission_states (submission_id);

create table intake.receipts (
    receipt_id    bigint generated always as identity primary key,
    submission_id text not null references intake.submissions,
    night_id      bigint not null references audit.nights,
    source_name   text not null,
    channel       text not null,
    arrived_at    timestamptz not null,
    received_at   timestamptz not null default clock_timestamp(),
    is_repeat     boolean not null
);
comment on table intake.receipts is 'Every time a file was handed in, also when its bytes were here already (is_repeat). Grain: handing-in.';
create index receipts_submission on intake.receipts (submission_id);

create table intake.findings (
    submission_id text not null references intake.submissions,
    finding_no    integer not null,
    rule_id       text not null,
    severity      text not null check (severity in ('galat', 'konfirmasi')),
    sheet         text,
    row_number    integer,
    column_name   text,
    value         text,
    message       text not null,
    primary key (submission_id, finding_no)
);
comment on table intake.findings is 'Broken rules, at most a capped number listed per rule and file; finding_counts has the whole number. Grain: finding.';

create table intake.finding_counts (
    submission_id text not null references intake.submissions,
    rule_id       text not null,
    severity      text not null,
    total         integer not null,
    listed        integer not null,
    primary key (submission_id, rule_id)
);
comment on table intake.finding_counts is 'How often each rule was broken, capped nowhere. Grain: submission x rule.';

create table intake.held_rows (
    submission_id text not null references intake.submissions,
    sheet         text not null,
    row_number    integer not null,
    cells         jsonb not null,
    typed         jsonb not null,
    rule_ids      text[] not null,
    primary key (submission_id, sheet, row_number)
);
comment on table intake.held_rows is 'Quarantine: rows that broke a galat rule, as written (cells) and as understood (typed). Grain: row.';

-- -------------------------------------------------------------------------------------------- raw
create table raw.staple_prices (
    submission_id  text not null,
    load_seq       bigint not null,
    sheet          text not null,
    row_number     integer not null,
    observed_on    date not null,
    regency_code   text not null,
    market_id      text not null,
    commodity_code text not null,
    price_level    text not null,
    unit           text not null,
    price_idr      bigint not null,
    is_suspect     boolean not null default false
) partition by range (observed_on);
comment on table raw.staple_prices is 'Accepted price rows, append only. Grain: submission x sheet x row.';
create index staple_prices_key on raw.staple_prices (commodity_code, market_id, price_level, observed_on);
create index staple_prices_load on raw.staple_prices (load_seq);

do $$
begin
    for y in 2012 .. 2045 loop
        execute format('create table raw.staple_prices_%s partition of raw.staple_prices for values from (%L) to (%L)',
                       y, make_date(y, 1, 1), make_date(y + 1, 1, 1));
    end loop;
    create table raw.staple_prices_other partition of raw.staple_prices default;
end $$;

-- ------------------------------------------------------------------------------------------ rights
grant usage on schema intake, raw, audit to lumbung_ingest;
grant select, insert, update on all tables in schema intake to lumbung_ingest;
grant delete on intake.findings, intake.finding_counts, intake.held_rows to lumbung_ingest;
grant usage on all sequences in schema intake to lumbung_ingest;
grant select, insert on raw.staple_prices to lumbung_ingest;
grant select, insert, update on audit.nights, audit.stage_timings to lumbung_ingest;
grant select, insert, update, delete on audit.gx_results to lumbung_ingest;
grant usage on all sequences in schema audit to lumbung_ingest;

grant usage on schema intake, raw, audit to lumbung_transform;
grant select on all tables in schema intake, raw to lumbung_transform;
grant select on audit.nights, audit.publication to lumbung_transform;
grant select, insert, update on audit.builds, audit.dbt_results to lumbung_transform;
grant insert, select on audit.stage_timings to lumbung_transform;

grant usage on schema build, marts, history, asof, audit, intake to lumbung_publish;
grant select on all tables in schema audit, intake to lumbung_publish;
grant update on audit.nights, audit.publication to lumbung_publish;
grant insert on audit.stage_timings to lumbung_publish;
grant update (state) on intake.submissions to lumbung_publish;
grant insert on intake.submission_states to lumbung_publish;
alter default privileges for role lumbung_transform in schema build grant select on tables to lumbung_publish;

grant usage on schema marts, asof to lumbung_reader;
grant usage on schema restricted to lumbung_planner;
grant usage on schema intake, raw, build, marts, history, asof, audit, restricted to lumbung_engineer;
