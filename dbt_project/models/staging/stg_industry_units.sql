with unit_rows as (

    select * from {{ ref('stg_industry_unit_rows') }}

),

final as (

    select unit_rows.*
    from unit_rows
    where {{ counts_in_this_build('unit_rows') }}

)

select * from final
