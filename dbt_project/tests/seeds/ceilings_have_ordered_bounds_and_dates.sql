-- Lower bounds do not exceed upper ones, ceilings have an upper and purchase prices a lower one, validity does not end
-- before it begins, the unit is the commodity's, a regulation without a commodity says why.
with ceilings as (

    select * from {{ ref('price_ceilings') }}

),

commodities as (

    select * from {{ ref('commodities') }}

),

final as (

    select
        ceilings.ceiling_id,
        ceilings.lower_idr,
        ceilings.upper_idr,
        ceilings.unit,
        ceilings.valid_from,
        ceilings.valid_to
    from ceilings
    left join commodities using (commodity_code)
    where
        ceilings.lower_idr > ceilings.upper_idr
        or ceilings.valid_to < ceilings.valid_from
        or ceilings.unit <> commodities.unit
        or (ceilings.ceiling_kind in ('HET', 'HAP') and ceilings.upper_idr is null)
        or (ceilings.ceiling_kind = 'HPP' and ceilings.lower_idr is null)
        or (ceilings.commodity_code is null) <> (ceilings.not_monitored_reason is not null)

)

select * from final
