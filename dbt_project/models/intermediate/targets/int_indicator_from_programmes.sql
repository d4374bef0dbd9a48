-- Absorption and physical progress of programme activities, cumulative to the end of each month.
with months as (

    select * from {{ ref('fct_programme_monthly') }}
    where regency_code <> {{ province_code() }}

),

final as (

    select
        'serapan_program' as indicator_code,
        regency_code,
        month_on,
        (month_on + interval '1 month')::date - 1 as realised_to_on,
        absorption_pct as realised_value,
        realised_idr as numerator,
        absorption_budget_idr as denominator
    from months
    where absorption_pct is not null
    union all
    select
        'fisik_program' as indicator_code,
        regency_code,
        month_on,
        (month_on + interval '1 month')::date - 1 as realised_to_on,
        physical_pct as realised_value,
        null as numerator,
        null as denominator
    from months
    where physical_pct is not null

)

select * from final
