-- What an office reports again every period, by dataset: the part of a row's key that the period is not in. Prices
-- have a model of their own. A key that says itself that it ends (a closed unit, a whole year) is not expected after.
with stocks as (

    select
        'staple_stocks' as dataset,
        submission_id,
        load_seq,
        sheet,
        row_number,
        regency_code,
        period_on,
        commodity_code as reported_key,
        false as is_last
    from {{ source('raw', 'staple_stocks') }}

),

units as (

    select
        'industry_units' as dataset,
        submission_id,
        load_seq,
        sheet,
        row_number,
        regency_code,
        period_on,
        md5(concat_ws('|', lower(company_name), lower(village_name), kbli_code)) as reported_key,
        unit_status <> 'active' as is_last
    from {{ source('raw', 'industry_units') }}

),

products as (

    select
        'ovop_products' as dataset,
        submission_id,
        load_seq,
        sheet,
        row_number,
        regency_code,
        period_on,
        concat_ws('|', lower(product_name), lower(village_name)) as reported_key,
        false as is_last
    from {{ source('raw', 'ovop_products') }}

),

activities as (

    select
        'programme_activities' as dataset,
        submission_id,
        load_seq,
        sheet,
        row_number,
        regency_code,
        period_on,
        concat_ws('|', activity_code, activity_year) as reported_key,
        false as is_last
    from {{ source('raw', 'programme_activities') }}

),

-- A row of a month or a year belongs to the quarter in which it ends.
realisations as (

    select
        'indicator_realisations' as dataset,
        submission_id,
        load_seq,
        sheet,
        row_number,
        regency_code,
        case
            when period = 'tahunan' then make_date(indicator_year, 10, 1)
            else date_trunc('quarter', period_on)::date
        end as period_on,
        concat_ws('|', indicator_code, left(period, 2)) as reported_key,
        period = 'tahunan' or period ~ '^[0-9]' as is_last
    from {{ source('raw', 'indicator_realisations') }}

),

final as (

    select * from stocks
    union all
    select * from units
    union all
    select * from products
    union all
    select * from activities
    union all
    select * from realisations

)

select * from final
