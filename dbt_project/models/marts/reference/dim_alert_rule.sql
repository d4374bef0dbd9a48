with rules as (

    select * from {{ ref('alert_rules') }}

),

final as (

    select
        rule_code,
        rule_name_id as rule_name,
        rule_name_en,
        default_threshold,
        threshold_unit,
        gap_days
    from rules

)

select * from final
