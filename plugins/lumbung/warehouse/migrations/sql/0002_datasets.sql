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

-- ------------------------------------------------------------------------ raw tables of the other datasets
create table raw.staple_stocks (
    submission_id  text not null,
    load_seq       bigint not null,
    sheet          text not null,
    row_number     integer not null,
    column_number  integer not null default 0,
    observed_on    date not null,
    regency_code   text not null,
    commodity_code text not null,
    opening_t      numeric,
    inflow_t       numeric,
    outflow_t      numeric,
    closing_t      numeric not null,
    daily_need_t   numeric,
    period_on      date not null
) partition by range (period_on);
comment on table raw.staple_stocks is 'Accepted stocks of staples in tonnes, append only. Grain: submission x sheet x row.';
create index staple_stocks_key on raw.staple_stocks (commodity_code, observed_on);
create index staple_stocks_load on raw.staple_stocks (load_seq);

create table raw.industry_units (
    submission_id       text not null,
    load_seq            bigint not null,
    sheet               text not null,
    row_number          integer not null,
    column_number       integer not null default 0,
    data_year           integer not null,
    regency_code        text not null,
    nib                 text,
    company_name        text not null,
    owner_name          text,
    address             text,
    village_name        text not null,
    district_name       text,
    kbli_code           text not null,
    kbli_version        text not null,
    branch_name         text,
    commodity_made      text,
    product_name        text,
    male_count          integer,
    female_count        integer,
    investment_idr      bigint,
    capacity            numeric,
    capacity_unit       text,
    production_idr      bigint,
    material_idr        bigint,
    export_pct          numeric,
    creative_subsector  text,
    is_halal            boolean,
    is_sni              boolean,
    brand_name          text,
    unit_status         text not null,
    size_class          text,
    period_on           date not null
) partition by range (period_on);
comment on table raw.industry_units is 'Accepted industry units with names, licence numbers and money; readers never see it. Grain: submission x sheet x row.';
create index industry_units_key on raw.industry_units (company_name, village_name, kbli_code, data_year);
create index industry_units_load on raw.industry_units (load_seq);

create table raw.ovop_products (
    submission_id  text not null,
    load_seq       bigint not null,
    sheet          text not null,
    row_number     integer not null,
    column_number  integer not null default 0,
    data_year      integer not null,
    regency_code   text not null,
    product_name   text not null,
    group_name     text,
    village_name   text not null,
    district_name  text,
    star_count     integer,
    unit_count     integer,
    worker_count   integer,
    turnover_idr   bigint,
    period_on      date not null
) partition by range (period_on);
comment on table raw.ovop_products is 'Accepted OVOP products, append only. Grain: submission x sheet x row.';
create index ovop_products_key on raw.ovop_products (product_name, village_name, data_year);
create index ovop_products_load on raw.ovop_products (load_seq);

create table raw.programme_activities (
    submission_id              text not null,
    load_seq                   bigint not null,
    sheet                      text not null,
    row_number                 integer not null,
    column_number              integer not null default 0,
    activity_year              integer not null,
    activity_month             integer not null,
    regency_code               text not null,
    programme_code             text not null,
    programme_name             text,
    activity_code              text not null,
    activity_name              text,
    is_priority                boolean,
    provincial_programme_code  text,
    budget_idr                 bigint not null,
    realised_idr               bigint,
    physical_pct               numeric,
    period_on                  date not null
) partition by range (period_on);
comment on table raw.programme_activities is 'Accepted realisations of activities, cumulative to the end of the month, append only. Grain: submission x sheet x row.';
create index programme_activities_key on raw.programme_activities (activity_code, activity_year, activity_month);
create index programme_activities_load on raw.programme_activities (load_seq);

create table raw.indicator_realisations (
    submission_id   text not null,
    load_seq        bigint not null,
    sheet           text not null,
    row_number      integer not null,
    column_number   integer not null default 0,
    indicator_year  integer not null,
    period          text not null,
    regency_code    text not null,
    indicator_code  text not null,
    numerator       numeric,
    denominator     numeric,
    realised_value  numeric not null,
    note            text,
    period_on       date not null
) partition by range (period_on);
comment on table raw.indicator_realisations is 'Accepted realisations of indicators, append only. Grain: submission x sheet x row.';
create index indicator_realisations_key on raw.indicator_realisations (indicator_code, indicator_year, period);
create index indicator_realisations_load on raw.indicator_realisations (load_seq);

do $$
declare
    dataset text;
begin
    foreach dataset in array array['staple_stocks', 'industry_units', 'ovop_products', 'programme_activities',
                                   'indicator_realisations'] loop
        for y in 2012 .. 2045 loop
            execute format('create table raw.%I partition of raw.%I for values from (%L) to (%L)',
                           dataset || '_' || y, dataset, make_date(y, 1, 1), make_date(y + 1, 1, 1));
        end loop;
        execute format('create table raw.%I partition of raw.%I default', dataset || '_other', dataset);
        execute format('grant select, insert on raw.%I to lumbung_ingest', dataset);
        execute format('grant select on raw.%I to lumbung_transform', dataset);
    end loop;
end $$;
