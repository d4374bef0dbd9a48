with commodities as (

    select * from {{ ref('commodities') }}

),

final as (

    select
        commodity_code,
        commodity_name,
        commodity_group,
        unit,
        unit_evidence,
        package_quantity,
        package_unit,
        siskaperbapo_id,
        plausible_min_idr,
        plausible_max_idr,
        unusual_move_pct,
        stale_after_days,
        is_basket
    from commodities

)

select * from final
