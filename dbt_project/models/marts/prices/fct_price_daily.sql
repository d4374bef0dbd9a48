{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_change_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[
        {'columns': ['commodity_code', 'price_level', 'observed_on']},
        {'columns': ['regency_code', 'commodity_code', 'price_level', 'observed_on']},
    ],
    post_hook='analyze {{ this }}',
) }}

{%- set series = ['regency_code', 'commodity_code', 'price_level', 'unit'] %}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

province_prices as (

    select * from {{ ref('int_price_province_daily') }}

),

regencies as (

    select * from {{ ref('regencies') }}

),

ceilings as (

    select * from {{ ref('price_ceilings') }}
    where ceiling_kind in ('HET', 'HAP')

),

zones as (

    select * from {{ ref('zones') }}

),

parameters as (

    select * from {{ ref('parameters') }}

),

needed as (

    select * from {{ ref('int_price_day_needed') }}

),

touched as (

    select * from {{ ref('touched_price_change_day') }}

),

considered as (

    select regency_prices.*
    from regency_prices
    {% if is_incremental() %}
        inner join needed using (commodity_code, price_level, observed_on)
    {% endif %}

),

{{ with_prices_before('considered', series) }},

days as (

    select
        province_prices.observed_on,
        province_prices.commodity_code,
        province_prices.price_level,
        province_prices.unit,
        province_prices.price_idr as province_price_idr
    from province_prices
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}

),

-- The zones whose ceilings hold in a regency: its own and those of its province.
places as (

    select
        regencies.regency_code,
        array_remove(array_agg(zones.zone order by zones.zone asc), null) as zones
    from regencies
    left join zones on zones.place_code in (regencies.regency_code, left(regencies.regency_code, 2))
    group by regencies.regency_code

),

areas as (

    select distinct places.zones
    from places

),

-- A ceiling holds until the next one begins, if no end is known. One without a known beginning may or may not hold.
days_with_ceiling as (

    select
        days.*,
        areas.zones,
        in_force.ceiling_id,
        in_force.upper_idr,
        in_force.lower_idr,
        case
            when undated.ceiling_id is not null then 'validity_unknown'
            when in_force.ceiling_id is null then 'no_ceiling'
            when in_force.unit <> days.unit then 'unit_mismatch'
        end as ceiling_reason
    from days
    cross join areas
    left join lateral (
        select
            ceilings.ceiling_id,
            ceilings.upper_idr,
            ceilings.lower_idr,
            ceilings.unit
        from ceilings
        where
            ceilings.commodity_code = days.commodity_code
            and ceilings.price_level = days.price_level
            and ceilings.zone = any(areas.zones)
            and ceilings.valid_from <= days.observed_on
            and (ceilings.valid_to is null or ceilings.valid_to >= days.observed_on)
        order by ceilings.valid_from desc
        limit 1
    ) as in_force on true
    left join lateral (
        select ceilings.ceiling_id
        from ceilings
        where
            ceilings.commodity_code = days.commodity_code
            and ceilings.price_level = days.price_level
            and ceilings.zone = any(areas.zones)
            and ceilings.valid_from is null
            and (ceilings.valid_to is null or ceilings.valid_to >= days.observed_on)
        order by ceilings.ceiling_id asc
        limit 1
    ) as undated on true

),

-- Every regency on every day on which the province has a price: a map shows who has none.
grid as (

    select
        places.regency_code,
        days.observed_on,
        days.commodity_code,
        days.price_level,
        days.unit,
        days.province_price_idr,
        days.ceiling_reason,
        case when days.ceiling_reason is null then days.ceiling_id end as ceiling_id,
        case when days.ceiling_reason is null then days.upper_idr end as ceiling_idr,
        case when days.ceiling_reason is null then days.lower_idr end as floor_idr,
        coalesce(days.ceiling_reason, case when days.lower_idr is null then 'no_floor' end) as floor_reason
    from places
    inner join days_with_ceiling as days
        -- As an expression: an equation of lists counts as rare with the planner, which would then nest the next join.
        on coalesce(places.zones = days.zones, false)

),

limits as (

    select value as band_pct
    from parameters
    where parameter = 'map_band_pct'

),

final as (

    select
        grid.observed_on,
        grid.regency_code,
        grid.commodity_code,
        grid.price_level,
        grid.unit,
        prices.price_idr,
        case when prices.price_idr is null then 'not_reported' end as price_idr_reason,
        coalesce(prices.market_count, 0) as market_count,
        {% for days in change_horizons() -%}
            {{ percent_above('prices.price_idr', 'prices.price_before_' ~ days ~ 'd') }}
                as change_{{ days }}d_pct,
            case
                when prices.price_idr is null then 'not_reported'
                when prices.price_before_{{ days }}d is null then 'no_previous_observation'
            end as change_{{ days }}d_pct_reason,
        {% endfor -%}
        grid.ceiling_id,
        grid.ceiling_idr,
        grid.ceiling_reason as ceiling_idr_reason,
        {{ percent_above('prices.price_idr', 'grid.ceiling_idr') }} as ceiling_deviation_pct,
        case
            when prices.price_idr is null then 'not_reported'
            else grid.ceiling_reason
        end as ceiling_deviation_pct_reason,
        grid.floor_idr,
        grid.floor_reason as floor_idr_reason,
        {{ percent_above('prices.price_idr', 'grid.floor_idr') }} as floor_deviation_pct,
        case
            when prices.price_idr is null then 'not_reported'
            else grid.floor_reason
        end as floor_deviation_pct_reason,
        {{ percent_above('prices.price_idr', 'grid.province_price_idr') }} as province_deviation_pct,
        case when prices.price_idr is null then 'not_reported' end as province_deviation_pct_reason,
        {{ map_band('prices.price_idr', 'grid.province_price_idr', 'limits.band_pct') }} as band
    from grid
    cross join limits
    left join with_prices_before as prices
        using (regency_code, observed_on, commodity_code, price_level, unit)

)

select * from final
