-- An office speaks only for its own markets, in the commodity's own unit.
with observations as (

    select * from {{ tested_rows(ref('fct_price_observation')) }}

),

markets as (

    select * from {{ ref('markets') }}

),

commodities as (

    select * from {{ ref('commodities') }}

),

final as (

    select
        observations.submission_id,
        observations.sheet,
        observations.row_number,
        observations.market_id,
        observations.regency_code,
        observations.commodity_code,
        observations.unit
    from observations
    left join markets using (market_id)
    left join commodities using (commodity_code)
    where
        observations.regency_code is distinct from markets.regency_code
        or observations.unit is distinct from commodities.unit

)

select * from final
