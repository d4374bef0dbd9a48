{{ config(post_hook='analyze {{ this }}') }}

with observations as (

    select * from {{ ref('touched_price_observation') }}

),

final as (

    select distinct
        commodity_code,
        price_level,
        observed_on
    from observations

)

select * from final
