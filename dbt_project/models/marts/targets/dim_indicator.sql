with indicators as (

    select * from {{ ref('indicators') }}

),

weights as (

    select * from {{ ref('composite_weights') }}

),

final as (

    select
        indicators.indicator_code,
        indicators.indicator_name,
        indicators.indicator_name_en,
        indicators.unit,
        indicators.direction,
        indicators.aggregation_over_regencies,
        indicators.aggregation_over_time,
        indicators.kind,
        indicators.preferred_source,
        indicators.owner,
        coalesce(weights.weight, 0) as composite_weight
    from indicators
    left join weights using (indicator_code)

)

select * from final
