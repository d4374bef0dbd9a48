with ceilings as (

    select * from {{ ref('price_ceilings') }}

),

final as (

    select
        ceiling_id,
        commodity_code,
        commodity_name,
        not_monitored_reason,
        price_level,
        zone,
        ceiling_kind,
        lower_idr,
        upper_idr,
        unit,
        valid_from as valid_from_on,
        valid_to as valid_to_on,
        legal_basis,
        verification_status
    from ceilings

)

select * from final
