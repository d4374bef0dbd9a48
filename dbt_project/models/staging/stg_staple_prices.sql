with price_rows as (

    select * from {{ ref('stg_staple_price_rows') }}

),

final as (

    select price_rows.*
    from price_rows
    where {{ counts_in_this_build('price_rows') }}

)

select * from final
