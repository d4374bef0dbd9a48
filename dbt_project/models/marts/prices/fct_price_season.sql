{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_season_figure',
    touched_by=['commodity_code', 'price_level', 'season_code', 'season_year'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'season_code', 'season_year']}],
) }}

with season_weeks as (

    select * from {{ ref('int_price_season_week') }}

),

touched as (

    select * from {{ ref('touched_season_figure') }}

),

enough as (

    select value::integer as day_count
    from {{ ref('parameters') }}
    where parameter = 'season_week_min_days'

),

touched_series as (

    select distinct
        commodity_code,
        price_level,
        season_code
    from touched

),

known as (

    select
        season_weeks.*,
        case when season_weeks.day_count >= enough.day_count then season_weeks.mean_idr end as price_idr
    from season_weeks
    cross join enough
    {% if is_incremental() %}
        inner join touched_series using (commodity_code, price_level, season_code)
    {% endif %}

),

-- A season is measured against its own first week, so that seasons of dear and of cheap years can be compared.
measured as (

    select
        known.*,
        {{ percent_above('known.price_idr', 'first_weeks.price_idr') }} as change_from_first_week_pct,
        case
            when known.price_idr is null then 'too_few_days'
            when first_weeks.price_idr is null then 'no_first_week'
        end as change_from_first_week_pct_reason
    from known
    left join known as first_weeks
        on
            known.regency_code = first_weeks.regency_code
            and known.commodity_code = first_weeks.commodity_code
            and known.price_level = first_weeks.price_level
            and known.season_code = first_weeks.season_code
            and known.season_year = first_weeks.season_year
            and first_weeks.week_offset = -4

),

compared as (

    select
        measured.*,
        count(measured.change_from_first_week_pct) over earlier_seasons as earlier_seasons,
        avg(measured.change_from_first_week_pct) over earlier_seasons as earlier_change_pct,
        last_value(measured.price_idr) over last_season as last_season_idr
    from measured
    window
        earlier_seasons as (
            partition by regency_code, commodity_code, price_level, season_code, week_offset
            order by season_year
            rows between unbounded preceding and 1 preceding
        ),
        last_season as (
            partition by regency_code, commodity_code, price_level, season_code, week_offset
            order by season_year
            range between 1 preceding and 1 preceding
        )

),

final as (

    select
        compared.season_code,
        compared.season_year,
        compared.regency_code,
        compared.commodity_code,
        compared.price_level,
        compared.week_offset,
        compared.week_starts_on,
        compared.unit,
        trim_scale(round(compared.price_idr, 10)) as price_idr,
        case when compared.price_idr is null then 'too_few_days' end as price_idr_reason,
        compared.day_count,
        compared.change_from_first_week_pct,
        compared.change_from_first_week_pct_reason,
        {{ percent_above('compared.price_idr', 'compared.last_season_idr') }} as change_from_last_season_pct,
        case
            when compared.price_idr is null then 'too_few_days'
            when compared.last_season_idr is null then 'no_last_season'
        end as change_from_last_season_pct_reason,
        compared.earlier_seasons::integer as earlier_seasons,
        trim_scale(round(compared.earlier_change_pct, 10)) as earlier_change_pct,
        case when compared.earlier_change_pct is null then 'no_earlier_season' end
            as earlier_change_pct_reason,
        trim_scale(round(compared.change_from_first_week_pct - compared.earlier_change_pct, 10))
            as difference_from_earlier_pct,
        case
            when compared.change_from_first_week_pct is null then compared.change_from_first_week_pct_reason
            when compared.earlier_change_pct is null then 'no_earlier_season'
        end as difference_from_earlier_pct_reason
    from compared
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, season_code, season_year)
    {% endif %}

)

select * from final
