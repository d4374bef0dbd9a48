with rules as (

    select * from {{ ref('alert_rules') }}

),

commodities as (

    select * from {{ ref('commodities') }}

),

exceptions as (

    select * from {{ ref('alert_thresholds') }}

),

-- Two numbers are the commodity's own, because the check of submissions uses them too.
final as (

    select
        rules.rule_code,
        rules.threshold_unit,
        rules.gap_days,
        commodities.commodity_code,
        coalesce(
            exceptions.threshold_value,
            case rules.rule_code
                when 'jump_1d' then commodities.unusual_move_pct
                when 'stale' then commodities.stale_after_days
            end,
            rules.default_threshold
        ) as threshold_value
    from rules
    cross join commodities
    left join exceptions using (rule_code, commodity_code)

)

select * from final
