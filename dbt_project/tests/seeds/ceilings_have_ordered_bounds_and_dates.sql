-- Lower bounds do not exceed upper ones, validity does not end before it begins, the unit is the commodity's.
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

)

select * from final
