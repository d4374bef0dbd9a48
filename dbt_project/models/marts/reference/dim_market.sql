with markets as (

    select * from {{ ref('markets') }}

),

final as (

    select
        market_id,
        market_name,
        regency_code
    from markets

)

select * from final
