with mandates as (

    select * from {{ ref('mandates') }}

),

final as (

    select
        mandate_code,
        mandate_name,
        regency_code,
        field,
        signed_on,
        source
    from mandates

)

select * from final
