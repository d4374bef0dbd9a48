with activities as (

    select * from {{ ref('stg_programme_activity_rows') }}

),

final as (

    {{ keys_of_touched_loads('activities', ['regency_code', 'month_on']) }}

)

select * from final
