with realisations as (

    select * from {{ ref('stg_indicator_realisations') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

accepted as (

    select
        realisations.*,
        submissions.received_at,
        submissions.business_date,
        case
            when realisations.period = 'tahunan' then 12
            when realisations.period like 'TW%' then 3
            else 1
        end as month_count
    from realisations
    inner join submissions using (submission_id)
    where realisations.load_seq <= (select build_range.to_load_seq from build_range)

),

latest as (

    {{ latest_accepted('accepted', ['indicator_code', 'regency_code', 'indicator_year', 'period']) }}

),

final as (

    select
        indicator_code,
        regency_code,
        indicator_year,
        period_on,
        month_count,
        realised_value,
        numerator,
        denominator,
        -- A period that is not over covers the days up to the night that brought it.
        least((period_on + make_interval(months => month_count))::date - 1, business_date) as realised_to_on
    from latest

)

select * from final
